// Papers from a chat, over the real connection: 通报, 简报 and 台账 as files in the private chat, a picture with 全区完成情况.
import { groups, startTown, type Town } from '../support/town';
import { type ShownMessage } from '../../src/simulator/gateway-events';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

/** The robot's files in a private chat, with their bytes. */
async function filesTo(staffId: string): Promise<{ name: string; bytes: Buffer }[]> {
  await town.settled();
  return town.gateway
    .messagesIn(town.gateway.privateChat(staffId))
    .filter(message => message.from.robotCode !== null && message.file?.mediaId !== undefined)
    .map(({ file }) => ({
      name: file?.name ?? '',
      bytes: town.gateway.files.uploadedAs(file?.mediaId ?? '')?.bytes ?? Buffer.alloc(0),
    }));
}

const isPicture = (message: ShownMessage): Buffer => {
  const id = /!\[[^\]]*\]\((@[\w-]+)\)/.exec(message.markdown ?? '')?.[1] ?? '';
  return town.gateway.files.uploadedAs(id)?.bytes ?? Buffer.alloc(0);
};
const isZip = (bytes: Buffer): boolean => bytes.subarray(0, 2).toString() === 'PK';

test('全区完成情况 comes with a picture; one unit’s comes without', async () => {
  const answer = await town.ask('hefang', groups.district, '全区完成情况');
  expect(answer.markdown).toContain('共 142 项');
  expect(isPicture(answer).subarray(1, 4).toString()).toBe('PNG');
  const unit = await town.ask('hefang', groups.district, '区税务局完成情况');
  expect(unit.markdown).not.toContain('![');
});

test('生成通报 in a group: a numbered snapshot, the file in the private chat of whoever asked', async () => {
  const answer = await town.ask('hefang', groups.district, '生成通报');
  expect(answer.markdown).toContain('2023年第1期通报');
  expect(answer.markdown).toContain('不代发');
  const [file] = await filesTo('hefang');
  expect([file?.name, isZip(file?.bytes ?? Buffer.alloc(0))]).toEqual(['通报-2023年第1期.docx', true]);
  expect((await town.ask('hefang', groups.district, '再出一份通报')).markdown).toContain('第2期');
  const rows: { act: string; inboxMessageId: string | null }[] = await town.dataSource.query(
    "SELECT act, inboxMessageId FROM audit_entries WHERE act = 'take_bulletin'",
  );
  expect(rows.map(row => row.inboxMessageId !== null)).toEqual([true, true]);
});

test('生成简报 and 导出台账 as files', async () => {
  expect((await town.ask('hefang', 'private', '生成简报')).markdown).toContain('本周工作简报');
  await town.ask('hefang', 'private', '导出台账');
  const files = await filesTo('hefang');
  expect(files.map(file => file.name)).toEqual(['简报-2023-06-26.docx', '台账-营商-2023-06-26.xlsx']);
  expect(files.every(file => isZip(file.bytes))).toBe(true);
});

test('a unit gets no 通报 and no 简报, and its own 台账', async () => {
  for (const words of ['生成通报', '生成简报'])
    expect((await town.ask('wanglei', 'private', words)).markdown).toContain('由区优化办生成');
  await town.ask('wanglei', 'private', '导出台账');
  expect((await filesTo('wanglei')).map(file => file.name)).toEqual(['台账-营商-2023-06-26.xlsx']);
  const [row]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM report_snapshots');
  expect(Number(row?.n)).toBe(0);
});

test('where files may not be uploaded, words say where they are, and the picture is left out', async () => {
  town.gateway.faults.denyRight('media');
  const answer = await town.ask('hefang', groups.district, '全区完成情况');
  expect(answer.markdown).toContain('共 142 项');
  expect(answer.markdown).not.toContain('![');
  await town.ask('hefang', groups.district, '生成通报');
  await town.settled();
  const last = town.gateway.messagesIn(town.gateway.privateChat('hefang')).at(-1);
  expect(last?.markdown).toContain('请登录网页，在“通报”里下载');
});
