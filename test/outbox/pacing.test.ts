// What nobody asked for keeps quiet hours, budgets and the platform's pace; what was asked for waits for none of them.
import { type DataSource } from 'typeorm';
import { instantOf } from '../../src/calendar/civil-date';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { ChatGroup } from '../../src/database/entities/unit';
import { allLists, saveSettings } from '../../src/database/list-settings';
import { newId } from '../../src/ids';
import { type Recipient } from '../../src/messages';
import { findUsage, wayOf } from '../../src/outbox/usage';
import { ChannelStandIn } from './channel-stand-in';
import { OutboxBench, until } from './outbox-bench';

const bench = new OutboxBench();
let elsewhere: DataSource;
beforeAll(async () => {
  await bench.open();
  elsewhere = await createDataSource(parseDatabaseUrl(bench.database.url), { poolSize: 8 }).initialize();
});
beforeEach(async () => {
  await bench.begin();
  for (const table of ['list_settings', 'chat_groups', 'send_paces', 'inbox_messages'])
    await bench.database.dataSource.query(`DELETE FROM ${table}`);
});
afterEach(() => bench.end());
afterAll(async () => {
  await elsewhere.destroy();
  await bench.database.drop();
});

const group = (conversationId: string): Recipient => ({ kind: 'group', conversationId });
const turnTo = (day: string, time: string) => {
  bench.clock.turnTo(instantOf(day, time));
};
const notice = { priority: 1 } as const;
const card = (day: string, to = 'g') => ({ priority: 2, dedupKey: `morning:group:${to}:${day}` }) as const;
/** When a row is set for: "2023-06-27 08:00". */
async function setFor(dedupKey: string): Promise<string> {
  const { nextAt } = await bench.row(dedupKey);
  return new Date(nextAt.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
const isSetFor = (dedupKey: string, wall: string) => until(async () => (await setFor(dedupKey)) === wall);

describe('quiet hours', () => {
  it('a notice at night waits for the morning of the next workday; an answer does not wait', async () => {
    turnTo('2023-06-30', '19:00');
    await bench.say('a', 'notice', { ...notice, dedupKey: 'n' });
    await bench.say('a', 'answer', { dedupKey: 'a' });
    const dispatcher = bench.dispatch();
    await isSetFor('n', '2023-07-03 08:00');
    await until(async () => (await bench.row('a')).status === 'sent');
    expect(bench.channel.said).toEqual(['answer']);
    turnTo('2023-07-02', '12:00');
    dispatcher.wake();
    await bench.say('b', 'later', { dedupKey: 'later' });
    dispatcher.wake();
    await until(() => bench.channel.said.includes('later'));
    turnTo('2023-07-03', '08:00');
    dispatcher.wake();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['answer', 'later', 'notice']);
  });

  it('are as set for all, or for the list a group is bound to', async () => {
    const { manager } = bench.database.dataSource;
    await saveSettings(manager, allLists, { awake: { from: '08:00', to: '12:00' } }, new Date());
    await saveSettings(manager, 'own', { awake: { from: '08:00', to: '20:00' } }, new Date());
    await manager.insert(ChatGroup, {
      id: newId(), channel: 'dingtalk', conversationId: 'bound', title: null, status: 'enabled', scope: 'district',
      listId: 'own', createdAt: new Date(),
    }); // prettier-ignore
    turnTo('2023-06-26', '15:00');
    await bench.say(group('bound'), 'bound', { ...notice, dedupKey: 'bound' });
    await bench.say(group('other'), 'other', { ...notice, dedupKey: 'other' });
    bench.dispatch();
    await isSetFor('other', '2023-06-27 08:00');
    await until(async () => (await bench.row('bound')).status === 'sent');
    expect(bench.channel.said).toEqual(['bound']);
  });

  it('a card set for quiet hours that would come too late is not sent at all', async () => {
    turnTo('2023-06-24', '09:00');
    await bench.say('a', 'card', { priority: 2, notAfter: instantOf('2023-06-24', '16:30') });
    const dispatcher = bench.dispatch();
    await isSetFor('said:1', '2023-06-25 08:00');
    turnTo('2023-06-25', '08:00');
    dispatcher.wake();
    await bench.settled('expired');
    expect(bench.channel.said).toEqual([]);
  });
});

describe('the budget of a group', () => {
  it('is two unasked messages a day; the third comes the next workday, answers come at once, people have none', async () => {
    turnTo('2023-06-30', '09:00');
    for (const text of ['one', 'two', 'three', 'four']) {
      await bench.say(group('g'), text, { ...notice, dedupKey: text });
      await bench.say('person', `to a person: ${text}`, notice);
    }
    await bench.say(group('g'), 'answer');
    const dispatcher = bench.dispatch();
    await isSetFor('four', '2023-07-03 08:00');
    await isSetFor('three', '2023-07-03 08:00');
    await until(() => bench.channel.said.length === 7);
    expect(bench.channel.said.filter(text => !text.includes('person'))).toEqual(['answer', 'one', 'two']);
    turnTo('2023-07-03', '08:00');
    dispatcher.wake();
    // One of the two waits for another day: the morning's card keeps its place.
    await isSetFor('four', '2023-07-04 08:00');
    await until(() => bench.channel.said.includes('three'));
    expect(bench.channel.said).not.toContain('four');
  });

  it('keeps a place for the morning card', async () => {
    turnTo('2023-06-27', '08:10');
    await bench.say(group('g'), 'early', { ...notice, dedupKey: 'early' });
    await bench.say(group('g'), 'early too', { ...notice, dedupKey: 'early too' });
    const dispatcher = bench.dispatch();
    await isSetFor('early too', '2023-06-28 08:00');
    turnTo('2023-06-27', '08:30');
    await bench.say(group('g'), 'card', card('2023-06-27'));
    dispatcher.wake();
    await until(() => bench.channel.said.includes('card'));
    expect(bench.channel.said).toEqual(['early', 'card']);
  });

  it('is as a list has it', async () => {
    await saveSettings(bench.database.dataSource.manager, allLists, { budget: 3 }, new Date());
    for (let i = 1; i <= 4; i++) await bench.say(group('g'), `${i}`, { ...notice, dedupKey: `${i}` });
    bench.dispatch();
    await isSetFor('4', '2023-06-27 08:00');
    await until(() => bench.channel.said.length === 3);
    expect(bench.channel.said).toEqual(['1', '2', '3']);
  });
});

describe('the platform’s pace', () => {
  /** When each was sent, by the database's clock. */
  const starts = async (): Promise<number[]> =>
    (await bench.rows()).map(row => row.sendStartedAt!.getTime()).sort((a, b) => a - b);
  const mostInASecond = (times: number[]): number =>
    Math.max(...times.map(begin => times.filter(time => time >= begin && time < begin + 1000).length));

  it('three dispatchers together send no more than twenty cards in any second, and hardly fewer', async () => {
    for (let i = 0; i < 72; i++) await bench.say(`to-${i}`, `${i}`, { priority: 2 });
    bench.dispatch();
    bench.dispatch({ channel: new ChannelStandIn(), dataSource: elsewhere });
    bench.dispatch({ channel: new ChannelStandIn(), dataSource: elsewhere });
    await bench.settled('sent');
    const times = await starts();
    expect(mostInASecond(times)).toBeLessThanOrEqual(20);
    const seconds = (times.at(-1)! - times[0]!) / 1000;
    expect(72 / seconds).toBeGreaterThan(12);
  });

  it('groups and people are paced apart, as the platform counts them', async () => {
    for (let i = 0; i < 20; i++) {
      await bench.say(`to-${i}`, `${i}`, { priority: 2 });
      await bench.say(group(`g-${i}`), `${i}`, { priority: 2 });
    }
    bench.dispatch();
    await bench.settled('sent');
    const rows = await bench.rows();
    for (const kind of ['group', 'person']) {
      const times = rows.filter(row => row.recipient.kind === kind).map(row => row.sendStartedAt!.getTime());
      expect(mostInASecond(times)).toBeLessThanOrEqual(20);
    }
    expect(mostInASecond(await starts())).toBeGreaterThan(20);
  });

  it('answers do not wait for it, and go before the cards', async () => {
    for (let i = 0; i < 40; i++) await bench.say(`to-${i}`, `${i}`, { priority: 2 });
    for (let i = 0; i < 40; i++) await bench.say(`asker-${i}`, `answer ${i}`);
    bench.dispatch();
    await bench.settled('sent');
    const last = bench.channel.said.findLastIndex(text => text.startsWith('answer'));
    expect(last).toBeLessThan(45);
  });

  it('is another where it is set; 0 is none', async () => {
    await saveSettings(bench.database.dataSource.manager, allLists, { perSecond: 0 }, new Date());
    for (let i = 0; i < 60; i++) await bench.say(`to-${i}`, `${i}`, { priority: 2 });
    bench.dispatch();
    await bench.settled('sent');
    expect(mostInASecond(await starts())).toBeGreaterThan(20);
  });

  it('a group answered twenty times within a minute is answered by the API, not by its session address', async () => {
    const replyUrl = { url: 'https://oapi.dingtalk.com/robot/sendBySession?session=x', expiresAt: '2030-01-01T00:00:00Z' };
    for (let i = 0; i < 23; i++) await bench.say(group('busy'), `${i}`, { replyUrl });
    await bench.say(group('calm'), 'calm', { replyUrl });
    bench.dispatch();
    await bench.settled('sent');
    const ways = bench.channel.requests
      .filter(({ recipient }) => recipient.kind === 'group' && recipient.conversationId === 'busy')
      .map(request => (request.replyUrl ? 'address' : 'API'));
    expect(ways).toEqual([...Array.from({ length: 20 }, () => 'address'), 'API', 'API', 'API']);
    expect(bench.channel.requests.find(({ message }) => message.markdown === 'calm')?.replyUrl).toEqual(replyUrl);
  }); // prettier-ignore
});

describe('the month’s count', () => {
  it('has what was sent by the API, and what was received and answered by session address', async () => {
    const { manager } = bench.database.dataSource;
    const replyUrl = { url: 'https://oapi.dingtalk.com/robot/sendBySession?session=x', expiresAt: '2030-01-01T00:00:00Z' };
    turnTo('2023-06-30', '09:00');
    await bench.say('a', 'by address', { replyUrl });
    await bench.say('b', 'quotable', { replyUrl, tasksShown: { listId: 'l', itemNos: [1] } });
    await bench.say('c', 'card', { priority: 2 });
    await bench.say('d', 'refused');
    await bench.say('e', 'doubtful');
    bench.channel.answers(({ message }) =>
      message.markdown === 'refused'
        ? { outcome: 'not_sent', retryAfterMs: null, reason: 'x' }
        : message.markdown === 'doubtful'
          ? { outcome: 'unknown', reason: 'x' }
          : { outcome: 'sent', providerKey: null },
    );
    bench.dispatch();
    await bench.settled('sent', 'failed', 'uncertain');
    await manager.query(
      `INSERT INTO inbox_messages (id, robotCode, messageId, conversationId, sentAt, receivedAt, status, attempts, nextAttemptAt)
       VALUES ('1', 'r', 'm1', 'c', '2023-06-30', '2023-06-30 15:59:59.999', 'handled', 1, '2023-06-30'), ('2', 'r', 'm2', 'c', '2023-06-30', '2023-06-30 16:00:00', 'handled', 1, '2023-06-30')`,
    );
    expect((await bench.rows()).map(wayOf)).toEqual(['webhook', 'api', 'api', 'api', 'api']);
    expect(await findUsage(manager, bench.clock.now())).toEqual({
      month: '2023-06',
      calls: { used: 3, limit: 5000 },
      messages: { used: 2, limit: 3000 },
      share: 2 / 3000,
    });
    expect(await findUsage(manager, instantOf('2023-07-01', '00:00'))).toMatchObject({
      calls: { used: 0 },
      messages: { used: 1 },
    });
    await saveSettings(manager, allLists, { monthlyCalls: 4, monthlyMessages: 0 }, new Date());
    expect((await findUsage(manager, bench.clock.now())).share).toBe(0.75);
  }); // prettier-ignore
});
