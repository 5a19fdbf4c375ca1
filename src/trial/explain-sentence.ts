// How the bot reads what somebody has just said in the trial, for the chat page's drawer: the same as `duban understand --explain`.
import { type EntityManager } from 'typeorm';
import { firstChannel } from '../address';
import { civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { loadDirectory } from '../directory/unit-directory';
import { findShownTasks } from '../outbox/outbox';
import { type ShownMessage } from '../simulator/gateway-events';
import { understandInTime } from '../understanding/understand-in-time';

interface Noted {
  /** What was read. */
  frames: object[];
  /** In which words, by which rule, and what was turned down. */
  notes: string[];
}

/** @param quoted - the message it quotes */
export async function explainSentence(
  manager: EntityManager,
  message: ShownMessage,
  parts: { quoted: ShownMessage | null; calendar: WorkCalendar; robotName: string },
): Promise<Noted> {
  const directory = await loadDirectory(manager);
  const [post]: { unit: string | null }[] = await manager.query(
    `SELECT u.name AS unit FROM channel_identities i JOIN posts q ON q.personId = i.personId AND q.endedAt IS NULL
       LEFT JOIN units u ON u.id = q.unitId WHERE i.externalId = ? AND i.channel = ? ORDER BY q.id LIMIT 1`,
    [message.from.staffId, firstChannel],
  );
  const known: { no: number }[] = await manager.query('SELECT DISTINCT itemNo AS no FROM tasks');
  const nos = new Set(known.map(({ no }) => no));
  const lists: { name: string }[] = await manager.query('SELECT shortName AS name FROM task_lists');
  const key = parts.quoted?.providerKey;
  const shown = key ? await findShownTasks(manager, key) : null;
  const notes: string[] = [];
  const text = message.text.startsWith(`@${parts.robotName}`)
    ? message.text.slice(parts.robotName.length + 1).trim()
    : message.text;
  const { frame, also } = understandInTime(text, {
    today: civilDateOf(new Date(message.at)),
    calendar: parts.calendar,
    names: directory.names,
    senderUnit: post?.unit ?? null,
    ...(shown ? { quoted: { type: 'reminder' as const, tasks: shown.itemNos } } : {}),
    taskExists: no => nos.has(no),
    listNames: lists.map(list => list.name),
    explain: {
      slot: ({ kind, words, value }) =>
        notes.push(`“${words}”读作 ${kind}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`),
      rule: (name, words) => notes.push(`规则 ${name}：“${words}”`),
      rejected: (why, words) => notes.push(`不算：“${words}”（${why}）`),
    },
  });
  return { frames: [frame, ...also], notes };
}
