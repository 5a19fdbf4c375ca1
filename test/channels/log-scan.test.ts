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
    connection: {
      cardTemplateId: 'duban-card.schema',
      timing: { backoffFirstMs: 5, backoffMaxMs: 20 },
      limits: { totalMs: 300 },
    },
    times: { redeliverAfterMs: 50, redeliveries: 100 },
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

/** Resolves when a message was taken, at whichever delivery. */
async function acknowledged(messageId: string): Promise<void> {
  const taken = () => town.gateway.deliveriesOf(messageId).some(delivery => delivery.acknowledgedWith === 200);
  while (!taken()) await new Promise(resolve => setTimeout(resolve, 5));
}

it('logs nothing that must not be read', async () => {
  const { gateway } = town;
  const secrets = new Set([robot.clientSecret, phone]);
  const seen = (kind: 'open_refused' | 'socket_refused' | 'socket_closed') =>
    gateway.waitForEvent(event => (event.kind === kind ? true : null)); // prettier-ignore
  const troubles: (() => unknown)[] = [
    () => undefined,
    () => { gateway.expireTokens(); },
    () => { gateway.faults.expireWebhooks(); },
    () => { gateway.faults.denyRight('qyapi_robot_sendmsg'); },
    () => { gateway.faults.failSends('too-fast', 1); },
    () => { gateway.faults.failSends('deliver-then-504', 1); },
    () => { gateway.faults.failSends('reset', 1); },
    () => { gateway.faults.refuseOpen(401, 1); gateway.cutAll(); return seen('open_refused'); },
    () => { gateway.faults.refuseSockets(1); gateway.cutAll(); return seen('socket_refused'); },
    () => { gateway.disconnectAll(10); return seen('socket_closed'); },
    () => gateway.pushEvent('user_modify_org', { userId: [phone], mobile: phone }),
    () => { gateway.faults.failCards('deliver-then-504', 1); },
    () => { gateway.sendRaw(`{"type":"CALLBACK","data":"${phone}`); },
  ]; // prettier-ignore
  for (const trouble of troubles) {
    await trouble();
    secrets.add(await token());
    const said = (
      [
        ['hefang', groups.district, `第38项，请打${phone}`],
        ['wanglei', 'private', `1完成50%，联系${phone}`],
        ['wanglei', 'private', `2推进中，卡在联系不上${phone}；3已完成`],
        ['passerby', groups.district, '第38项'],
      ] as const
    ).map(([from, where, text]) => gateway.say({ from, in: where, text, at: where !== 'private' }));
    await Promise.all(said.filter(one => one.pushedTo !== null).map(one => acknowledged(one.id)));
    // The trouble lasts until everything has been tried.
    await town.settled();
    gateway.faults.clear();
    await gateway.waitForConnections(1);
    await town.settled();
  }
  const [card] = gateway.messagesIn(gateway.privateChat('hefang')).filter(message => message.buttons.length > 0);
  if (!card) throw new Error('no card');
  for (const presser of ['hefang', phone]) await gateway.pressCard(presser, card.id, 0);
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
    'press_taken',
    'dingtalk_event',
    'message_not_sent',
  ])
    expect(everything).toContain(`"event":"${event}"`);
  expect([...secrets].filter(secret => everything.includes(secret))).toEqual([]);
  expect(everything).not.toMatch(/ticket=|sendBySession|access_token=[^*]|(?<!\d)1[3-9]\d{9}(?!\d)/);
  expect(printed).toEqual([]);
}, 60_000);
