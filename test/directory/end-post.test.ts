// Posts ended at the same moment by two people.
import { inTransaction } from '../../src/database/transaction';
import { endPost } from '../../src/directory/edit-people';
import { until } from '../outbox/outbox-bench';
import { startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown({ staff: ['严明,admin02,区优化办,科员,系统管理员'] });
}, 60_000);
afterAll(() => town.stop());

it('the last two administrators, each by the other: one stays', async () => {
  const { dataSource, clock } = town;
  const posts: { id: string }[] = await dataSource.query(
    "SELECT id FROM posts WHERE role = 'admin' AND endedAt IS NULL",
  );
  expect(posts).toHaveLength(2);
  const [first, second] = posts.map(post => post.id) as [string, string];
  const cause = { personId: null, actor: '测试', now: clock.now() };
  const end = (id: string): Promise<string> =>
    inTransaction(dataSource, manager => endPost(manager, id, cause)).then(
      () => 'ended',
      (thrown: unknown) => (thrown as Error).message,
    );
  let other = 'waiting';
  await dataSource.transaction(async manager => {
    await endPost(manager, first, cause);
    void end(second).then(outcome => (other = outcome));
    await until(async () => {
      const blocked: unknown[] = await dataSource.query(
        "SELECT 1 FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%FOR UPDATE' AND time_ms > 100",
      );
      return other !== 'waiting' || blocked.length > 0;
    });
  });
  await until(() => other !== 'waiting');
  expect(other).toContain('至少要留一名管理员');
  const left: unknown[] = await dataSource.query("SELECT id FROM posts WHERE role = 'admin' AND endedAt IS NULL");
  expect(left).toHaveLength(1);
});
