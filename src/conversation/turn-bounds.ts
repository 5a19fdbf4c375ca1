// How turns begin and end in the database: one, or several of different conversations in the same statements.
import { type EntityManager } from 'typeorm';
import { places, readRows, type Value, writeRows } from '../database/statement';
import { readState, type TalkState } from './turn';

/** A message whose turn is to begin. */
export interface Opening {
  inboxId: string;
  conversationId: string;
  speakerId: string;
  /** Of whom the answer goes to. */
  recipientKey: string;
}

/** What a turn finds when it has the conversation for itself. */
export interface OpenedTurn {
  /** What is remembered of the talk with the speaker; whether a question has lapsed is for its handler to say. */
  state: TalkState;
  /** As it is stored. */
  storedState: string | null;
  /** What has been made of the message so far. */
  outcome: string | null;
  /** The message is still to be handled, and it is its turn. */
  isNext: boolean;
  /** Others wait behind it in this conversation. */
  moreWait: boolean;
  /** Rows of the outbox that are on their way, or about to be, to whom the answer goes: it comes after them. */
  behind: string[];
}

export interface Opened {
  /** By inbox id; a conversation whose rows are not there yet is missing (see prepareState). */
  turns: ReadonlyMap<string, OpenedTurn>;
  /** Changes with whatever is in the table of lists. */
  listsMark: string;
}

/** "CASE column WHEN ? THEN ? … END", and its values. */
function byId<T extends { inboxId: string }>(column: string, all: T[], value: (one: T) => Value): [string, Value[]] {
  const [first] = all;
  if (all.length === 1 && first) return ['?', [value(first)]];
  return [
    `CASE ${column} ${all.map(() => 'WHEN ? THEN ?').join(' ')} END`,
    all.flatMap(one => [one.inboxId, value(one)]),
  ];
}

/**
 * Locks conversations, so that there is one turn at a time in each, whatever the number of instances; and their messages.
 * @param all - of different conversations
 */
export async function openTurns(manager: EntityManager, all: Opening[], now: Date): Promise<Opened> {
  const [speaker, speakers] = byId('m.id', all, one => one.speakerId);
  const locked = await readRows<{ id: string; state: string | null; status: string; outcome: string | null }>(
    manager,
    `SELECT m.id, s.state, m.status, m.outcome FROM inbox_messages m FORCE INDEX (PRIMARY)
       STRAIGHT_JOIN conversation_states c FORCE INDEX (conversation_states_talk) ON c.conversationId = m.conversationId AND c.speakerId = ''
       STRAIGHT_JOIN conversation_states s FORCE INDEX (conversation_states_talk) ON s.conversationId = m.conversationId AND s.speakerId = ${speaker}
      WHERE m.id IN (${places(all.length)}) FOR UPDATE`,
    [...speakers, ...all.map(({ inboxId }) => inboxId)],
  );
  // Read after the locks are there: what another turn has just written counts.
  const due =
    "SELECT e.id FROM inbox_messages e FORCE INDEX (inbox_messages_conversation) WHERE e.conversationId = ? AND e.status = 'waiting' AND (e.attempts = 0 OR e.nextAttemptAt <= ?)";
  const facts = await readRows<{ id: string; first: string | null; second: string | null; behind: string | null }>(
    manager,
    `${all
      .map(
        () => `SELECT ? AS id, (${due} ORDER BY e.sentAt, e.messageId LIMIT 1) AS first,
            (${due} ORDER BY e.sentAt, e.messageId LIMIT 1 OFFSET 1) AS second,
            (SELECT GROUP_CONCAT(o.id) FROM outbox_messages o FORCE INDEX (outbox_messages_recipient)
              WHERE o.recipientKey = ? AND o.sentAt IS NULL
                AND (o.status = 'claimed' OR (o.status = 'ready' AND (o.nextAt <= ? OR o.attempts > 0)))) AS behind`,
      )
      .join(' UNION ALL ')}
      UNION ALL SELECT '', CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', id, title, shortName, year, importedAt))), 0)), NULL, NULL
                  FROM task_lists`,
    all.flatMap(({ inboxId, conversationId, recipientKey }) => [
      inboxId, conversationId, now, conversationId, now, recipientKey, now,
    ]),
  ); // prettier-ignore
  const turns = new Map<string, OpenedTurn>();
  for (const { id, state, status, outcome } of locked) {
    const found = facts.find(row => row.id === id);
    turns.set(id, {
      state: readState(state),
      storedState: state,
      outcome,
      isNext: status === 'waiting' && found?.first === id,
      moreWait: found?.second !== null,
      behind: found?.behind?.split(',') ?? [],
    });
  }
  return { turns, listsMark: facts.find(row => row.id === '')?.first ?? '' };
}

/** What has come of a turn, as it is to be stored. */
export interface Closing {
  inboxId: string;
  speakerId: string;
  state: TalkState;
  storedState: string | null;
  status: 'handled' | 'held';
  outcome: string;
}

/** Ends turns: what is remembered of the talks, and that the messages are handled (or held), in one statement. */
export async function closeTurns(manager: EntityManager, all: Closing[], now: Date): Promise<void> {
  const ids = all.map(({ inboxId }) => inboxId);
  const nextState = (one: Closing): string => JSON.stringify(one.state);
  const parts: [string, Value[]][] = [
    byId('m.id', all, one => one.status),
    byId('m.id', all, one => (one.status === 'handled' ? now : null)),
    byId('m.id', all, one => one.outcome.slice(0, 500)),
  ];
  const [status, handledAt, outcome] = parts.map(([sql]) => sql);
  const values = parts.flatMap(([, some]) => some);
  const message = `m.status = ${status ?? ''}, m.handledAt = ${handledAt ?? ''}, m.outcome = ${outcome ?? ''}`;
  if (all.every(one => nextState(one) === one.storedState)) {
    await writeRows(manager, `UPDATE inbox_messages m SET ${message} WHERE m.id IN (${places(all.length)})`, [
      ...values, ...ids,
    ]); // prettier-ignore
    return;
  }
  const [speaker, speakers] = byId('m.id', all, one => one.speakerId);
  const [state, states] = byId('m.id', all, nextState);
  await writeRows(
    manager,
    `UPDATE inbox_messages m FORCE INDEX (PRIMARY)
       STRAIGHT_JOIN conversation_states s FORCE INDEX (conversation_states_talk) ON s.conversationId = m.conversationId AND s.speakerId = ${speaker}
        SET ${message}, s.state = ${state}, s.updatedAt = ?
      WHERE m.id IN (${places(all.length)})`,
    [...speakers, ...values, ...states, now, ...ids],
  );
}
