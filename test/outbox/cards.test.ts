// Cards in the outbox: what may be repeated is repeated, what may not is not, and a card that cannot be sent goes otherwise.
import { type ChangeRequest, type Channel, type SendRequest, type SendResult } from '../../src/messages';
import { type OfficeNotice } from '../../src/rendering/card-reply';
import { sendAgain } from '../../src/outbox/settle-unsent';
import { ChannelStandIn } from './channel-stand-in';
import { OutboxBench, sent } from './outbox-bench';

const bench = new OutboxBench();
beforeAll(() => bench.open());
beforeEach(() => bench.begin());
afterEach(() => bench.end());
afterAll(() => bench.database.drop());

/** A platform that has cards, until told otherwise. */
class CardStandIn extends ChannelStandIn implements Channel {
  cards = true;
  readonly changes: ChangeRequest[] = [];
  changeAnswer: SendResult = sent;

  putsOnCard(request: SendRequest): boolean {
    return this.cards && request.card;
  }

  async change(request: ChangeRequest): Promise<SendResult> {
    this.changes.push(request);
    return Promise.resolve(this.changeAnswer);
  }
}

const notice: OfficeNotice = {
  template: 'office_notice', kind: 'closure', unit: '区税务局', person: '李娜', list: '营商', no: 1, short: '开办企业', text: null,
  until: null, others: [],
}; // prettier-ignore

const asCard = { reply: notice, tasksShown: { listId: 'l', itemNos: [1] } };
const gone: SendResult = { outcome: 'sent', providerKey: 'carrier-1', changeable: true };

function platform(): CardStandIn {
  const channel = new CardStandIn();
  channel.answers(gone);
  bench.channel = channel;
  return channel;
}

/** Leaves the row as a process that died in the middle of sending would. */
async function leaveSending(onCard: number): Promise<void> {
  await bench.database.dataSource.query(
    `UPDATE outbox_messages SET status = 'claimed', claimToken = 'dead', sendStartedAt = UTC_TIMESTAMP(3), attempts = 1,
            leaseUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND, onCard = ?`,
    [onCard],
  );
}

it('asks for a card where the reply is one and the platform has them, and remembers that it went so', async () => {
  const channel = platform();
  await bench.say('hefang', 'x', asCard);
  await bench.say('hefang', 'an answer');
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.requests.map(({ card }) => card)).toEqual([true, false]);
  expect(await bench.row('said:1')).toMatchObject({ onCard: true, providerKey: 'carrier-1' });
});

it('sends a card of a process that died again, under its own key', async () => {
  const channel = platform();
  await bench.say('hefang', 'x', asCard);
  await leaveSending(1);
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.requests.map(({ key }) => key)).toEqual([(await bench.row()).id]);
});

it('does not repeat what was no card', async () => {
  const channel = platform();
  await bench.say('hefang', 'x', asCard);
  await leaveSending(0);
  bench.dispatch();
  await bench.settled('uncertain');
  expect(channel.requests).toEqual([]);
});

it('sends no other form of what may stand there as a card', async () => {
  const channel = platform();
  channel.cards = false;
  await bench.say('hefang', 'x', asCard);
  await leaveSending(1);
  bench.dispatch();
  await bench.settled('uncertain');
  expect(channel.requests).toEqual([]);
});

it('repeats a card whose fate is unknown until it is known', async () => {
  const channel = platform();
  let tries = 0;
  channel.answers(() => (++tries === 1 ? { outcome: 'unknown', reason: 'timeout', repeatable: true } : gone));
  await bench.say('hefang', 'x', asCard);
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.requests.map(({ card }) => card)).toEqual([true, true]);
});

it('sends what was refused as a card in the other form', async () => {
  const channel = platform();
  channel.answers(request => {
    if (!request.card) return sent;
    channel.cards = false;
    return { outcome: 'not_sent', retryAfterMs: 0, reason: '卡片模板不存在' };
  });
  await bench.say('hefang', 'x', asCard);
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.requests.map(({ card }) => card)).toEqual([true, false]);
  expect(await bench.row()).toMatchObject({ onCard: false });
});

describe('a change of a card', () => {
  const change = {
    reply: { template: 'card_changed' as const, card: notice, items: [], keeps: 'none' as const },
    changes: 'card-1',
  };

  it('goes to the card, and says what the card says now', async () => {
    const channel = platform();
    await bench.say('hefang', 'x', change);
    bench.dispatch();
    await bench.settled('sent');
    expect(channel.requests).toEqual([]);
    expect(channel.changes).toMatchObject([{ key: 'card-1', message: { buttons: [{ label: '', say: '核销 1' }] } }]);
  });

  it('comes back after a process died, and is nobody’s business when the card is gone', async () => {
    const channel = platform();
    channel.changeAnswer = { outcome: 'not_sent', retryAfterMs: null, reason: '卡片不存在' };
    await bench.say('hefang', 'x', change);
    await leaveSending(0);
    bench.dispatch();
    await bench.settled('expired');
    expect(channel.changes).toHaveLength(1);
  });
});

it('重发 of a card goes any way there is', async () => {
  const channel = platform();
  channel.cards = false;
  await bench.say('hefang', 'x', asCard);
  await bench.database.dataSource.query("UPDATE outbox_messages SET status = 'uncertain', onCard = 1");
  const { id } = await bench.row();
  const by = { personId: 'p', personName: '何芳', now: bench.clock.now() };
  expect(await sendAgain(bench.database.dataSource.manager, id, by)).toBe(true);
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.requests.map(({ card }) => card)).toEqual([false]);
});
