// GET /metrics: alive, late, near the quota; figures without names.
import { groups, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
}, 60_000);
afterAll(() => town.stop());

async function figures(): Promise<Map<string, number>> {
  const response = await fetch(`${town.app.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
} // prettier-ignore

it('says that it lives, what waits, and how much of the quota is used', async () => {
  await town.ask('wanglei', groups.market, '我局本周任务');
  await town.settled();
  const found = await figures();
  expect(found.get('duban_database_up')).toBe(1);
  expect(found.get('duban_channel_connected{channel="dingtalk"}')).toBe(1);
  expect(found.get('duban_scheduler_ok')).toBe(1);
  expect(found.get('duban_messages_waiting')).toBe(0);
  expect(found.get('duban_unsent')).toBe(0);
  expect(found.get('duban_uncertain')).toBe(0);
  expect(found.get('duban_quota_used{kind="messages"}')).toBeGreaterThan(0);
  expect(found.get('duban_quota_limit{kind="calls"}')).toBe(5000);
  expect(found.get('duban_trouble_seconds{part="dingtalk"}')).toBe(0);
  expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect([...found.keys()].join('\n')).not.toMatch(/wanglei|王/u);
});
