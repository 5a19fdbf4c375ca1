// Who may do what, walked through completely: every role, every act, own and other unit, by text, by quoting, by a pressed button.
import { rights, type Right, rightsOf } from '../../src/directory/identity';
import { type Role } from '../../src/database/entities/unit';
import { type ShownMessage } from '../../src/simulator/gateway-events';
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
  town = await startTown();
  // Something of everything waits: a closure, an extension, a difficulty, an unconfirmed identity.
  await town.ask('wanglei', groups.district, '5完成30%');
  await town.ask('wanglei', groups.district, '1已完成');
  await town.ask('wanglei', groups.district, '2申请延期到9月底，因系统未上线');
  await town.ask('wanglei', groups.district, '3推进中，卡在数据共享');
});
afterEach(() => town.stop());

type Who = 'liaison' | 'leader' | 'other' | 'office' | 'admin' | 'stranger';
const staffId: Record<Who, string> = {
  liaison: 'wanglei', leader: 'limin', other: 'liuyang', office: 'linfeng', admin: 'admin01', stranger: 'passerby',
}; // prettier-ignore
const everybody = Object.keys(staffId) as Who[];
const unit: Who[] = ['liaison', 'leader'];

interface Act {
  text: string;
  /** Who may. */
  by: Who[];
  /** What is written when it is done; a statement that yields a number. */
  trace: string;
  /** Said while quoting the card of this task, so that it needs no number. */
  quoting?: number;
}

const changes = (itemNo: number): string =>
  `SELECT COUNT(*) AS n FROM changes c JOIN tasks t ON t.id = c.taskId WHERE t.itemNo = ${itemNo}`;
const acts = (name: string): string => `SELECT COUNT(*) AS n FROM task_acts WHERE act = '${name}'`;

const table: Act[] = [
  { text: '8完成80%', by: unit, trace: changes(8) },
  { text: '完成40%', quoting: 5, by: [...unit], trace: changes(5) },
  { text: '9存在问题：缺经费', by: unit, trace: changes(9) },
  { text: '7申请延期到9月底，因系统未上线', by: unit, trace: acts('request_extension') },
  { text: '3的堵点已解决', by: [...unit, 'office'], trace: acts('close_blocker') },
  { text: '核销 1', by: ['office'], trace: acts('accept_closure') },
  { text: '退回，材料不全', quoting: 1, by: ['office'], trace: acts('return_closure') },
  { text: '同意延期 2', by: ['office'], trace: acts('accept_extension') },
  { text: '不同意延期 2，时间够', by: ['office'], trace: acts('refuse_extension') },
  { text: '挂起 6，等文件', by: ['office'], trace: acts('suspend') },
  { text: '终止 6，取消', by: ['office'], trace: acts('terminate') },
  { text: '催办 6', by: ['office'], trace: acts('urge') },
  { text: '答复堵点 3：已协调', by: ['office'], trace: acts('answer_blocker') },
  {
    text: '停用本群',
    by: ['office', 'admin'],
    trace: "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'group_disable'",
  },
  {
    text: '本群绑定 区税务局',
    by: ['office', 'admin'],
    trace: "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'group_bind'",
  },
];

async function count(statement: string): Promise<number> {
  const [row]: { n: string }[] = await town.dataSource.query(statement);
  return Number(row?.n ?? 0);
}

async function cardOf(no: number): Promise<ShownMessage> {
  return town.ask('hefang', groups.district, `第${no}项`);
}

test.each(everybody)(
  '%s does by text and by quoting what the table says, and leaves no trace of anything else',
  async who => {
    const wrong: string[] = [];
    for (const { text, by, trace, quoting } of table) {
      if (by.includes(who)) continue;
      const before = await count(trace);
      await town.tell(staffId[who], groups.district, text, quoting === undefined ? undefined : await cardOf(quoting));
      if ((await count(trace)) !== before) wrong.push(`${who} may not: ${text}`);
    }
    expect(wrong).toEqual([]);
  },
);

test.each(table.map(act => [act.text, act] as const))(
  'whoever may, can: %s',
  async (_text, { text, by, trace, quoting }) => {
    const [who] = by;
    const before = await count(trace);
    await town.tell(
      staffId[who ?? 'office'],
      groups.district,
      text,
      quoting === undefined ? undefined : await cardOf(quoting),
    );
    expect(await count(trace)).toBeGreaterThan(before);
  },
);

test("the office's button, pressed by somebody else in the same group, does nothing", async () => {
  await town.settled();
  const notice = town.gateway.messagesIn(town.gateway.privateChat('hefang')).find(one => one.buttons.length > 0);
  const say = notice?.buttons[0]?.say ?? '';
  expect(say).toContain('核销 1');
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
