// Sections and measures of a list: kept by their titles, in the order of the document.
import { type EntityManager } from 'typeorm';
import { Measure, Section } from '../database/entities/task';
import { newId } from '../ids';
import { insertRows, type Value } from './bulk-rows';
import { type TaskDraft } from './task-draft';

export interface Places {
  sectionId: (task: TaskDraft) => string | null;
  measureId: (task: TaskDraft) => string | null;
}

const measureKey = (sectionId: string | null, title: string): string => `${sectionId ?? ''}\n${title}`;

/** Those a newer version no longer has stay, for the history. */
export async function savePlaces(manager: EntityManager, listId: string, tasks: TaskDraft[]): Promise<Places> {
  const sections = new Map((await manager.find(Section, { where: { listId } })).map(one => [one.title, one]));
  const measures = new Map(
    (await manager.find(Measure, { where: { listId } })).map(one => [measureKey(one.sectionId, one.title), one]),
  );
  const sectionIds = new Map<string, string>();
  const measureIds = new Map<string, string>();
  const sectionRows: Value[][] = [];
  const measureRows: Value[][] = [];
  for (const { section, measure } of tasks) {
    if (section !== null && !sectionIds.has(section)) {
      const old = sections.get(section);
      const position = sectionIds.size + 1;
      const id = old?.id ?? newId();
      sectionIds.set(section, id);
      if (old?.position !== position) sectionRows.push([id, listId, position, section]);
    }
    if (measure === null) continue;
    const sectionId = section === null ? null : (sectionIds.get(section) ?? null);
    const key = measureKey(sectionId, measure);
    if (measureIds.has(key)) continue;
    const old = measures.get(key);
    const position = measureIds.size + 1;
    const id = old?.id ?? newId();
    measureIds.set(key, id);
    const printed = /^\s*(\d{1,6})\s*[.．、]/u.exec(measure);
    if (old?.position !== position)
      measureRows.push([id, listId, sectionId, position, printed ? Number(printed[1]) : null, measure]);
  }
  const update = { update: ['position'] };
  await insertRows(manager, 'sections', ['id', 'listId', 'position', 'title'], sectionRows, update);
  await insertRows(manager, 'measures', ['id', 'listId', 'sectionId', 'position', 'no', 'title'], measureRows, update);
  const sectionId = ({ section }: TaskDraft): string | null =>
    section === null ? null : (sectionIds.get(section) ?? null);
  return {
    sectionId,
    measureId: task =>
      task.measure === null ? null : (measureIds.get(measureKey(sectionId(task), task.measure)) ?? null),
  };
}
