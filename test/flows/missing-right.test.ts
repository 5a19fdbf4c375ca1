// A right the app has not been granted: what could not be sent is shown with the reason, and goes out once when it is there.
import { signIn } from '../web/site-visitor';
import { groups, startTown, type Town } from '../support/town';

let town: Town;
beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

async function statuses(): Promise<Record<string, number>> {
  const rows: { status: string; n: string }[] = await town.dataSource.query(
    'SELECT status, COUNT(*) AS n FROM outbox_messages GROUP BY status',
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)]));
}

const noticesAbout = (no: number): number =>
  town.gateway.messagesIn(town.gateway.privateChat('hefang')).filter(({ text }) => text.includes(`第${no}项`)).length;

test('the office sees which right is missing, and sends everything again with one button, once', async () => {
  const office = await signIn(town, 'hefang');
  town.gateway.faults.denyRight('qyapi_robot_sendmsg');
  // Receipts go by the session address; the office's notices need the right.
  for (const no of [1, 2]) await town.tell('wanglei', groups.market, `${no}已完成`);
  const before = await statuses();
  expect(before['failed']).toBeGreaterThanOrEqual(2);
  const page = (await office.get('/reminders')).text;
  expect(page).toContain('开通 qyapi_robot_sendmsg');
  expect(page).toContain(`重发全部 ${before['failed'] ?? 0} 条`);
  town.gateway.faults.clear();
  expect((await office.post('/reminders/again-all')).to).toBe('/reminders?done=all');
  await town.settled();
  expect([noticesAbout(1), noticesAbout(2)]).toEqual([1, 1]);
  expect((await office.post('/reminders/again-all')).status).toBe(303);
  await town.settled();
  expect([noticesAbout(1), noticesAbout(2)]).toEqual([1, 1]);
  expect(await statuses()).toEqual({ sent: (before['sent'] ?? 0) + (before['failed'] ?? 0) });
});

test('what is too late stays unsent, alone or with the others', async () => {
  const office = await signIn(town, 'hefang');
  town.gateway.faults.denyRight('qyapi_robot_sendmsg');
  await town.tell('wanglei', groups.market, '1已完成');
  town.gateway.faults.clear();
  await town.dataSource.query("UPDATE outbox_messages SET notAfter = ? WHERE status = 'failed'", [
    new Date(town.clock.now().getTime() - 60_000),
  ]);
  const [row]: { id: string }[] = await town.dataSource.query("SELECT id FROM outbox_messages WHERE status = 'failed'");
  const page = (await office.get('/reminders')).text;
  expect(page).toContain('已过时，不再发');
  expect(page).not.toContain('重发全部');
  expect((await office.post('/reminders/again', { message: row?.id ?? '' })).status).toBe(409);
  await office.post('/reminders/again-all');
  await town.settled();
  expect(noticesAbout(1)).toBe(0);
});

test('a failure of long ago is not among those sent all at once', async () => {
  const office = await signIn(town, 'hefang');
  town.gateway.faults.denyRight('qyapi_robot_sendmsg');
  await town.tell('wanglei', groups.market, '1已完成');
  town.gateway.faults.clear();
  town.clock.turnTo(new Date('2023-07-01T10:00:00+08:00'));
  await office.post('/reminders/again-all');
  await town.settled();
  expect(noticesAbout(1)).toBe(0);
});
