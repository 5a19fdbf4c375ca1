// The dispatcher: claim → render → send → mark. What it promises: docs/architecture.md, "Rules of the house".
import { type DataSource } from 'typeorm';
import { type Clock } from '../clock';
import { type OutboxMessage } from '../database/entities/message';
import { together } from '../database/together';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import {
  type Channel,
  type FileDoor,
  type OutgoingFile,
  type OutgoingMessage,
  type SendRequest,
  type SendResult,
} from '../messages';
import { type FileWanted } from '../rendering/file-wanted';
import { isPressable } from '../rendering/pressable';
import { renderReply } from '../rendering/render';
import { fileWantedBy, type Reply } from '../rendering/reply';
import { claimBatch, giveBack, isAnyDue, passFence, releaseAndExpire, type Starting } from './claim';
import { HandedOver } from './handed-over';
import { createHoldBack } from './hold-back';
import { keepLimits } from './limits';
import { createPace } from './pace';
import { mark } from './mark';
import { type Sent, writeSent } from './mark-sent';
import { wayOf } from './usage';

/** At most this many sends are under way in one process: the most a crash can leave in doubt. */
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
  /** Makes the picture or file a reply wants, and hands it over. Without it, and where it fails, words go alone. */
  papers?: {
    /** null = there is none any more. */
    make: (wanted: FileWanted) => Promise<OutgoingFile | null>;
    files: Pick<FileDoor, 'send' | 'keepPicture'>;
  };
}): Dispatcher {
  const { dataSource, channel, clock, logger } = parts;
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
      rows.forEach(begin);
      keptBack = true;
    }
  }

  function begin(row: OutboxMessage): void {
    handedOver.began(row);
    const sending = sendOne(row)
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
  async function sendOne(row: OutboxMessage): Promise<boolean> {
    let result: SendResult;
    let message: OutgoingMessage;
    try {
      message = renderReply(row.reply as Reply);
    } catch (thrown) {
      logger.error({ event: 'outbox_render_failed', id: row.id, reason: messageOf(thrown) });
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
    if (!(await fence({ row, onCard }))) return false;
    try {
      result =
        row.changesId === null
          ? await sendWith(file?.kind === 'file' ? file : null, { ...request, card: onCard })
          : await changeCard(row.changesId, request);
    } catch (thrown) {
      result = { outcome: 'unknown', reason: messageOf(thrown), repeatable: onCard };
    }
    if (!(await written(row, result, clock.now()))) {
      // Too late: the lease ended meanwhile, and the row is shown as uncertain.
      logger.warn({ event: 'outbox_lease_lost', id: row.id, outcome: result.outcome });
      return false;
    }
    if (result.outcome === 'sent') logger.info({ event: 'message_sent', id: row.id, to: row.recipient.kind });
    else logger.warn({ event: 'message_not_sent', id: row.id, outcome: result.outcome, reason: result.reason });
    return result.outcome === 'sent';
  }

  /** What goes with the words; whatever is wrong with it must not silence them. */
  async function fileFor(reply: Reply): Promise<OutgoingFile | null> {
    const wanted = fileWantedBy(reply);
    if (!wanted || !parts.papers) return null;
    try {
      return await parts.papers.make(wanted);
    } catch (thrown) {
      logger.error({ event: 'outbox_file_failed', kind: wanted.kind, reason: messageOf(thrown) });
      return null;
    }
  }

  async function withPicture(message: OutgoingMessage, file: OutgoingFile): Promise<OutgoingMessage> {
    const kept = await parts.papers?.files.keepPicture(file);
    if (kept && 'problem' in kept) logger.warn({ event: 'outbox_picture_left_out', reason: kept.problem });
    return kept && 'address' in kept
      ? { ...message, markdown: `${message.markdown}\n\n![${file.name}](${kept.address})` }
      : message;
  }

  /** The file; its words instead where it surely was not shown and never will be. */
  async function sendWith(file: OutgoingFile | null, request: SendRequest): Promise<SendResult> {
    if (!file || !parts.papers) return channel.send(request);
    const result = await parts.papers.files.send(request.recipient, file);
    if (result.outcome !== 'not_sent' || result.retryAfterMs !== null) return result;
    logger.warn({ event: 'outbox_file_left_out', reason: result.reason });
    return channel.send(request);
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
