// A person leaves: everything kept of them can be listed, and is let go; what they did stays.
import { forgetPerson, findPersonalData } from '../../src/directory/personal-data';
import { groups, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
}, 60_000);
afterAll(() => town.stop());

const cause = () => ({ actor: '命令行', now: town.clock.now() });

it('is listed, then let go: no table but the audit knows name or user id any more; the report stands', async () => {
  await town.ask('wanglei', groups.market, '1完成60%，已对接');
  await town.ask('wanglei', 'private', '登录');
  await town.settled();
  const { manager } = town.dataSource;
  const kept = await findPersonalData(manager, 'wanglei');
  const { name } = kept;
  expect(kept).toMatchObject({ userIds: ['wanglei'], reports: [{ itemNo: 1, text: '已对接' }] });
  expect(kept.messages.map(({ text }) => text)).toEqual(['1完成60%，已对接', '登录']);
  expect(kept.counts.messages).toBe(2);
  expect(kept.posts[0]).toMatchObject({ unit: '区市场监管局', endedAt: null });

  const done = await town.dataSource.transaction(own => forgetPerson(own, 'wanglei', cause()));
  expect(done).toMatchObject({ people: 1, channel_identities: 1, inbox_messages: 2 });
  await expect(findPersonalData(manager, 'wanglei')).rejects.toThrow('名录里没有');
  const tables: Record<string, string>[] = await town.dataSource.query('SHOW TABLES');
  for (const table of tables.flatMap(row => Object.values(row))) {
    const rows: object[] = await town.dataSource.query(`SELECT * FROM ${table}`);
    const text = JSON.stringify(rows);
    if (table === 'audit_entries') continue;
    expect([table, text.includes('wanglei')]).toEqual([table, false]);
    // The receipt in the group named who reported; it goes with what was sent, after thirteen months.
    if (table !== 'outbox_messages') expect([table, text.includes(name)]).toEqual([table, false]);
  }
  expect(await manager.query("SELECT text FROM changes WHERE kind = 'report'")).toEqual([{ text: '已对接' }]);
  expect(await manager.query("SELECT actor FROM audit_entries WHERE act = 'forget_person'")).toEqual([{ actor: '命令行' }]);
  // Whoever speaks under that id now is a stranger.
  expect((await town.ask('wanglei', groups.market, '1完成70%')).text).not.toContain('已记录');
}); // prettier-ignore

it('refuses a user id nobody has', async () => {
  await expect(town.dataSource.transaction(own => forgetPerson(own, 'nobody', cause()))).rejects.toThrow('nobody');
});
