// Applications for more time, as tasks keep them.
import { groups, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
}, 60_000);
afterAll(() => town.stop());

const versionOf = async (itemNo: number): Promise<number> => {
  const [row]: { version: number }[] = await town.dataSource.query('SELECT version FROM tasks WHERE itemNo = ?', [
    itemNo,
  ]);
  return row?.version ?? -1;
};

// On one server the task's lock keeps two applications apart; on a cluster whose locks end at the node only a write to a common row does.
it('an application writes to its task, so that two at two nodes of a cluster collide at the commit', async () => {
  const before = await versionOf(2);
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因系统未上线');
  const once = await versionOf(2);
  expect(once).toBeGreaterThan(before);
  await town.ask('limin', groups.market, '2申请延期到9月底，因设备未到货');
  expect(await versionOf(2)).toBeGreaterThan(once);
  const rows: { status: string }[] = await town.dataSource.query('SELECT status FROM extension_requests ORDER BY id');
  expect(rows.map(row => row.status)).toEqual(['withdrawn', 'open']);
});
