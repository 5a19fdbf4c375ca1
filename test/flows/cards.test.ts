// Interactive cards from end to end: sent once, pressed with the presser's own rights, changed in place by whatever way the act came.
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { groups, partOf, startTown, type Town } from '../support/town';

const lead = '区市场监管局';
const createPath = '/v1.0/card/instances/createAndDeliver';
const changePath = '/v1.0/card/instances';

let town: Town;

beforeEach(async () => {
  town = await startTown({ connection: { cardTemplateId: 'duban-card.schema' } });
});
afterEach(() => town.stop());

const officeChat = (): string => town.gateway.privateChat('hefang');

/** The office's card after 市场监管局 has applied for the closure of 第1项. */
async function appliedFor(): Promise<ShownMessage> {
  const asked = town.gateway.waitFor(message => message.card !== undefined && message.conversationId === officeChat());
  await town.ask('wanglei', groups.market, '1已完成，全部上线运行');
  return asked;
}

/** The card once it says these words. */
async function changedTo(card: ShownMessage, words: string): Promise<ShownMessage> {
  const known = town.gateway.world.findMessage(card.id);
  if (known?.text.includes(words)) return known;
  return town.gateway.waitForEvent(event =>
    event.kind === 'changed' && event.message.id === card.id && event.message.text.includes(words)
      ? event.message
      : null,
  );
}

const buttonOf = (card: ShownMessage, label: string): number => card.buttons.findIndex(one => one.label === label);

test('the office presses 核销: done as if said, answered in time, and the card says so', async () => {
  const card = await appliedFor();
  expect(card.buttons.map(({ label }) => label)).toEqual(['核销']);
  const told = town.gateway.waitFor(message => message.text.includes('已核销'));
  const answer = await town.gateway.pressCard('hefang', card.id, buttonOf(card, '核销'));
  expect(answer).toMatchObject({ userPrivateData: { cardParamMap: { note: '已收到，结果看回复' } } });
  expect((await told).text).toContain('第1项');
  const changed = await changedTo(card, '✓ 第1项 已核销（');
  expect(changed.buttons).toEqual([]);
  expect(changed.card?.notes).toEqual({ hefang: '已收到，结果看回复' });
  expect((await partOf(town, 1, lead)).state).toBe('ongoing');
});

test('a decision said in words changes the card too, once', async () => {
  const card = await appliedFor();
  await town.ask('hefang', groups.district, '退回 1，佐证材料不全');
  expect((await changedTo(card, '✓ 第1项 已退回')).buttons).toEqual([]);
  await town.settled();
  // Both of the office have a card. Settled: looked at again and again, each is changed once.
  while (town.gateway.calls(changePath).length < 2) await new Promise(resolve => setTimeout(resolve, 20));
  await town.ask('hefang', groups.district, '待办');
  await town.settled();
  expect(town.gateway.calls(changePath)).toHaveLength(2);
});

test('a press has the rights of whoever pressed, and of nobody else', async () => {
  const card = await appliedFor();
  // As no client would send it: the card is in the office's private chat.
  const answer = await town.gateway.pressCard('wanglei', card.id, 0);
  expect(answer).toMatchObject({ userPrivateData: { cardParamMap: { note: '这张卡片是发给别人的' } } });
  await town.settled();
  expect((await partOf(town, 1, lead)).state).toBe('closing');
  const [row]: { n: string }[] = await town.dataSource.query(
    "SELECT COUNT(*) AS n FROM inbox_messages WHERE messageId LIKE 'press:%'",
  );
  expect(Number(row?.n)).toBe(0);
});

test('a button carries no authority: 核销 pressed by the unit that applied is refused as its words are', async () => {
  const card = await appliedFor();
  await town.settled();
  // As if the office's card stood in a group where everybody can press it.
  await town.dataSource.query('UPDATE outbox_messages SET recipient = ? WHERE id = ?', [
    JSON.stringify({ kind: 'group', conversationId: groups.market }),
    card.card?.outTrackId,
  ]);
  for (const [presser, words] of [
    ['wanglei', '只能由区优化办办理'],
    ['passerby', ''],
  ] as const) {
    // prettier-ignore
    const answer = town.gateway.waitFor(
      ({ from, conversationId }) => from.robotCode !== null && conversationId === groups.market,
    );
    await town.gateway.pressCard(presser, card.id, 0);
    expect((await answer).text).toContain(words);
    await town.settled();
    expect((await partOf(town, 1, lead)).state).toBe('closing');
  }
  const told = town.gateway.waitFor(
    ({ conversationId, text }) => conversationId === groups.market && text.includes('已核销'),
  );
  await town.gateway.pressCard('hefang', card.id, 0);
  await told;
  expect((await partOf(town, 1, lead)).state).toBe('ongoing');
});

test('the same button pressed twice is one press', async () => {
  const card = await appliedFor();
  const first = town.gateway.pressCard('hefang', card.id, 0);
  const second = town.gateway.pressCard('hefang', card.id, 0);
  for (const answer of await Promise.all([first, second]))
    expect(answer).toMatchObject({ userPrivateData: { cardParamMap: { note: '已收到，结果看回复' } } });
  await changedTo(card, '已核销');
  await town.settled();
  const [row]: { n: string }[] = await town.dataSource.query(
    "SELECT COUNT(*) AS n FROM inbox_messages WHERE messageId LIKE 'press:%'",
  );
  expect(Number(row?.n)).toBe(1);
});

test('the morning’s card of a unit is a card; 已登记 stands on it after a report by quote', async () => {
  const morning = town.gateway.waitFor(
    message => message.card !== undefined && message.conversationId === groups.market,
    { timeoutMs: 20_000 },
  );
  town.clock.turnTo(new Date('2023-06-27T08:36:00+08:00'));
  await town.app.tickNow();
  const card = await morning;
  expect(card.title).toContain('重点任务提醒');
  const no = Number(/第(\d+)项/.exec(card.text)?.[1]);
  await town.ask('wanglei', groups.market, `第${no}项完成30%，已启动`, card);
  const changed = await changedTo(card, `✓ 第${no}项 已登记：30%`);
  expect(changed.text.startsWith(card.text.slice(0, 20))).toBe(true);
  expect(changed.buttons.length).toBeGreaterThan(0);
});

test('an answer that never came: the card is sent again under its key and shown once', async () => {
  town.gateway.faults.failCards('deliver-then-504', 1);
  const card = await appliedFor();
  await town.gateway.waitForEvent(event => {
    const again = event.kind === 'called' && event.call.path === createPath && event.call.status === 400;
    return again ? true : null;
  });
  const sent = async () => {
    const [row]: { status: string; onCard: number }[] = await town.dataSource.query(
      'SELECT status, onCard FROM outbox_messages WHERE id = ?',
      [card.card?.outTrackId],
    );
    return row;
  };
  while ((await sent())?.status === 'claimed') await new Promise(resolve => setImmediate(resolve));
  expect(await sent()).toEqual({ status: 'sent', onCard: 1 });
  expect(town.gateway.messagesIn(officeChat()).filter(message => message.card)).toHaveLength(1);
  await town.gateway.pressCard('hefang', card.id, 0);
  await changedTo(card, '已核销');
});

test('a card the platform no longer has is left alone, and is nobody’s trouble', async () => {
  await appliedFor();
  await town.settled();
  town.gateway.forgetCards();
  await town.ask('hefang', groups.district, '核销 1');
  const given = (): string[] => town.gateway.calls(changePath).map(({ status }) => String(status));
  while (given().length === 0) await new Promise(resolve => setTimeout(resolve, 20));
  await town.settled();
  expect(new Set(given())).toEqual(new Set(['400']));
  const rows: { status: string }[] = await town.dataSource.query(
    'SELECT status FROM outbox_messages WHERE changesId IS NOT NULL',
  );
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['expired']));
});

test('a template that is not there: the same message as an ordinary card, once, and the operator is told', async () => {
  for (const app of town.gateway.world.apps) app.cardTemplateId = 'another.schema';
  await town.ask('wanglei', groups.market, '1已完成');
  const notice = await town.gateway.waitFor(
    message => message.conversationId === officeChat() && message.text.includes('申请办结'),
  );
  expect(notice.card).toBeUndefined();
  expect(notice.buttons).toMatchObject([{ label: '核销', say: '核销 营商1' }]);
  await town.settled();
  expect(town.gateway.messagesIn(officeChat()).filter(message => message.text.includes('申请办结'))).toHaveLength(1);
  const ready = (await (await fetch(`${town.app.url}/readyz`)).json()) as { notes?: string[] };
  expect(ready.notes?.join()).toContain('互动卡片发不出去');
  expect(town.gateway.calls(createPath).map(({ status }) => status)).toContain(400);
});
