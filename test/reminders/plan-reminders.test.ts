// The morning plan on a real database with the sample list and the sample people.
import { readFileSync } from 'node:fs';
import { type EntityManager } from 'typeorm';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { addDays, mondayOf, type CivilDate } from '../../src/calendar/civil-date';
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { loadWorkCalendar } from '../../src/database/work-days';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { newId } from '../../src/ids';
import { previewImport } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { type MorningPlan, planReminders } from '../../src/reminders/plan-reminders';
import { renderReply } from '../../src/rendering/render';
import { type Reply } from '../../src/rendering/reply';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { publishedCalendar, publishedDays } from '../support/published-holidays';

const now = new Date('2023-04-28T18:00:00+08:00');
const groups = { district: 'cidDistrictDemo==', market: 'cidMarketDemo==', tax: 'cidTaxDemo==' };
const market = '区市场监管局';

let database: FreshDatabase;
let calendar: WorkCalendar;

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(async manager => {
    await loadSampleLedger(manager, now);
    await loadSamplePeople(manager, now);
  });
  calendar = await loadWorkCalendar(database.dataSource.manager);
}, 60_000);
afterAll(() => database.drop());

/** Runs on the sample data and takes back whatever was changed. */
async function onSample<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = database.dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    return await work(runner.manager);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** The plan of a morning after some SQL. */
function planAfter(at: CivilDate, ...changes: [sql: string, ...values: unknown[]][]): Promise<MorningPlan> {
  return onSample(async manager => {
    for (const [sql, ...values] of changes) await manager.query(sql, values);
    return planReminders(manager, { at, calendar });
  });
}

/** "区市场监管局 2023-05-31 overdue: 38 43", one line per entry of one recipient's card; [] without a card. */
function linesFor(plan: MorningPlan, id: string): string[] {
  const card = plan.cards.find(({ to }) => to.id === id);
  return (card?.units ?? []).map(({ unit, due, rung, tasks }) => `${unit} ${due} ${rung}: ${tasks.join(' ')}`);
}

type CardReply = Extract<Reply, { template: 'morning_card' }>;
const replyFor = (plan: MorningPlan, id: string): CardReply =>
  plan.cards.find(({ to }) => to.id === id)!.reply as CardReply;

// What the list itself says, read without the database.
const sampleFile = '鄂城区优化营商环境重点任务清单.txt';
const sample = previewImport(readFileSync(projectFile('seeds', sampleFile)), sampleFile, {
  shortName: '营商',
  units: readUnitDirectory(projectFile('seeds', 'units.json')),
}).tasks;

/** What the district's group must show where nobody has reported: every unit named in a task of these dates. */
function expectedOfDistrict(dues: Record<CivilDate, string>): string[] {
  return Object.entries(dues).flatMap(([due, rung]) => {
    const tasks = sample.filter(task => task.deadline.due === due);
    const units = new Set(tasks.flatMap(task => [...task.lead, ...task.support]));
    return [...units].map(unit => {
      const nos = tasks.filter(task => [...task.lead, ...task.support].includes(unit)).map(task => task.no);
      return `${unit} ${due} ${rung}: ${nos.join(' ')}`;
    });
  });
}

describe('the cards of a morning', () => {
  it('on 2023-06-26, Monday: what is overdue since May; June is on no rung', async () => {
    const plan = await planAfter('2023-06-26');
    expect(Object.fromEntries(plan.cards.map(({ to }) => [to.id, linesFor(plan, to.id)]))).toEqual({
      [groups.district]: expect.arrayContaining(expectedOfDistrict({ '2023-05-31': 'overdue' })),
      [groups.market]: ['区市场监管局 2023-05-31 overdue: 38 43'],
      [groups.tax]: ['区税务局 2023-05-31 overdue: 43'],
      wanglei: ['区市场监管局 2023-05-31 overdue: 38 43'],
      zhangsan: ['区税务局 2023-05-31 overdue: 43'],
      chenjing: ['区行政审批局 2023-05-31 overdue: 38 39 40 43 44 106'],
      liuyang: ['区住建局 2023-05-31 overdue: 38 39 40 43 106'],
      zhaomin: ['区发改经信局 2023-05-31 overdue: 39 40 106'],
      sunjiu: ['区金融办 2023-05-31 overdue: 43'],
    });
    expect(linesFor(plan, groups.district)).toHaveLength(expectedOfDistrict({ '2023-05-31': 'overdue' }).length);
    expect(plan).toMatchObject({ at: '2023-06-26', workday: true, allClear: [] });
  });

  it('on 2023-06-27: rung 3 of 06-30, of lead and support units alike; nothing overdue in the middle of the week', async () => {
    const plan = await planAfter('2023-06-27');
    expect(Object.fromEntries(plan.cards.map(({ to }) => [to.id, linesFor(plan, to.id)]))).toEqual({
      [groups.district]: expect.arrayContaining(expectedOfDistrict({ '2023-06-30': '3' })),
      [groups.market]: ['区市场监管局 2023-06-30 3: 1 2 3 5 6 7 8 9 10 115'],
      [groups.tax]: ['区税务局 2023-06-30 3: 1 2 3 7 8 9 10'],
      wanglei: ['区市场监管局 2023-06-30 3: 1 2 3 5 6 7 8 9 10 115'],
      zhangsan: ['区税务局 2023-06-30 3: 1 2 3 7 8 9 10'],
      chenjing: ['区行政审批局 2023-06-30 3: 5 6'],
      zhaomin: ['区发改经信局 2023-06-30 3: 1 2 3'],
      wutong: ['区司法局 2023-06-30 3: 115'],
    });
    expect(linesFor(plan, groups.district)).toHaveLength(expectedOfDistrict({ '2023-06-30': '3' }).length);
  });

  it('on 2023-06-28: none', async () => {
    expect(await planAfter('2023-06-28')).toMatchObject({ workday: true, cards: [], allClear: [], unreachable: [] });
  });

  it('on 2023-06-30: rung 0', async () => {
    const plan = await planAfter('2023-06-30');
    expect(linesFor(plan, 'wanglei')).toEqual(['区市场监管局 2023-06-30 0: 1 2 3 5 6 7 8 9 10 115']);
    expect(linesFor(plan, groups.district).sort()).toEqual(expectedOfDistrict({ '2023-06-30': '0' }).sort());
  });

  it('on 2023-07-03, the first workday after: both dates overdue, the older first', async () => {
    const plan = await planAfter('2023-07-03');
    expect(linesFor(plan, 'wanglei')).toEqual([
      '区市场监管局 2023-05-31 overdue: 38 43',
      '区市场监管局 2023-06-30 overdue: 1 2 3 5 6 7 8 9 10 115',
    ]);
    expect(linesFor(plan, groups.district).sort()).toEqual(
      expectedOfDistrict({ '2023-05-31': 'overdue', '2023-06-30': 'overdue' }).sort(),
    );
  });

  it('on 2023-07-10: what is overdue, and rung 15 of 07-31', async () => {
    expect(linesFor(await planAfter('2023-07-10'), groups.district).sort()).toEqual(
      expectedOfDistrict({ '2023-05-31': 'overdue', '2023-06-30': 'overdue', '2023-07-31': '15' }).sort(),
    );
  });

  it.each(['2023-06-22', '2023-06-24', '2023-07-01', '2023-10-05'])('on %s, no workday: none', async at => {
    expect(await planAfter(at)).toMatchObject({ workday: false, cards: [], allClear: [], unreachable: [] });
  });

  it('of a missed morning go with the next one', async () => {
    const plan = await onSample(manager =>
      planReminders(manager, { at: '2023-06-28', calendar, missedSince: '2023-06-26' }),
    );
    expect(linesFor(plan, 'zhaomin')).toEqual(['区发改经信局 2023-06-30 3: 1 2 3']);
  });

  it('of a morning whose card reached others only, go with the next one to whom it did not reach', async () => {
    const leftOut = new Map([['person:zhaomin', '2023-06-26']]);
    const plan = await onSample(manager => planReminders(manager, { at: '2023-06-28', calendar, leftOut }));
    expect(linesFor(plan, 'zhaomin')).toEqual(['区发改经信局 2023-06-30 3: 1 2 3']);
    expect(plan.cards.map(({ to }) => to.id)).toEqual(['zhaomin']);
  });

  /** The rung by counting days on the calendar as published, one by one. */
  function countedRung(due: CivilDate, at: CivilDate): string | null {
    const workdays = (from: CivilDate, to: CivilDate): number => {
      let count = 0;
      for (let day = from; day <= to; day = addDays(day, 1)) if (publishedCalendar.isWorkday(day)) count++;
      return count;
    };
    if (at > due) {
      const isFirstAfter = workdays(addDays(due, 1), addDays(at, -1)) === 0;
      return isFirstAfter || workdays(mondayOf(at), addDays(at, -1)) === 0 ? 'overdue' : null;
    }
    const left = workdays(addDays(at, 1), due);
    return [15, 7, 3, 1, 0].includes(left) ? String(left) : null;
  }

  it('can be planned on every day from May to January: what is owed, at most one each, all of it fit to be sent', async () => {
    const dues = [...new Set(sample.map(task => task.deadline.due).filter(due => due !== null))];
    let cards = 0;
    for (let at = '2023-05-01'; at <= '2024-01-31'; at = addDays(at, 1)) {
      const plan = await planReminders(database.dataSource.manager, { at, calendar });
      const rungs = dues.flatMap(due => {
        const rung = publishedCalendar.isWorkday(at) ? countedRung(due, at) : null;
        return rung === null ? [] : [[due, rung]];
      });
      expect([at, linesFor(plan, groups.district).sort()]).toEqual([
        at,
        expectedOfDistrict(Object.fromEntries(rungs) as Record<CivilDate, string>).sort(),
      ]);
      const all = [...plan.cards, ...plan.allClear];
      expect(new Set(all.map(({ to }) => `${to.kind} ${to.id}`)).size).toBe(all.length);
      for (const { reply } of all) {
        const { title, markdown } = renderReply(reply);
        expect(title).not.toBe('');
        expect(Buffer.byteLength(JSON.stringify({ title, text: markdown }))).toBeLessThan(15_000);
      }
      cards += plan.cards.length;
    }
    expect(cards).toBeGreaterThan(300);
  }, 60_000);
});

describe('who owes', () => {
  const setState = (state: string, no: number): [string, ...unknown[]] => [
    'UPDATE tasks SET state = ? WHERE itemNo = ?',
    state,
    no,
  ];
  const setPart = (set: string, no: number, unit: string): [string, ...unknown[]] => [
    `UPDATE task_units p JOIN tasks t ON t.id = p.taskId JOIN units u ON u.id = p.unitId SET ${set} WHERE t.itemNo = ? AND u.name = ?`,
    no,
    unit,
  ];

  it.each(['closing', 'closed', 'suspended', 'terminated', 'ongoing'])(
    'nobody, for a task that is %s, at a rung or overdue',
    async state => {
      const rung = await planAfter('2023-06-30', setState(state, 1));
      expect(linesFor(rung, 'wanglei')).toEqual(['区市场监管局 2023-06-30 0: 2 3 5 6 7 8 9 10 115']);
      expect(linesFor(rung, 'zhaomin')).toEqual(['区发改经信局 2023-06-30 0: 2 3']);
      const overdue = await planAfter('2023-06-26', setState(state, 43));
      expect(linesFor(overdue, 'wanglei')).toEqual(['区市场监管局 2023-05-31 overdue: 38']);
      expect(linesFor(overdue, 'sunjiu')).toEqual([]);
    },
  );

  it('a unit that has reported since the previous rung is left out, the others on the task are not', async () => {
    const reported = setPart("lastReportedAt = '2023-06-20 01:00:00.000'", 1, '区税务局');
    const plan = await planAfter('2023-06-27', reported);
    expect(linesFor(plan, 'zhangsan')).toEqual(['区税务局 2023-06-30 3: 2 3 7 8 9 10']);
    expect(linesFor(plan, 'wanglei')[0]).toContain(': 1 2 3');
    expect(linesFor(await planAfter('2023-06-29', reported), 'zhangsan')).toEqual([
      '区税务局 2023-06-30 1: 1 2 3 7 8 9 10',
    ]);
  });

  it('a support unit whose part is done owes nothing even when overdue; a lead unit’s word alone does not free it', async () => {
    const plan = await planAfter(
      '2023-06-26',
      setPart('done = 1', 43, market),
      setPart('done = 1', 38, '区行政审批局'),
    );
    expect(linesFor(plan, 'wanglei')).toEqual(['区市场监管局 2023-05-31 overdue: 38']);
    expect(linesFor(plan, 'chenjing')).toEqual(['区行政审批局 2023-05-31 overdue: 38 39 40 43 44 106']);
  });

  it('a member of a collective does not by that alone, but such tasks are in its counts', async () => {
    const plan = await planAfter('2023-06-30');
    expect(linesFor(plan, 'zhengtao')).toEqual([]);
    expect(linesFor(plan, groups.district).join()).not.toContain('泽林镇');
    const named = await planAfter('2023-06-30', [
      "UPDATE task_units p JOIN tasks t ON t.id = p.taskId SET p.unitId = (SELECT id FROM units WHERE name = '泽林镇') WHERE t.itemNo = 115 AND p.role = 'lead'",
    ]);
    expect(linesFor(named, 'zhengtao')).toEqual(['泽林镇 2023-06-30 0: 115']);
    const towns = (due: CivilDate) =>
      sample.filter(task => task.deadline.due === due && task.collectives.includes('各镇街')).length;
    // 115 names 各镇街 beside the town now; it counts once.
    expect(replyFor(named, 'zhengtao').units).toMatchObject([
      { unit: '泽林镇', overdue: towns('2023-05-31'), dueThisWeek: towns('2023-06-30'), tasks: [{ no: 115 }], more: 0 },
    ]);
  });

  it('of a task led by collectives only the unit named in it, once; the office can see why', async () => {
    const explained = await onSample(manager => planReminders(manager, { at: '2023-12-29', calendar, explain: 'all' }));
    const owing = (no: number) =>
      explained.cards.find(({ to }) => to.id === groups.district)!.units.filter(({ due, tasks }) => due === '2023-12-31' && tasks.includes(no)); // prettier-ignore
    expect(owing(143)).toEqual([expect.objectContaining({ unit: '花湖开发区', rung: 0 })]);
    expect(owing(143)[0]!.tasks.filter(no => no === 143)).toHaveLength(1);
    const why = explained.explain.filter(({ no }) => no === 143).map(({ unit, rung, reason }) => [unit, rung, reason]);
    expect(why).toEqual(
      expect.arrayContaining([
        ['花湖开发区', 0, '最后一个工作日，应反馈'],
        ['区直各有关单位', null, '牵头是集合单位，由督办专员确定到具体单位'],
        ['各镇街', null, '牵头是集合单位，由督办专员确定到具体单位'],
      ]),
    );
  });
});

describe('who receives a card', () => {
  const unitId = (name: string): string => `(SELECT id FROM units WHERE name = '${name}')`;
  const addGroup = (
    conversationId: string,
    scope: string | null,
    unit: string | null,
    status = 'enabled',
  ): [string] => [
    `INSERT INTO chat_groups (id, channel, conversationId, title, status, scope, unitId, createdAt)
     VALUES ('${newId()}', 'dingtalk', '${conversationId}', '群', '${status}', ${scope ? `'${scope}'` : 'NULL'}, ${unit ? unitId(unit) : 'NULL'}, '2023-06-01')`,
  ];
  const addPost = (person: string, unit: string, role = 'liaison'): [string] => [
    `INSERT INTO posts (id, personId, unitId, role, createdAt)
     SELECT '${newId()}', id, ${unitId(unit)}, '${role}', '2023-06-01' FROM people WHERE name = '${person}'`,
  ];

  it('each enabled and bound group one, also two groups of one unit', async () => {
    const plan = await planAfter(
      '2023-06-27',
      addGroup('cidSecond', 'unit', market),
      addGroup('cidWaiting', null, null, 'waiting'),
      addGroup('cidUnbound', null, null),
      addGroup('cidOff', 'unit', market, 'disabled'),
    );
    const ids = plan.cards.filter(({ to }) => to.kind === 'group').map(({ to }) => to.id);
    expect(ids.sort()).toEqual([groups.district, groups.market, groups.tax, 'cidSecond'].sort());
  });

  it('a liaison of two units one card with both, the worse one first; leaders and staff none', async () => {
    const plan = await planAfter('2023-07-03', addPost('吴桐', '区金融办'), addPost('李敏', '区税务局', 'staff'));
    expect(plan.cards.filter(({ to }) => to.id === 'wutong')).toHaveLength(1);
    expect(linesFor(plan, 'wutong')).toEqual(['区金融办 2023-05-31 overdue: 43', '区司法局 2023-06-30 overdue: 115']);
    expect(plan.cards.filter(({ to }) => to.kind === 'person').map(({ to }) => to.id).sort()).toEqual(
      ['chenjing', 'liuyang', 'sunjiu', 'wanglei', 'wutong', 'zhangsan', 'zhaomin'],
    ); // prettier-ignore
  });

  it('a liaison known under two ids one card, one whose post has ended none', async () => {
    const plan = await planAfter(
      '2023-06-27',
      [`INSERT INTO channel_identities (id, channel, externalId, personId)
        SELECT '${newId()}', 'dingtalk', 'wanglei2', id FROM people WHERE name = '王磊'`], // prettier-ignore
      ["UPDATE posts q JOIN people p ON p.id = q.personId SET q.endedAt = '2023-06-20' WHERE p.name = '张三'"],
    );
    expect(plan.cards.filter(({ to }) => to.id.startsWith('wanglei'))).toHaveLength(1);
    expect(plan.cards.filter(({ to }) => to.id === 'zhangsan')).toHaveLength(0);
    // Its group still hears of it.
    expect(plan.unreachable.map(({ unit }) => unit)).not.toContain('区税务局');
  });

  it('a group bound to a list hears of that list only', async () => {
    const other = newId();
    const task = newId();
    const plan = await planAfter(
      '2023-06-27',
      ["INSERT INTO task_lists (id, title, shortName, year, importedAt) VALUES (?, '另一份清单', '另', 2023, '2023-06-01')", other],
      [`INSERT INTO tasks (id, listId, itemNo, label, content, deadlineText, due, longTerm, vague, openEnded, state, version, createdAt)
        VALUES (?, ?, 1, '1', '别的事', '2023年6月底', '2023-06-30', 0, 0, 0, 'active', 1, '2023-06-01')`, task, other],
      [`INSERT INTO task_units (id, taskId, role, position, unitId, collectiveId, done)
        VALUES ('${newId()}', ?, 'lead', 1, ${unitId('区税务局')}, '', 0)`, task],
      ['UPDATE chat_groups SET listId = ? WHERE conversationId = ?', other, groups.tax],
    ); // prettier-ignore
    expect(linesFor(plan, groups.tax)).toEqual(['区税务局 2023-06-30 3: 1']);
    expect(replyFor(plan, groups.tax)).toMatchObject({ list: '另一份清单', units: [{ dueThisWeek: 1, more: 0 }] });
    // Elsewhere a number alone would say too little.
    const liaison = plan.cards.find(({ to }) => to.id === 'zhangsan')!;
    expect(liaison.units).toEqual([
      { unit: '区税务局', list: '营商', due: '2023-06-30', rung: 3, tasks: [1, 2, 3, 7, 8, 9, 10] },
      { unit: '区税务局', list: '另', due: '2023-06-30', rung: 3, tasks: [1] },
    ]);
  });

  it('units nobody can be reached for are named, with the reason', async () => {
    const plan = await planAfter(
      '2023-06-27',
      ["INSERT INTO people (id, name, createdAt) VALUES ('p-silent', '马宁', '2023-06-01')"],
      addPost('马宁', '区人社局'),
    );
    expect(plan.unreachable).toEqual(
      expect.arrayContaining([
        { unit: '区人社局', reason: '联络员马宁没有登记钉钉账号，也没有绑定本单位的群' },
        { unit: '区公安分局', reason: '没有联络员，也没有绑定本单位的群' },
        { unit: '花湖开发区', reason: '没有联络员，也没有绑定本单位的群' },
      ]),
    );
    const reached = [market, '区税务局', '区行政审批局', '区发改经信局', '区司法局'];
    for (const unit of reached) expect(plan.unreachable.map(one => one.unit)).not.toContain(unit);
    const owing = new Set(expectedOfDistrict({ '2023-06-30': '3' }).map(line => line.split(' ')[0]));
    expect(plan.unreachable.map(({ unit }) => unit).sort()).toEqual(
      [...owing].filter(unit => !reached.includes(unit ?? '')).sort(),
    );
  });
});

describe('the all-clear', () => {
  it('on a Monday on which nothing is owed: one line to each group, with what comes next', async () => {
    const plan = await planAfter('2023-05-15');
    expect(plan.cards).toEqual([]);
    const due = (unit: string | null) =>
      sample.filter(task => task.deadline.due === '2023-05-31' && (unit === null || [...task.lead, ...task.support].includes(unit))).length; // prettier-ignore
    expect(plan.allClear).toEqual([
      {
        to: { kind: 'group', id: groups.district, name: '全区重点任务工作群' },
        reply: { template: 'all_clear', date: '5月15日 周一', unit: null, next: `5月底 ${due(null)} 项` },
      },
      {
        to: { kind: 'group', id: groups.market, name: '市场监管局督办群' },
        reply: { template: 'all_clear', date: '5月15日 周一', unit: market, next: `5月底 ${due(market)} 项` },
      },
      {
        to: { kind: 'group', id: groups.tax, name: '税务局督办群' },
        reply: { template: 'all_clear', date: '5月15日 周一', unit: '区税务局', next: `5月底 ${due('区税务局')} 项` },
      },
    ]);
    for (const { reply } of plan.allClear) expect(renderReply(reply).markdown.trim().split('\n')).toHaveLength(1);
  });

  it('only to the groups that owe nothing', async () => {
    const plan = await planAfter('2023-06-26', ["UPDATE tasks SET state = 'closed' WHERE itemNo = 43"]);
    expect(plan.allClear.map(({ to }) => to.id)).toEqual([groups.tax]);
    expect(plan.allClear[0]!.reply).toMatchObject({ next: '6月底 7 项' });
    expect(plan.cards.map(({ to }) => to.id)).toContain(groups.market);
  });

  it.each(['2023-05-16', '2023-05-19'])('not on %s, another day of the week', async at => {
    expect(await planAfter(at)).toMatchObject({ cards: [], allClear: [] });
  });

  it('not without a list', async () => {
    const plan = await planAfter('2023-05-15', ['DELETE FROM task_units'], ['DELETE FROM tasks'], ['DELETE FROM task_lists']); // prettier-ignore
    expect(plan).toMatchObject({ cards: [], allClear: [] });
  });
});

describe('what stands on a card', () => {
  it('the counts, five tasks at most with number, light, role and last report, and an example', async () => {
    const reply = replyFor(await planAfter('2023-06-27'), 'wanglei');
    expect(reply).toMatchObject({ date: '6月27日 周二', list: '鄂城区优化营商环境重点任务清单', exampleNo: 1, warning: null });
    const [unit] = reply.units;
    // 06-30 is this week, and with 05-31 behind and 07-31 far ahead nothing else is within 15 workdays.
    expect(unit).toMatchObject({ unit: market, overdue: 2, dueThisWeek: 10, dueWithin15: 10, more: 5 });
    expect(unit!.tasks.map(({ no, light, role, progress }) => [no, light, role, progress])).toEqual(
      [1, 2, 3, 5, 6].map(no => [no, 'yellow', '牵头', '未反馈']),
    );
    expect(unit!.tasks[0]!.when).toBe('6月底到期，剩3个工作日');
  }); // prettier-ignore

  it('units of a district’s group worst first, eight with two tasks each, the others by name', async () => {
    const plan = await planAfter('2023-07-03');
    const reply = replyFor(plan, groups.district);
    const owing = [...new Set(linesFor(plan, groups.district).map(line => line.split(' ')[0]))];
    expect([...reply.units.map(({ unit }) => unit), ...reply.otherUnits]).toEqual(owing);
    expect(reply.units).toHaveLength(8);
    for (const { tasks } of reply.units) expect(tasks.length).toBeLessThanOrEqual(2);
    const overdue = reply.units.map(unit => unit.tasks.length + unit.more);
    expect(overdue).toEqual([...overdue].sort((a, b) => b - a));
    // It names every task shown, for whoever quotes the card.
    expect(plan.cards.find(({ to }) => to.id === groups.district)!.shown!.itemNos).toEqual([
      ...new Set(reply.units.flatMap(({ tasks }) => tasks.map(({ no }) => no))),
    ]);
  });

  it('a warning where the holidays of a year ahead are not known', async () => {
    const blind = new WorkCalendar(publishedDays, [2022]);
    const plan = await onSample(manager => planReminders(manager, { at: '2023-06-27', calendar: blind }));
    expect(replyFor(plan, 'wanglei').warning).toContain('2023年节假日安排尚未录入');
    expect(renderReply(replyFor(plan, 'wanglei')).markdown).toContain('2023年节假日安排尚未录入');
  });
});
