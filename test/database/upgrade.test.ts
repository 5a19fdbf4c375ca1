// A schema with data in it goes back and forward while the bot runs on it: nothing is lost, and people are answered all along.
import { createHash } from 'node:crypto';
import { migrate, schemaState } from '../../src/database/schema';
import { until } from '../outbox/outbox-bench';
import { groups, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
}, 60_000);
afterAll(() => town.stop());

/** Tables and columns that every version of the last year has. */
const kept: Record<string, string> = {
  tasks: 'id, itemNo, content, deadlineText, due, state, version',
  task_units: 'id, taskId, role, unitId, collectiveId, status, percent, lastText, lastReportedAt, done',
  changes: 'id, taskId, unitId, personId, inboxMessageId, kind, `before`, `after`, text, saidAt',
  people: 'id, name',
  posts: 'id, personId, unitId, role',
  audit_entries: '*',
};

async function sums(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [table, columns] of Object.entries(kept)) {
    const rows: object[] = await town.dataSource.query(`SELECT ${columns} FROM ${table} ORDER BY id`);
    found[table] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
  }
  return found;
}

/** A program is stopped before the schema goes back beneath what it needs; should it not be, nothing that was said is lost. */
it('one step back and forward under a running bot: what is said between is answered, at the latest when the step is done again', async () => {
  await town.ask('wanglei', groups.market, '1完成60%，已对接');
  const before = await sums();
  const [undone] = await migrate(town.dataSource, 'down');
  const { gateway } = town;
  const said = gateway.say({ from: 'wanglei', in: groups.market, text: '我局本周任务', at: true });
  await town.acknowledged(said.id);
  await until(async () => {
    const [row]: { tried: number }[] = await town.dataSource.query(
      "SELECT attempts > 0 OR status = 'handled' AS tried FROM inbox_messages WHERE messageId = ?",
      [said.id],
    );
    return row?.tried === 1;
  });
  const answered = gateway.waitFor(message => message.from.robotCode !== null, { after: said.id, timeoutMs: 25_000 });
  expect(await migrate(town.dataSource)).toEqual([undone]);
  expect((await answered).text).toContain('第1项');
  expect(await sums()).toEqual(before);
  expect((await town.ask('wanglei', groups.market, '1完成70%')).text).toContain('60%→70%');
});

it('several steps back and forward with data in it: what was reported stands', async () => {
  await town.app.stop();
  await town.gateway.waitForConnections(0);
  const before = await sums();
  const undone: string[] = [];
  for (let i = 0; i < 4; i++) undone.push(...(await migrate(town.dataSource, 'down')));
  expect(await sums()).toEqual(before);
  expect(await schemaState(town.dataSource)).toBe('behind');
  expect(await migrate(town.dataSource)).toEqual([...undone].reverse());
  expect(await sums()).toEqual(before);
  expect(await schemaState(town.dataSource)).toBe('current');
});
