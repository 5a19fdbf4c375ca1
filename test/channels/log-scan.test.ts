// A run with everything logged, trouble included: no secret, token, ticket, webhook address or phone number is in it.
import { groups, robot, startTown, type Town } from '../support/town';

const phone = '13812345678';
const logged: string[] = [];
const printed: string[] = [];
let town: Town;

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(JSON.stringify(words)));
  town = await startTown({
    log: { level: 'trace', write: line => logged.push(line) },
    connection: { timing: { backoffFirstMs: 5, backoffMaxMs: 20 }, limits: { totalMs: 300 } },
    times: { redeliverAfterMs: 50, redeliveries: 2 },
  });
});
afterAll(async () => {
  await town.stop();
  jest.restoreAllMocks();
});

async function token(): Promise<string> {
  const response = await fetch(`${town.gateway.baseUrl}/v1.0/oauth2/accessToken`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appKey: robot.clientId, appSecret: robot.clientSecret }),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

it('logs nothing that must not be read', async () => {
  const { gateway } = town;
  const secrets = new Set([robot.clientSecret, phone]);
  const troubles: (() => void)[] = [
    () => undefined,
    () => { gateway.expireTokens(); },
    () => { gateway.faults.expireWebhooks(); },
    () => { gateway.faults.denyRight('qyapi_robot_sendmsg'); },
    () => { gateway.faults.failSends('too-fast', 1); },
    () => { gateway.faults.failSends('deliver-then-504', 1); },
    () => { gateway.faults.failSends('reset', 1); },
    () => { gateway.faults.refuseOpen(401, 1); gateway.cutAll(); },
    () => { gateway.faults.refuseSockets(1); gateway.cutAll(); },
    () => { gateway.disconnectAll(10); },
    () => { gateway.sendRaw(`{"type":"CALLBACK","data":"${phone}`); },
  ]; // prettier-ignore
  for (const trouble of troubles) {
    trouble();
    secrets.add(await token());
    for (const [from, where, text] of [
      ['hefang', groups.district, `第38项，请打${phone}`],
      ['wanglei', 'private', `1完成50%，联系${phone}`],
      ['passerby', groups.district, '第38项'],
    ] as const)
      town.gateway.say({ from, in: where, text, at: where !== 'private' });
    await new Promise(resolve => setTimeout(resolve, 80));
    gateway.faults.clear();
    await gateway.waitForConnections(1);
    await town.settled();
  }
  const rows: { payload: unknown }[] = await town.dataSource.query(
    'SELECT payload FROM inbox_messages WHERE payload IS NOT NULL',
  );
  const payloads = rows
    .map(({ payload }) => (typeof payload === 'string' ? payload : JSON.stringify(payload)))
    .join('\n');
  const sessions = [...payloads.matchAll(/sendBySession\?session=(\w+)/g)].map(([, session]) => session!);
  expect(sessions.length).toBeGreaterThan(10);
  for (const session of sessions) secrets.add(session);

  const everything = [...logged, ...printed].join('\n');
  // The run was logged in earnest.
  for (const event of [
    'message_stored',
    'dingtalk_frame',
    'dingtalk_connect_failed',
    'dingtalk_right_missing',
    'message_not_sent',
  ])
    expect(everything).toContain(`"event":"${event}"`);
  expect([...secrets].filter(secret => everything.includes(secret))).toEqual([]);
  expect(everything).not.toMatch(/ticket=|sendBySession|access_token=[^*]|(?<!\d)1[3-9]\d{9}(?!\d)/);
  expect(printed).toEqual([]);
}, 60_000);
