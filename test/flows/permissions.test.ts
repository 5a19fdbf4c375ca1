// Who may do what, walked through completely: every role, every act, own and other unit, by text, by quoting, by a pressed button.
import { rights, type Right, rightsOf } from '../../src/directory/identity';
import { type Role } from '../../src/database/entities/unit';
import { groups, startTown, type Town } from '../support/town';

test('the table of rights is what the product says, and nothing is allowed by default', () => {
  const table: Record<Role, Right[]> = {
    staff: ['see_own_unit', 'report_progress'],
    liaison: ['see_own_unit', 'report_progress', 'hand_over'],
    leader: ['see_own_unit', 'report_progress', 'hand_over'],
    office: [
      'see_own_unit', 'see_all_units', 'report_progress', 'hand_over', 'set_up_groups', 'decide_requests', 'hold_tasks', 'urge', 'import_lists',
      'answer_blockers', 'decide_identities', 'see_operations', 'edit_directory', 'change_settings',
    ],
    admin: [
      'set_up_groups', 'decide_identities', 'see_operations', 'edit_directory', 'edit_people', 'change_settings', 'change_limits',
    ],
  }; // prettier-ignore
  for (const role of Object.keys(table) as Role[])
    for (const right of rights)
      expect([role, right, rightsOf(role).includes(right)]).toEqual([role, right, table[role].includes(right)]);
});

let town: Town;

beforeEach(async () => {
  town = await startTown({ staff: ['钱七,qianqi,区市场监管局,科员,工作人员'] });
  // Something of everything waits, once for each way of deciding it.
  for (const text of [
    '5完成30%',
    '1已完成',
    '12已完成',
    '2申请延期到9月底，因系统未上线',
    '13申请延期到9月底，因系统未上线',
    '3推进中，卡在数据共享',
    '11推进中，卡在数据共享',
  ])
    // prettier-ignore
    await town.ask('wanglei', groups.district, text);
  await claimIdentity();
});
afterEach(() => town.stop());

async function claimIdentity(): Promise<void> {
  await town.tell('passerby', groups.district, '我是区市场监管局孙八');
}

type Who = 'staff' | 'liaison' | 'leader' | 'other' | 'office' | 'admin' | 'stranger';
const staffId: Record<Who, string> = {
  staff: 'qianqi', liaison: 'wanglei', leader: 'limin', other: 'liuyang', office: 'linfeng', admin: 'admin01', stranger: 'passerby',
}; // prettier-ignore
const everybody = Object.keys(staffId) as Who[];
const unit: Who[] = ['staff', 'liaison', 'leader'];

interface Act {
  text: string;
  /** Who may. */
  by: Who[];
  /** What is written when it is done; a statement that yields a number. */
  trace: string;
  /** The task it is about, and the same act as said while quoting that task's card. */
  no?: number;
  quoting?: string;
}

const changes = (itemNo: number): string =>
  `SELECT COUNT(*) AS n FROM changes c JOIN tasks t ON t.id = c.taskId WHERE t.itemNo = ${itemNo}`;
const acts = (name: string): string => `SELECT COUNT(*) AS n FROM task_acts WHERE act = '${name}'`;
const audited = (name: string): string => `SELECT COUNT(*) AS n FROM audit_entries WHERE act = '${name}'`;

/** In an order in which all of them can be done one after the other. */
const table: Act[] = [
  { text: '8完成80%', by: unit, trace: changes(8), no: 8, quoting: '完成80%' },
  { text: '5完成40%', by: unit, trace: changes(5), no: 5, quoting: '完成40%' },
  { text: '9存在问题：缺经费', by: unit, trace: changes(9), no: 9, quoting: '存在问题：缺经费' },
  { text: '10已完成', by: unit, trace: changes(10), no: 10, quoting: '已完成' },
  {
    text: '7申请延期到9月底，因系统未上线', by: unit, trace: acts('request_extension'),
    no: 7, quoting: '申请延期到9月底，因系统未上线',
  },
  { text: '11的堵点已解决', by: [...unit, 'office'], trace: acts('close_blocker'), no: 11, quoting: '堵点已解决' },
  { text: '核销 1', by: ['office'], trace: acts('accept_closure'), no: 1, quoting: '核销' },
  { text: '退回 12，材料不全', by: ['office'], trace: acts('return_closure'), no: 12, quoting: '退回，材料不全' },
  { text: '同意延期 2', by: ['office'], trace: acts('accept_extension'), no: 2, quoting: '同意延期' },
  { text: '不同意延期 13，时间够', by: ['office'], trace: acts('refuse_extension'), no: 13, quoting: '不同意延期，时间够' },
  { text: '催办 6', by: ['office'], trace: acts('urge'), no: 6, quoting: '催办' },
  { text: '催办 未反馈单位', by: ['office'], trace: acts('urge') },
  { text: '挂起 6，等文件', by: ['office'], trace: acts('suspend'), no: 6, quoting: '挂起，等文件' },
  { text: '终止 4，并入第5项', by: ['office'], trace: acts('terminate'), no: 4, quoting: '终止，工作已完结' },
  { text: '答复堵点 3：已协调', by: ['office'], trace: acts('answer_blocker'), no: 3, quoting: '答复堵点：已协调' },
  { text: '不同意孙八的身份，不是本局的', by: ['office', 'admin'], trace: audited('refuse_identity') },
  { text: '确认孙八的身份', by: ['office', 'admin'], trace: audited('accept_identity') },
  { text: '我请假到周五，由李敏代', by: ['liaison'], trace: audited('deputy') },
  { text: '联络员换成李敏', by: ['liaison', 'leader'], trace: audited('hand_over') },
  { text: '本群绑定 区税务局', by: ['office', 'admin'], trace: audited('group_bind') },
  { text: '停用本群', by: ['office', 'admin'], trace: audited('group_disable') },
]; // prettier-ignore

/** The ways to say it: in a group, alone with the bot, while quoting a card there. */
type Path = 'group' | 'private' | 'quote';

function pathsOf({ text, quoting }: Act): Path[] {
  const inGroup: Path[] = /本群/u.test(text) ? ['group'] : ['group', 'private'];
  return quoting === undefined ? inGroup : [...inGroup, 'quote'];
}

async function act(who: Who, { text, no, quoting }: Act, path: Path): Promise<void> {
  const where = path === 'private' ? 'private' : groups.district;
  if (path !== 'quote') await town.tell(staffId[who], where, text);
  else
    await town.tell(staffId[who], where, quoting ?? text, await town.ask('hefang', groups.district, `第${no ?? 0}项`));
}

async function count(statement: string): Promise<number> {
  const [row]: { n: string }[] = await town.dataSource.query(statement);
  return Number(row?.n ?? 0);
}

test.each(everybody)('%s leaves no trace of what the table does not allow, on any path', async who => {
  const wrong: string[] = [];
  for (const one of table)
    for (const path of one.by.includes(who) ? [] : pathsOf(one)) {
      const before = await count(one.trace);
      await act(who, one, path);
      if ((await count(one.trace)) !== before) wrong.push(`${who} may not, by ${path}: ${one.text}`);
    }
  expect(wrong).toEqual([]);
});

test.each(['group', 'private', 'quote'] as const)('whoever may, can: by %s', async path => {
  const wrong: string[] = [];
  for (const one of table.filter(candidate => pathsOf(candidate).includes(path))) {
    const [who = 'office'] = one.by;
    if (one.text.includes('孙八')) await claimIdentity();
    const before = await count(one.trace);
    await act(who, one, path);
    if ((await count(one.trace)) <= before) wrong.push(`${who} may, by ${path}: ${one.text}`);
  }
  expect(wrong).toEqual([]);
});

test('nobody but the office has a hand in the tasks of other units', async () => {
  const wrong: string[] = [];
  const others: Act[] = [
    { text: '75完成80%', by: [], trace: changes(75), no: 75, quoting: '完成80%' },
    { text: '75申请延期到9月底，因系统未上线', by: [], trace: acts('request_extension'), no: 75, quoting: '申请延期到9月底，因系统未上线' },
    { text: '75存在问题：缺经费', by: [], trace: changes(75), no: 75, quoting: '存在问题：缺经费' },
  ]; // prettier-ignore
  for (const who of everybody)
    for (const one of others)
      for (const path of pathsOf(one)) {
        const before = await count(one.trace);
        await act(who, one, path);
        if ((await count(one.trace)) !== before) wrong.push(`${who} may not, by ${path}: ${one.text}`);
      }
  expect(wrong).toEqual([]);
});

test("the office's button, pressed by somebody else in the same group, does nothing", async () => {
  await town.settled();
  const notice = town.gateway.messagesIn(town.gateway.privateChat('hefang')).find(one => one.buttons.length > 0);
  const say = notice?.buttons[0]?.say ?? '';
  expect(say).toContain('核销 营商1');
  const before = await count(acts('accept_closure'));
  await town.tell('wanglei', groups.district, say);
  expect(await count(acts('accept_closure'))).toBe(before);
});

test('two of the office deciding at once: one decision', async () => {
  await Promise.all([
    town.tell('hefang', groups.district, '核销 1'),
    town.tell('linfeng', groups.market, '退回 1，材料不全'),
  ]);
  await town.settled();
  expect((await count(acts('accept_closure'))) + (await count(acts('return_closure')))).toBe(1);
});
