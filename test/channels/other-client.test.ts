// A forgotten process on the same Client ID: the platform deals it part of the messages, and ours has to say so.
import { createDingtalkChannel } from '../../src/channels/dingtalk/dingtalk-channel';
import { OtherClientWatch } from '../../src/channels/dingtalk/other-client';
import { systemClock } from '../../src/clock';
import { createLogger } from '../../src/logger';
import { startGateway } from '../../src/simulator/dingtalk-gateway';
import { robot, SdkRobot } from '../simulator/sdk-robot';

const minute = 60_000;

describe('OtherClientWatch', () => {
  let now = 0;
  let n = 0;
  const watch = () => new OtherClientWatch(10_000, () => now);
  const message = (id = `msg-${++n}`) => JSON.stringify({ msgId: id, createAt: 1_700_000_000_000 });
  const after = (ms: number) => String(1_700_000_000_000 + ms);

  it('is raised by two messages within an hour that come late for the first time, and told once', () => {
    const one = watch();
    expect(one.observe(message(), after(16_000), minute)).toBe(false);
    expect(one.suspected()).toBe(false);
    expect(one.observe(message(), after(60_000), 2 * minute)).toBe(true);
    expect(one.suspected()).toBe(true);
    expect(one.observe(message(), after(60_000), 2 * minute)).toBe(false);
    now += 25 * 60 * minute;
    expect(one.suspected()).toBe(false);
  });

  it.each<[string, string, unknown, number]>([
    ['come in time', 'a', after(9_000), 100 * minute],
    ['come late because the connection was not there', 'b', after(60_000), minute],
    ['tell no time', 'c', undefined, 100 * minute],
  ])('is not raised by messages that %s', (_name, id, time, connectedMs) => {
    const one = watch();
    for (const i of [1, 2, 3]) one.observe(message(`${id}${i}`), time, connectedMs);
    expect(one.suspected()).toBe(false);
  });

  it('is not raised by messages delivered again, nor by what is no message', () => {
    const one = watch();
    for (const id of ['x', 'y']) {
      one.observe(message(id), after(100), 100 * minute);
      one.observe(message(id), after(60_000), 100 * minute);
    }
    for (const broken of ['{', '{}', 'null']) one.observe(broken, after(60_000), 100 * minute);
    expect(one.suspected()).toBe(false);
  });
});

it('another process that takes messages and acknowledges none is said in the log and in the status', async () => {
  jest.spyOn(console, 'info').mockImplementation(() => undefined); // the SDK talks
  const gateway = await startGateway({
    clock: systemClock,
    apps: [robot],
    people: [{ staffId: 'li', name: '李敏' }],
    groups: [{ conversationId: 'cid1', title: '群', members: ['li'] }],
    times: { redeliverAfterMs: 60, redeliveries: 50 },
  });
  const logged: string[] = [];
  const channel = createDingtalkChannel({
    ...robot, apiBase: gateway.baseUrl, oapiBase: gateway.baseUrl, clock: systemClock,
    logger: createLogger('warn', line => logged.push(line)), timing: { lateMs: 40 },
  }); // prettier-ignore
  const other = new SdkRobot(gateway);
  other.acknowledges = false;
  try {
    const told = new Promise<void>(resolve => {
      let received = 0;
      void channel.start(async () => {
        // Every message reaches us in the end, those first given to the other one too.
        if (++received === 20) resolve();
        return Promise.resolve();
      });
    });
    await gateway.waitForConnections(1);
    await other.join();
    await new Promise(resolve => setTimeout(resolve, 100)); // the connection must be older than a message may be late
    for (let i = 0; i < 20; i++) gateway.say({ from: 'li', in: 'cid1', text: `第${i}项`, at: true });
    await told;
    expect(channel.status().notes).toEqual([expect.stringContaining('同一个 Client ID')]);
    expect(logged.filter(line => line.includes('dingtalk_other_client'))).toHaveLength(1);
  } finally {
    other.disconnect();
    await channel.stop();
    await gateway.stop();
    jest.restoreAllMocks();
  }
});
