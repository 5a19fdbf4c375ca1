// A list handed in by chat: fetched over the real connection, previewed, written on 确认导入, dropped on 取消; nobody else's, nothing secret.
import { readFileSync } from 'node:fs';
import { projectFile } from '../../src/project-files';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { flattened, usualHeader } from '../importer/flattened';
import { groups, startTown, type Town } from '../support/town';

const sample = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'), 'utf8');
const changed = Buffer.from(sample.replace('2023年5月底，长期推进', '2023年9月底，长期推进'));
const title = ['2023年重点项目建设任务清单'];
const small = flattened(
  [
    usualHeader,
    ['1', '推进甲项工作', '区财政局', '区无此局', '2023年6月底'],
    ['3', '推进乙项工作', '区住建局', '', '春天'],
  ],
  title,
);

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

/** Sends a file in a private chat, and waits until it has been dealt with; what the robot said since. */
async function hand(from: string, bytes: Buffer, name = '清单.txt', where = 'private'): Promise<string> {
  const said = town.gateway.say({ from, in: where, text: '', file: { name, bytes } });
  if (where === 'private')
    await town.gateway.waitForEvent(event =>
      event.kind === 'acknowledged' && event.delivery.messageId === said.id ? true : null,
    );
  await town.settled();
  return since(said);
}

function since(said: ShownMessage): string {
  return town.gateway.world
    .messagesAfter(said.id)
    .filter(message => message.from.robotCode !== null && message.conversationId === said.conversationId)
    .map(message => message.text)
    .join('\n');
}

const say = async (from: string, text: string, where = 'private', quote?: ShownMessage): Promise<string> =>
  (await town.tell(from, where, text, quote)).map(message => message.text).join('\n');
const count = async (sql: string): Promise<number> => {
  const [row]: { n: string }[] = await town.dataSource.query(sql);
  return Number(row?.n ?? 0);
};
const tasks = (): Promise<number> => count('SELECT COUNT(*) AS n FROM tasks');
const kept = (): Promise<number> => count('SELECT COUNT(*) AS n FROM import_draft_pieces');
const downloads = (): number => town.gateway.calls('/v1.0/robot/messageFiles/download').length;
const later = (minutes: number): void => {
  town.clock.turnTo(new Date(town.clock.now().getTime() + minutes * 60_000));
};

test('a new list: previewed with its warnings and unknown names, written on 确认导入, once', async () => {
  const preview = await hand('hefang', small);
  expect(preview).toContain('2023年重点项目建设任务清单（2023年）');
  expect(preview).toContain('共 2 项任务');
  expect(preview).toContain('这是一份新清单，将新增 2 项');
  expect(preview).toContain('序号不连续：缺2');
  expect(preview).toContain('名录中没有的单位：区无此局（第2、3行）');
  expect(preview).toContain('/import/');
  expect([await tasks(), await kept()]).toEqual([142, 1]);
  expect(await say('hefang', '确认导入')).toContain('新增 2 项，变更 0 项，终止 0 项');
  expect([await tasks(), await kept()]).toEqual([144, 0]);
  expect(await say('hefang', '确认导入')).toContain('没有可以导入的清单');
  expect(await tasks()).toBe(144);
  expect(
    await count("SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'import_list' AND actor = '何芳（区优化办）'"),
  ).toBe(1);
});

test('a new version: each difference, the affected units told, progress kept; the same again is no question', async () => {
  await town.ask('chenjing', groups.district, '38完成60%');
  // The stored list goes by a name of its own; the title and the year say that this is its new version.
  const first = await hand('hefang', changed, '新版.txt');
  expect(first).toContain('简称“营商”');
  expect(first).toMatch(/与现有清单相比：新增 0 项，变更 \d 项，终止 0 项/);
  // Said in words with the quoted file, as in a group.
  const file = town.gateway.say({
    from: 'hefang',
    in: groups.district,
    text: '',
    file: { name: '营商.txt', bytes: changed },
  });
  const preview = await say('hefang', '导入清单 营商', groups.district, file);
  expect(preview).toMatch(/与现有清单相比：新增 0 项，变更 \d 项，终止 0 项/);
  expect(preview).toContain('变更 第38项');
  expect(preview).toContain('→2023年9月底，长期推进');
  // Another's word in the group is not the asker's.
  expect(await say('linfeng', '确认导入', groups.district)).toContain('没有可以导入的清单');
  const done = await say('hefang', '确认导入', groups.district);
  expect(done).toMatch(/已导入清单“营商”.*变更 \d 项/u);
  expect(done).toContain('区行政审批局');
  const [row]: { due: string; percent: number }[] = await town.dataSource.query(
    `SELECT t.due, q.percent FROM tasks t JOIN task_units q ON q.taskId = t.id JOIN units u ON u.id = q.unitId
      WHERE t.itemNo = 38 AND u.name = '区行政审批局'`,
  );
  expect(row).toEqual({ due: '2023-09-30', percent: 60 });
  const again = await say('hefang', '导入清单 营商', groups.district, file);
  expect(again).toContain('与现有清单完全相同，无需导入');
  expect(await say('hefang', '确认导入', groups.district)).toContain('没有可以导入的清单');
});

test('取消 drops it; so does time; a bare 是 is not enough; what changed meanwhile is not written', async () => {
  await hand('hefang', small);
  expect(await say('hefang', '好的')).toContain('要导入请回复“确认导入”');
  expect(await say('hefang', '取消')).toContain('没有导入，文件已丢弃');
  expect(await kept()).toBe(0);
  expect(await say('hefang', '确认导入')).toContain('没有可以导入的清单');
  await hand('hefang', small);
  later(11);
  expect(await say('hefang', '确认导入')).toContain('已超过 10 分钟');
  const file = town.gateway.say({
    from: 'hefang',
    in: groups.district,
    text: '',
    file: { name: 'a.txt', bytes: changed },
  });
  await say('hefang', '导入 营商', groups.district, file);
  await town.dataSource.query("UPDATE tasks SET content = '别人刚改过的内容' WHERE itemNo = 20");
  expect(await say('hefang', '确认导入', groups.district)).toContain('在预览之后有了变化，没有导入任何内容');
  expect(await tasks()).toBe(142);
});

test('errors are named and nothing can be confirmed; what is no list is said', async () => {
  const wrong = flattened(
    [usualHeader, ['1', '甲', '区财政局', '', '2023年13月底'], ['1', '乙', '区财政局', '', '6月底']],
    title,
  );
  const said = await hand('hefang', wrong);
  expect(said).toContain('2023年13月底');
  expect(said).toContain('有错误，不能导入');
  expect(await say('hefang', '确认导入')).toContain('没有可以导入的清单');
  expect(await hand('hefang', Buffer.from('%PDF-1.7'), '清单.pdf')).toMatch(/没有导入：.*PDF/u);
  expect(await hand('hefang', Buffer.from('504b0304ffff', 'hex'), '清单.docx')).toMatch(/没有导入：.*压缩包|Word/u);
  expect(await say('hefang', '导入')).toContain('请把清单文件');
  expect([await tasks(), (await kept()) > 0]).toEqual([142, true]);
});

test('units, leaders, administrators and strangers get one clear sentence, and nothing is fetched', async () => {
  expect(await hand('wanglei', small)).toContain('重点任务清单由区优化办导入');
  expect(await say('wanglei', '确认导入')).toContain('清单由区优化办导入');
  expect(await hand('admin01', small)).toContain('清单由区优化办导入，没有读取您发的文件');
  expect(await hand('passerby', small)).toContain('清单由区优化办导入，没有读取您发的文件');
  const file = town.gateway.say({
    from: 'wanglei',
    in: groups.market,
    text: '',
    file: { name: 'a.txt', bytes: small },
  });
  expect(await say('wanglei', '导入这份清单', groups.market, file)).toContain('清单由区优化办导入');
  expect([downloads(), await kept(), await tasks()]).toEqual([0, 0, 142]);
});

test('a 密级 mark in the name or inside: refused, and nothing of it is kept', async () => {
  expect(await hand('hefang', small, '机密★项目清单.txt')).toContain('密级或内部文件标志');
  expect(downloads()).toBe(0);
  const secret = flattened([usualHeader, ['1', '推进甲项工作', '区财政局', '', '6月底']], ['秘密★一年', ...title]);
  expect(await hand('hefang', secret, '清单.txt')).toContain('密级或内部文件标志');
  expect(downloads()).toBe(1);
  const left = await count('SELECT COUNT(*) AS n FROM inbox_messages WHERE payload IS NOT NULL');
  const refused = await count(
    "SELECT COUNT(*) AS n FROM inbox_messages WHERE status = 'refused' AND outcome LIKE 'refused%'",
  );
  expect([left, refused, await kept(), await tasks()]).toEqual([0, 2, 0, 142]);
});

test('a file right after a report is evidence; a file the platform no longer has is said', async () => {
  await town.ask('linfeng', groups.district, '38完成60%');
  expect(await hand('linfeng', small, '佐证.docx')).toContain('38');
  expect(downloads()).toBe(0);
  const file = town.gateway.say({
    from: 'hefang',
    in: groups.district,
    text: '',
    file: { name: 'a.txt', bytes: small },
  });
  town.gateway.files.expire();
  expect(await say('hefang', '导入', groups.district, file)).toMatch(/没有导入：没能从钉钉取得文件.*已过期/u);
});

test('confirmed on another instance, after the first is gone', async () => {
  await hand('hefang', small);
  await town.restart();
  expect(await say('hefang', '确认导入')).toContain('新增 2 项');
  expect(await tasks()).toBe(144);
});
