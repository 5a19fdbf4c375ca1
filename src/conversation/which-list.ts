// Which list a message speaks of: the one whose card it quotes, the one it names, the group's own, else the latest.
import { type EntityManager } from 'typeorm';
import { TaskList } from '../database/entities/task';
import { type ChatGroup } from '../database/entities/unit';
import { type IncomingMessage } from '../messages';
import { findShownTasks } from '../outbox/outbox';

export interface ListChoice {
  list: TaskList | null;
  /** Numbers the quoted message showed, of that list; [] when nothing of ours is quoted. */
  quotedNos: number[];
  /** Nothing says which of several lists is meant: a number alone may not be written on. */
  guessed: boolean;
  /** Short names of all lists, the chosen one first. */
  names: string[];
}

/** "营商38", "营商清单": the short name directly before a number or the word for a list. */
function isNamed(text: string, shortName: string): boolean {
  const at = text.indexOf(shortName);
  return (
    at >= 0 && /^\s*(?:第|#)?\s*(?:\d|[一二三四五六七八九十百]|清单|任务)/u.test(text.slice(at + shortName.length))
  );
}

/** The lists, latest first; read anew only when the mark of their table is another (see openTurns). */
export type ListShelf = (manager: EntityManager, mark: string) => Promise<TaskList[]>;

export function createListShelf(): ListShelf {
  let held: { mark: string; lists: TaskList[] } | null = null;
  return async (manager, mark) => {
    if (held?.mark === mark) return held.lists;
    const lists = await manager.find(TaskList, { order: { importedAt: 'DESC', id: 'DESC' } });
    held = { mark, lists };
    return lists;
  };
}

/** Chooses; a quoted card is found by its key, never by its words. */
export async function chooseList(
  manager: EntityManager,
  lists: TaskList[],
  message: IncomingMessage,
  group: ChatGroup | null,
): Promise<ListChoice> {
  const key = message.quoted?.providerKey;
  const shown = key ? await findShownTasks(manager, key) : null;
  const text = message.text.normalize('NFKC');
  const named = lists.filter(list => isNamed(text, list.shortName));
  const ofGroup = group?.listId ? lists.find(list => list.id === group.listId) : undefined;
  const quoted = shown ? lists.find(list => list.id === shown.listId) : undefined;
  const list = (named.length === 1 ? named[0] : undefined) ?? quoted ?? ofGroup ?? lists[0] ?? null;
  const others = lists.filter(one => one !== list).map(one => one.shortName);
  return {
    list,
    quotedNos: shown && shown.listId === list?.id ? shown.itemNos : [],
    guessed: lists.length > 1 && named.length !== 1 && !quoted && !ofGroup,
    names: list ? [list.shortName, ...others] : others,
  };
}
