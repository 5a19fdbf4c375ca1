// duban remind: what programs may rely on (product description §10), and what it sends or refuses to send.
import { Command } from 'commander';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { addRemindCommand } from '../../src/cli/remind';
import { TurnedClock } from '../../src/clock';
import { JobRun } from '../../src/database/entities/schedule';
import { OutboxMessage } from '../../src/database/entities/message';
import { AppError } from '../../src/errors';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
const clock = new TurnedClock(new Date('2023-06-26T09:00:00+08:00'));

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(async manager => {
    await loadSampleLedger(manager, clock.now());
    await loadSamplePeople(manager, clock.now());
  });
}, 60_000);
beforeEach(async () => {
  clock.turnTo(new Date('2023-06-26T09:00:00+08:00'));
  await database.dataSource.query('DELETE FROM job_runs');
  await database.dataSource.query('DELETE FROM outbox_messages');
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => database.drop());

/** What `duban remind …` writes on standard output. */
async function remind(...words: string[]): Promise<string> {
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  let closed = 0;
  const program = new Command().exitOverride();
  addRemindCommand(program, async () => ({
    dataSource: database.dataSource,
    clock,
    close: async () => {
      closed++;
    },
  }));
  try {
    await program.parseAsync(['remind', ...words], { from: 'user' });
    expect(closed).toBe(1);
  } finally {
    jest.restoreAllMocks();
  }
  return written.join('');
}

const countOf = (entity: typeof JobRun | typeof OutboxMessage) => database.dataSource.manager.count(entity);

describe('duban remind --dry-run', () => {
  it('--json tells each card, and each unit, date and rung on it, and writes nothing', async () => {
    const plan = JSON.parse(await remind('--at', '2023-06-27', '--dry-run', '--json')) as {
      cards: { to: { kind: string; id: string } }[];
      unreachable: unknown[];
    };
    expect(plan).toMatchObject({ at: '2023-06-27T08:30:00+08:00', workday: true, allClear: [] });
    expect(plan.cards.map(({ to }) => to)).toEqual(
      expect.arrayContaining([
        { kind: 'group', id: 'cidDistrictDemo==' },
        { kind: 'group', id: 'cidMarketDemo==' },
        { kind: 'group', id: 'cidTaxDemo==' },
        { kind: 'person', id: 'wanglei' },
      ]),
    );
    expect(plan.cards.find(({ to }) => to.id === 'zhaomin')).toEqual({
      to: { kind: 'person', id: 'zhaomin' },
      units: [{ unit: '区发改经信局', due: '2023-06-30', rung: 3, tasks: [1, 2, 3] }],
    });
    expect(await countOf(JobRun)).toBe(0);
    expect(await countOf(OutboxMessage)).toBe(0);
  });

  it('--json names an overdue rung in a word', async () => {
    const { cards } = JSON.parse(await remind('--at', '2023-06-26', '--dry-run', '--json')) as {
      cards: { to: { id: string }; units: unknown[] }[];
    };
    expect(cards.find(({ to }) => to.id === 'sunjiu')?.units).toEqual([
      { unit: '区金融办', due: '2023-05-31', rung: 'overdue', tasks: [43] },
    ]);
  });

  it('says of a holiday that it is none', async () => {
    expect(JSON.parse(await remind('--at', '2023-06-22', '--dry-run', '--json'))).toEqual({
      at: '2023-06-22T08:30:00+08:00',
      workday: false,
      cards: [],
      allClear: [],
      unreachable: [],
    });
    expect(await remind('--at', '2023-06-22', '--dry-run')).toBe('2023-06-22 不是工作日，不发提醒。\n');
  });

  it('shows every card as it would look, and to whom; with --explain also why', async () => {
    const text = await remind('--at', '2023-06-27', '--dry-run', '--explain');
    expect(text).toContain('—— 群 市场监管局督办群（cidMarketDemo==）——');
    expect(text).toContain('—— 个人 王磊（wanglei）——');
    expect(text).toContain('［全部］');
    expect(text).toContain('联系不到 花湖开发区：没有联络员，也没有绑定本单位的群');
    expect(text).toMatch(/→ 营商 第1项 区市场监管局 期限2023-06-30【提前3个工作日】：提前3个工作日，应反馈/);
    expect(text).toMatch(/· 营商 第38项 区市场监管局 期限2023-05-31：已逾期，每周首个工作日提醒/);
  });

  it('of today, before its morning has run, takes in the mornings missed', async () => {
    const { dataSource } = database;
    const run = (slot: string, status: string) => dataSource.query(
      "INSERT INTO job_runs (id, job, slot, status, ranAt) VALUES (UUID(), 'morning-reminder', ?, ?, UTC_TIMESTAMP(3))", [slot, status],
    ); // prettier-ignore
    await run('2023-06-26T08:30', 'done');
    await run('2023-06-27T08:30', 'missed');
    clock.turnTo(new Date('2023-06-28T07:00:00+08:00'));
    const { cards } = JSON.parse(await remind('--dry-run', '--json')) as { cards: { to: { id: string }; units: unknown[] }[] };
    expect(cards.find(({ to }) => to.id === 'zhaomin')?.units).toEqual([
      { unit: '区发改经信局', due: '2023-06-30', rung: 3, tasks: [1, 2, 3] },
    ]);
  }); // prettier-ignore
});

describe('duban remind', () => {
  it('puts today’s cards into the outbox, once', async () => {
    const { cards } = JSON.parse(await remind('--json')) as { cards: unknown[] };
    expect(await countOf(OutboxMessage)).toBe(cards.length);
    expect(cards.length).toBeGreaterThan(0);
    await expect(remind()).rejects.toThrow('2023-06-26 的提醒已经发过，不再重复。');
    expect(await countOf(OutboxMessage)).toBe(cards.length);
    expect(await countOf(JobRun)).toBe(1);
  });

  it.each<[string, string, string[], RegExp]>([
    ['another day', '2023-06-26T09:00', ['--at', '2023-06-27'], /只能发今天/],
    ['a day off', '2023-06-24T09:00', [], /不是工作日/],
    ['before the morning', '2023-06-26T08:29', [], /08:30 到 16:30/],
    ['after its time', '2023-06-26T16:30', [], /08:30 到 16:30/],
    ['no date', '2023-06-26T09:00', ['--at', '6月26日', '--dry-run'], /不是日期/],
    ['no such day', '2023-06-26T09:00', ['--at', '2023-02-30', '--dry-run'], /不是日期/],
    ['explaining what is sent', '2023-06-26T09:00', ['--explain'], /--dry-run/],
  ])('refuses %s, and changes nothing', async (_name, wall, words, sentence) => {
    clock.turnTo(new Date(`${wall}:00+08:00`));
    const refused: unknown = await remind(...words).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'bad_input', expose: true, message: expect.stringMatching(sentence) });
    expect(await countOf(JobRun)).toBe(0);
    expect(await countOf(OutboxMessage)).toBe(0);
  });
});
