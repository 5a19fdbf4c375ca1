// Which list a page is about: the one its address names, else the latest.
import { type EntityManager } from 'typeorm';
import { TaskList } from '../database/entities/task';
import { Refusal } from './visit';

export interface ChosenList {
  list: TaskList;
  /** All lists, the latest first. */
  lists: TaskList[];
}

/** @throws Refusal 404 when there is no list yet, or none of that name */
export async function chooseListOf(manager: EntityManager, shortName: string): Promise<ChosenList> {
  const lists = await manager.find(TaskList, { order: { importedAt: 'DESC', id: 'DESC' } });
  const list = shortName === '' ? lists[0] : lists.find(one => one.shortName === shortName);
  if (list) return { list, lists };
  throw new Refusal(
    404,
    lists.length === 0 ? '还没有清单：请先用 duban import 导入一份。' : `没有清单“${shortName}”。`,
  );
}

/** @throws Refusal 404 when it is gone */
export async function findListById(manager: EntityManager, id: string): Promise<TaskList> {
  const list = await manager.findOneBy(TaskList, { id });
  if (!list) throw new Refusal(404, '这份清单已经不在了。');
  return list;
}
