// Turns that only answer, of different conversations, in one transaction: the same statements and one commit for all of them.
import { type DataSource, type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { readingOnly } from '../database/reading-only';
import { together } from '../database/together';
import { inTransaction, isRetryable } from '../database/transaction';
import { readSpeakers } from '../directory/speakers';
import { type UnitDirectory } from '../directory/unit-directory';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type IncomingMessage } from '../messages';
import { type Dispatcher } from '../outbox/dispatcher';
import { enqueueAll, enqueueClaimed, type ToSay } from '../outbox/outbox';
import { type TaskShelf } from '../tasks/task-shelf';
import { type Composed, composeAnswer, type TurnSurroundings } from './answer-message';
import { type Answer, isGroupStored, notItsTurn, openingOf } from './take-turn';
import { type Turn } from './turn';
import { closeTurns, type OpenedTurn, openTurns } from './turn-bounds';
import { type ListShelf } from './which-list';

const mostTogether = 16;
/** A guess that saves the way through here; a wrong one costs a little time, nothing else. */
const soundsLikeReport = /\d.{0,8}(?:[%％]|完成|进展|推进|正在|已|卡)/u;

type Parts = TurnSurroundings & {
  dataSource: DataSource;
  directory: UnitDirectory;
  calendar: () => Promise<WorkCalendar>;
  lists: ListShelf;
  tasks: TaskShelf;
  outbox: Pick<Dispatcher, 'room' | 'holds'>;
};

interface Asked {
  inboxId: string;
  message: IncomingMessage;
}

/**
 * Makes the function that answers a message together with others that come at the same moment.
 * @returns of it: null when the message needs a turn of its own (it writes more than its answer, needs something fetched, is
 * refused, or fails): then nothing was done
 */
export function createTurnsTogether(
  parts: Parts,
): (inboxId: string, message: IncomingMessage) => Promise<Answer | null> {
  const answer = together<Asked, Answer | null>(async all => {
    try {
      return await inTransaction(parts.dataSource, manager => answerAll(parts, manager, all));
    } catch {
      // Whatever it is, it is met again, and told, by the turn of its own.
      return all.map(() => null);
    }
  }, mostTogether);
  return (inboxId, message) =>
    soundsLikeReport.test(message.text) ? Promise.resolve(null) : answer({ inboxId, message });
}

async function answerAll(parts: Parts, manager: EntityManager, all: Asked[]): Promise<(Answer | null)[]> {
  const now = parts.clock.now();
  const directory = await parts.directory.view();
  const calendar = await parts.calendar();
  const openings = all.map(({ inboxId, message }) => openingOf(inboxId, message));
  const { turns, listsMark } = await openTurns(manager, openings, now);
  const reads = readingOnly(manager);
  const speakers = await readSpeakers(manager, all.map(({ message }) => message), civilDateOf(now)); // prettier-ignore
  const lists = await parts.lists(manager, listsMark);
  const composed = new Map<string, Composed & { opened: OpenedTurn }>();
  const findTasks = once(filter => parts.tasks.find(reads, filter, directory));
  for (const { inboxId, message } of all) {
    const opened = turns.get(inboxId);
    if (!opened?.isNext || !isGroupStored(message, speakers)) continue;
    try {
      const made = await composeAnswer(parts, inboxId, message, {
        manager: reads, opened, lists, speakers, directory, calendar, contact: undefined, listFile: undefined, findTasks,
      }); // prettier-ignore
      if (!made.secret && made.notices.length === 0) composed.set(inboxId, { ...made, opened });
    } catch (thrown) {
      if (isRetryable(thrown)) throw thrown;
    }
  }
  const ends = [...composed.values()];
  const said = ends.flatMap(({ answer, opened }) => (answer ? [{ answer, opened }] : []));
  const direct = said.filter(({ opened }) => parts.outbox.holds(opened.behind)).slice(0, parts.outbox.room());
  const later = said.filter(one => !direct.includes(one));
  const toSay = (some: { answer: ToSay }[]): ToSay[] => some.map(({ answer }) => answer);
  const claimed = await enqueueClaimed(manager, toSay(direct), now);
  await enqueueAll(manager, toSay(later), now);
  if (ends.length > 0) await closeTurns(manager, ends.map(({ closing }) => closing), now); // prettier-ignore
  return all.map(({ inboxId }) => {
    const opened = turns.get(inboxId);
    if (opened && !opened.isNext) return notItsTurn;
    const end = composed.get(inboxId);
    if (!end) return null;
    const { answer } = end;
    const row = claimed.find(({ dedupKey }) => dedupKey === answer?.dedupKey) ?? null;
    const { moreWait, behind } = end.opened;
    return { done: true, moreWait, claimed: row, behind, moreToSend: answer !== null && row === null };
  });
}

/** The same asked again within the transaction is the same. */
function once(find: Turn['findTasks']): Turn['findTasks'] {
  const found = new Map<string, ReturnType<Turn['findTasks']>>();
  return async filter => {
    const key = JSON.stringify(filter);
    const known = found.get(key) ?? find(filter);
    found.set(key, known);
    return [...(await known)];
  };
}
