// The dispatcher: claim → render → send → mark. What it promises: docs/architecture.md, "Rules of the house".
import { type DataSource } from 'typeorm';
import { type Clock } from '../clock';
import { type OutboxMessage } from '../database/entities/message';
import { together } from '../database/together';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { type Channel, mostAlike, type OutgoingMessage, type SendRequest, type SendResult } from '../messages';
import { isPressable } from '../rendering/pressable';
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';
import { claimAlike, claimBatch, giveBack, isAnyDue, passFence, releaseAndExpire, type Starting } from './claim';
import { HandedOver } from './handed-over';
import { createHoldBack } from './hold-back';
import { keepLimits } from './limits';
import { createPace } from './pace';
import { createPaperSender, type Papers } from './paper-sender';
import { mark } from './mark';
import { type Sent, writeSent } from './mark-sent';
import { wayOf } from './usage';

/** At most this many calls are under way in one process: the most a crash can leave in doubt. */
const maxInFlight = 4;
/** Answers that may wait here for their send; their leases (10 s) are far longer than that takes. */
const maxHandedOver = 16;
const pollMs = 1000;
/** Dead processes and rows whose time is over need not be looked for at every look. */
const tidyEveryMs = 1000;

export interface Dispatcher {
  start(): void;
  /** Something was committed to the outbox: look now instead of at the next second. */
  wake(): void;
  /** So many answers may be claimed for this process and handed over. */
  room(): number;
  /** Whether all of these rows are in this process's hands: then another to the same recipient may be handed over behind them. */
  holds(ids: readonly string[]): boolean;
  /**
   * Sends a row that was put in claimed (enqueueClaimed), after its commit.
   * @param behind - the rows it comes after, see holds
   */
  handOver(row: OutboxMessage, behind: readonly string[]): void;
  /** Takes no more rows and waits for the sends under way. */
  stop(): Promise<void>;
}

/** Sends what the outbox holds for a channel, until stopped. Any number of them may run on one database. */
export function createDispatcher(parts: {
  dataSource: DataSource;
  channel: Channel;
  clock: Clock;
  logger: Logger;
  /** Without it, and where it fails, words go alone. */
  papers?: Papers;
}): Dispatcher {
  const { dataSource, channel, clock, logger } = parts;
  const { fileFor, withPicture, sendWith } = createPaperSender({ channel, logger, papers: parts.papers });
  const limits = keepLimits(dataSource);
  const claimParts = {
    dataSource,
    channel: channel.name,
    holdBack: createHoldBack(dataSource),
    pace: createPace(dataSource, channel.name, async () => (await limits()).perSecond),
  };
  const fence = together<Starting, boolean>(all => passFence(dataSource, all), maxInFlight);
  const noteSent = together<Sent, boolean>(all => writeSent(dataSource, all), maxInFlight);
  const inFlight = new Set<Promise<void>>();
  const handedOver = new HandedOver<OutboxMessage>();
  /** A look found sends under way that may have kept others back: look again when one of them ends. */
  let keptBack = false;
  /** A look found no room: what was handed over leaves the next place to it. */
  let starved = false;
  let running = false;
  let timer: NodeJS.Timeout | null = null;
  let early: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let tidyAgainAt = 0;

  const isStopping = (): boolean => !running;

  async function tidyUp(): Promise<void> {
    if (performance.now() < tidyAgainAt) return;
    tidyAgainAt = performance.now() + tidyEveryMs;
    await releaseAndExpire(dataSource, clock.now());
  }

  async function look(): Promise<void> {
    await tidyUp();
    for (;;) {
      const free = maxInFlight - inFlight.size;
      keptBack = inFlight.size > 0;
      starved = running && free <= 0;
      if (!running || free <= 0) return;
      const { rows, againInMs } = await claimBatch(claimParts, clock.now(), free);
      if (rows.length === 0) {
        if (againInMs !== null) lookIn(againInMs);
        if (keptBack && !(await isAnyDue(claimParts, clock.now()))) keptBack = false;
        return;
      }
      for (const [row, ...twins] of sayingTheSame(rows)) if (row) begin(row, twins);
      keptBack = true;
    }
  }

  /** @param twins - rows for other people that say the same, claimed with it */
  function begin(row: OutboxMessage, twins: OutboxMessage[] = []): void {
    handedOver.began(row);
    const sending = sendOne(row, twins)
      .catch((thrown: unknown) => {
        logger.error({ event: 'outbox_mark_failed', id: row.id, reason: messageOf(thrown) });
        return false;
      })
      .then(sent => {
        inFlight.delete(sending);
        handedOver.ended(row, sent);
        if (keptBack || starved) wake();
        beginHandedOver();
      });
    inFlight.add(sending);
  }

  function beginHandedOver(): void {
    while (running && inFlight.size < maxInFlight - (starved ? 1 : 0)) {
      const next = handedOver.next();
      if (!next) return;
      if (next.mayGo) begin(next.row);
      else giveBackNow(next.row);
    }
  }

  /** Another has to be said to the same recipient first, by way of the table. */
  function giveBackNow(row: OutboxMessage): void {
    giveBack(dataSource, [row])
      .then(wake)
      .catch((thrown: unknown) => {
        // Its lease ends, and it is looked for like any other.
        logger.warn({ event: 'outbox_not_given_back', id: row.id, reason: messageOf(thrown) });
      });
  }

  /** @returns whether it is sent and marked as sent */
  async function sendOne(row: OutboxMessage, twins: OutboxMessage[]): Promise<boolean> {
    let result: SendResult;
    let message: OutgoingMessage;
    try {
      message = renderReply(row.reply as Reply);
    } catch (thrown) {
      logger.error({ event: 'outbox_render_failed', id: row.id, reason: messageOf(thrown) });
      for (const twin of twins) begin(twin);
      await mark(
        dataSource,
        row,
        { outcome: 'not_sent', retryAfterMs: null, reason: messageOf(thrown) },
        clock.now(),
        isStopping,
      );
      return false;
    }
    const file = row.changesId === null ? await fileFor(row.reply as Reply) : null;
    if (file?.kind === 'picture') message = await withPicture(message, file);
    const request: SendRequest = {
      key: row.id,
      recipient: row.recipient,
      message,
      quotable: row.tasksShown !== null,
      replyUrl: await usableReplyUrl(row),
      mention: row.mention,
      card: isPressable(row.reply as Reply),
    };
    const onCard = row.changesId === null && (channel.putsOnCard?.(request) ?? false);
    if (row.onCard && row.changesId === null && !onCard) {
      // It may stand there as a card already, and no card can be sent any more.
      await mark(
        dataSource,
        row,
        { outcome: 'unknown', reason: '可能已作为卡片发出，现在不能再发卡片' },
        clock.now(),
        isStopping,
      );
      return false;
    }
    if (onCard || file) for (const twin of twins) begin(twin);
    else if (sharesCalls(row)) {
      const alike = await claimTwins(row, twins);
      if (alike.length > 0) return sendAlike(row, alike, request);
    }
    if (!(await fence({ row, onCard }))) return false;
    try {
      result =
        row.changesId === null
          ? await sendWith(file?.kind === 'file' ? file : null, { ...request, card: onCard })
          : await changeCard(row.changesId, request);
    } catch (thrown) {
      result = { outcome: 'unknown', reason: messageOf(thrown), repeatable: onCard };
    }
    return conclude(row, result);
  }

  /** Notices to people are often the same for several; cards and changes of cards are each one's own. */
  const sharesCalls = (row: OutboxMessage): boolean =>
    channel.sendAlike !== undefined && row.priority === 1 && row.recipient.kind === 'person' &&
    row.attempts === 0 && row.changesId === null && row.replyUrl === null && row.mention === null; // prettier-ignore

  function sayingTheSame(rows: OutboxMessage[]): OutboxMessage[][] {
    const bySaying = new Map<string, OutboxMessage[]>();
    for (const row of rows) {
      const saying = sharesCalls(row) ? JSON.stringify([row.reply, row.tasksShown, row.unasked]) : row.id;
      bySaying.set(saying, [...(bySaying.get(saying) ?? []), row]);
    }
    return [...bySaying.values()];
  }

  async function claimTwins(row: OutboxMessage, twins: OutboxMessage[]): Promise<OutboxMessage[]> {
    try {
      return [...twins, ...(await claimAlike(dataSource, row, clock.now(), mostAlike - 1 - twins.length))];
    } catch (thrown) {
      // They go by calls of their own then.
      logger.warn({ event: 'outbox_alike_not_claimed', reason: messageOf(thrown) });
      return twins;
    }
  }

  /** One call for all of them. @returns whether `row` is sent and marked as sent */
  async function sendAlike(row: OutboxMessage, twins: OutboxMessage[], request: SendRequest): Promise<boolean> {
    for (const twin of twins) handedOver.began(twin);
    const sentTo = new Set<OutboxMessage>();
    try {
      const claimed = [row, ...twins];
      const passed = await Promise.all(claimed.map(one => fence({ row: one, onCard: false })));
      const rows = claimed.filter((_, i) => passed[i]);
      let results: SendResult[] = [];
      let reason = '没有得到结果';
      try {
        const requests = rows.map(one => ({ ...request, key: one.id, recipient: one.recipient, card: false }));
        results = rows.length === 0 ? [] : ((await channel.sendAlike?.(requests)) ?? []);
      } catch (thrown) {
        reason = messageOf(thrown);
      }
      const concluding = rows.map(async (one, i) => {
        if (await conclude(one, results[i] ?? { outcome: 'unknown', reason })) sentTo.add(one);
      });
      for (const done of await Promise.allSettled(concluding)) if (done.status === 'rejected') throw done.reason;
    } finally {
      for (const twin of twins) handedOver.ended(twin, sentTo.has(twin));
    }
    return sentTo.has(row);
  }

  /** @returns whether it is sent and marked as sent */
  async function conclude(row: OutboxMessage, result: SendResult): Promise<boolean> {
    if (!(await written(row, result, clock.now()))) {
      // Too late: the lease ended meanwhile, and the row is shown as uncertain.
      logger.warn({ event: 'outbox_lease_lost', id: row.id, outcome: result.outcome });
      return false;
    }
    if (result.outcome === 'sent') logger.info({ event: 'message_sent', id: row.id, to: row.recipient.kind });
    else logger.warn({ event: 'message_not_sent', id: row.id, outcome: result.outcome, reason: result.reason });
    return result.outcome === 'sent';
  }

  async function changeCard(key: string, { message }: SendRequest): Promise<SendResult> {
    const given = await channel.change?.({ key, message });
    return given ?? { outcome: 'not_sent', retryAfterMs: null, reason: '已发出的消息不能更改' };
  }

  /** What was sent is written down together with others; the rest, and where that fails, alone and patiently. */
  async function written(row: OutboxMessage, result: SendResult, now: Date): Promise<boolean> {
    if (result.outcome !== 'sent') return mark(dataSource, row, result, now, isStopping);
    try {
      return await noteSent({ row, result, now });
    } catch {
      return mark(dataSource, row, result, now, isStopping, 2);
    }
  }

  /** A group that was answered often within a minute is answered by the API instead, before the platform closes its session address. */
  async function usableReplyUrl(row: OutboxMessage): Promise<OutboxMessage['replyUrl']> {
    if (row.recipient.kind !== 'group' || wayOf(row) !== 'webhook') return row.replyUrl;
    const [recent]: { n: string }[] = await dataSource.query(
      `SELECT COUNT(*) AS n FROM outbox_messages
        WHERE recipientKey = ? AND sendStartedAt > UTC_TIMESTAMP(3) - INTERVAL 60 SECOND AND replyUrl IS NOT NULL AND tasksShown IS NULL`,
      [row.recipientKey],
    );
    return Number(recent?.n ?? 0) >= (await limits()).perGroupMinute ? null : row.replyUrl;
  }

  /** A look out of turn: what waits for the platform's pace should not wait for the next second. */
  function lookIn(ms: number): void {
    if (early) clearTimeout(early);
    early = setTimeout(wake, ms + Math.random() * 5);
  }

  function wake(): void {
    if (!running) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((thrown: unknown) => {
        logger.error({ event: 'outbox_look_failed', reason: messageOf(thrown) });
      })
      .finally(() => {
        looking = null;
        if (lookAgain) {
          lookAgain = false;
          wake();
        }
      });
  }

  return {
    start() {
      running = true;
      timer = setInterval(wake, pollMs);
      wake();
    },
    wake,
    room: () => (running ? Math.max(0, maxHandedOver - handedOver.size) : 0),
    holds: ids => handedOver.holds(ids),
    handOver(row, behind) {
      handedOver.add(row, behind);
      beginHandedOver();
    },
    async stop() {
      running = false;
      if (timer) clearInterval(timer);
      if (early) clearTimeout(early);
      await looking;
      await Promise.all(inFlight);
      await giveBack(dataSource, handedOver.takeAll());
    },
  };
}
