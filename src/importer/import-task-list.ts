// The database half of an import: what is stored already, and taking a previewed list over in one transaction.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { Measure, Section, Task, TaskList, TaskUnit } from '../database/entities/task';
import { Collective, Unit } from '../database/entities/unit';
import { newId } from '../ids';
import { findTasks } from '../tasks/task-queries';
import { type ImportPreview, type TaskDraft } from './preview';

const chunk = 500;

/** The tasks of a stored list, in the shape the preview compares with; null when there is no such list. */
export async function loadStoredTasks(manager: EntityManager, shortName: string): Promise<TaskDraft[] | null> {
  const list = await manager.findOneBy(TaskList, { shortName });
  if (!list) return null;
  const tasks = await findTasks(manager, { listId: list.id });
  return tasks
    .filter(task => task.state !== 'terminated')
    .map(task => {
      const named = (role: 'lead' | 'support'): string[] =>
        task.parties
          .filter(party => party.role === role && party.unitId !== '' && party.collectiveId === '')
          .map(party => party.unitName);
      const groups = (role: 'lead' | 'support'): string[] =>
        task.parties.filter(party => party.role === role && party.unitId === '').map(party => party.collectiveName);
      return {
        no: task.itemNo,
        label: task.label,
        section: task.section,
        measure: task.measure,
        content: task.content,
        lead: named('lead'),
        support: named('support'),
        collectives: groups('support'),
        leadCollectives: groups('lead'),
        openEnded: task.openEnded,
        deadline: {
          text: task.deadlineText,
          due: task.writtenDue,
          start: null,
          longTerm: task.longTerm,
          recurring: task.recurring,
          vague: task.vague,
        },
        at: { sheet: null, row: 0 },
      };
    });
}

export interface ImportResult {
  listId: string;
  added: number;
  changed: number;
  removed: number;
  /** Unit names the directory does not know yet: taken as they stand, listed for the office. */
  newUnits: string[];
}

/**
 * Takes a previewed list over: new tasks are added, changed ones updated, progress is kept,
 * tasks the list no longer has are ended (终止) with their history. Safe to repeat. The caller's transaction holds it.
 */
export async function applyImport(
  manager: EntityManager,
  preview: ImportPreview,
  shortName: string,
  by: { actor: string; now: Date },
): Promise<ImportResult> {
  const { now } = by;
  const list = await saveList(manager, preview, shortName, now);
  const places = await savePlaces(manager, list.id, preview.tasks);
  const parties = await partyIds(manager, preview.tasks, now);
  const stored = new Map((await manager.find(Task, { where: { listId: list.id } })).map(task => [task.itemNo, task]));
  const storedParties = await partiesByTask(manager, list.id);
  const result: ImportResult = { listId: list.id, added: 0, changed: 0, removed: 0, newUnits: parties.newUnits };
  const newTasks: Task[] = [];
  const newParties: TaskUnit[] = [];
  for (const draft of preview.tasks) {
    const old = stored.get(draft.no);
    stored.delete(draft.no);
    const facts = factsOf(draft, places);
    const wanted = partiesOf(draft, parties);
    if (!old) {
      const task = manager.create(Task, {
        ...facts,
        id: newId(),
        listId: list.id,
        itemNo: draft.no,
        state: 'active',
        version: 1,
        createdAt: now,
      });
      newTasks.push(task);
      newParties.push(...wanted.map(party => emptyPart(manager, task.id, party)));
      result.added++;
      continue;
    }
    const partiesChanged = await reconcileParties(manager, old.id, storedParties.get(old.id) ?? [], wanted);
    const textChanged = (Object.keys(facts) as (keyof typeof facts)[]).some(
      key => JSON.stringify(old[key]) !== JSON.stringify(facts[key]),
    );
    const back = old.state === 'terminated';
    if (!textChanged && !partiesChanged && !back) continue;
    await manager.update(
      Task,
      { id: old.id },
      { ...facts, version: old.version + 1, ...(back ? { state: 'active' } : {}) },
    );
    result.changed++;
  }
  for (let i = 0; i < newTasks.length; i += chunk) await manager.insert(Task, newTasks.slice(i, i + chunk));
  for (let i = 0; i < newParties.length; i += chunk) await manager.insert(TaskUnit, newParties.slice(i, i + chunk));
  for (const gone of stored.values())
    if (gone.state !== 'terminated') {
      await manager.update(Task, { id: gone.id }, { state: 'terminated', version: gone.version + 1 });
      result.removed++;
    }
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    actor: by.actor,
    act: 'import_list',
    object: `list:${shortName}`,
    after: { added: result.added, changed: result.changed, removed: result.removed },
  });
  return result;
}

async function saveList(
  manager: EntityManager,
  preview: ImportPreview,
  shortName: string,
  now: Date,
): Promise<{ id: string }> {
  const facts = { title: preview.list.title.slice(0, 190), year: preview.list.year ?? now.getFullYear() };
  const stored = await manager.findOne(TaskList, { where: { shortName }, lock: { mode: 'pessimistic_write' } });
  if (stored) {
    await manager.update(TaskList, { id: stored.id }, facts);
    return stored;
  }
  const list = { id: newId(), shortName, importedAt: now, ...facts };
  await manager.insert(TaskList, list);
  return list;
}

interface Places {
  sections: Map<string, string>;
  measures: Map<string, string>;
}

const measureKey = (section: string | null, measure: string): string => `${section ?? ''}\n${measure}`;

/** Sections and measures in the order of the document; those a newer version no longer has stay for the history. */
async function savePlaces(manager: EntityManager, listId: string, tasks: TaskDraft[]): Promise<Places> {
  const storedSections = await manager.find(Section, { where: { listId } });
  const storedMeasures = await manager.find(Measure, { where: { listId } });
  const places: Places = { sections: new Map(), measures: new Map() };
  for (const { section } of tasks) {
    if (section === null || places.sections.has(section)) continue;
    const position = places.sections.size + 1;
    const old = storedSections.find(candidate => candidate.title === section);
    if (old && old.position !== position) await manager.update(Section, { id: old.id }, { position });
    const id = old?.id ?? newId();
    if (!old) await manager.insert(Section, { id, listId, position, title: section });
    places.sections.set(section, id);
  }
  for (const { section, measure } of tasks) {
    if (measure === null || places.measures.has(measureKey(section, measure))) continue;
    const sectionId = section === null ? null : (places.sections.get(section) ?? null);
    const position = places.measures.size + 1;
    const old = storedMeasures.find(candidate => candidate.title === measure && candidate.sectionId === sectionId);
    if (old && old.position !== position) await manager.update(Measure, { id: old.id }, { position });
    const id = old?.id ?? newId();
    const printed = /^\s*(\d+)\s*[.．、]/u.exec(measure);
    if (!old)
      await manager.insert(Measure, {
        id,
        listId,
        sectionId,
        position,
        no: printed ? Number(printed[1]) : null,
        title: measure,
      });
    places.measures.set(measureKey(section, measure), id);
  }
  return places;
}

interface PartyIds {
  units: Map<string, string>;
  collectives: Map<string, string>;
  newUnits: string[];
}

/** Ids of every unit and collective named; unknown ones are made, unsettled. */
async function partyIds(manager: EntityManager, tasks: TaskDraft[], now: Date): Promise<PartyIds> {
  const units = new Map((await manager.find(Unit)).map(unit => [unit.name, unit.id]));
  const collectives = new Map((await manager.find(Collective)).map(group => [group.name, group.id]));
  const newUnits: string[] = [];
  for (const task of tasks) {
    for (const name of [...task.lead, ...task.support])
      if (!units.has(name)) {
        const id = newId();
        await manager.insert(Unit, { id, name, kind: 'unknown', level: 'unknown', settled: false, createdAt: now });
        units.set(name, id);
        newUnits.push(name);
      }
    for (const name of [...task.collectives, ...task.leadCollectives])
      if (!collectives.has(name)) {
        const id = newId();
        await manager.insert(Collective, { id, name, resolve: 'manual', createdAt: now });
        collectives.set(name, id);
      }
  }
  return { units, collectives, newUnits };
}

interface WantedParty {
  role: 'lead' | 'support';
  position: number;
  unitId: string;
  collectiveId: string;
}

function partiesOf(draft: TaskDraft, ids: PartyIds): WantedParty[] {
  const of = (role: 'lead' | 'support', unitNames: string[], groupNames: string[]): WantedParty[] =>
    [
      ...unitNames.map(name => ({ unitId: ids.units.get(name) ?? '', collectiveId: '' })),
      ...groupNames.map(name => ({ unitId: '', collectiveId: ids.collectives.get(name) ?? '' })),
    ].map((party, position) => ({ ...party, role, position }));
  return [...of('lead', draft.lead, draft.leadCollectives), ...of('support', draft.support, draft.collectives)];
}

function emptyPart(manager: EntityManager, taskId: string, party: WantedParty): TaskUnit {
  return manager.create(TaskUnit, {
    ...party,
    id: newId(),
    taskId,
    status: null,
    percent: null,
    lastText: null,
    lastReportedAt: null,
    done: false,
  });
}

async function partiesByTask(manager: EntityManager, listId: string): Promise<Map<string, TaskUnit[]>> {
  const parties = await manager
    .createQueryBuilder(TaskUnit, 'p')
    .where(
      query => `p.taskId IN ${query.subQuery().select('t.id').from(Task, 't').where('t.listId = :listId').getQuery()}`,
    )
    .setParameters({ listId })
    .getMany();
  const byTask = new Map<string, TaskUnit[]>();
  for (const party of parties) byTask.set(party.taskId, [...(byTask.get(party.taskId) ?? []), party]);
  return byTask;
}

/** Adds and removes a stored task's parties; a party that stays keeps its progress. True when anything changed. */
async function reconcileParties(
  manager: EntityManager,
  taskId: string,
  stored: TaskUnit[],
  wanted: WantedParty[],
): Promise<boolean> {
  const same = (a: WantedParty, b: WantedParty): boolean =>
    a.role === b.role && a.unitId === b.unitId && a.collectiveId === b.collectiveId;
  const named = stored.filter(party => party.unitId === '' || party.collectiveId === '');
  const gone = named.filter(party => !wanted.some(other => same(party, other)));
  const fresh = wanted.filter(party => !named.some(other => same(party, other)));
  for (const party of gone) await manager.delete(TaskUnit, { id: party.id });
  for (const party of fresh) {
    const part = emptyPart(manager, taskId, party);
    // A unit that only changed its role takes its progress along.
    const before = gone.find(old => old.unitId !== '' && old.unitId === party.unitId);
    if (before)
      Object.assign(part, {
        status: before.status,
        percent: before.percent,
        lastText: before.lastText,
        lastReportedAt: before.lastReportedAt,
        done: before.done,
      });
    await manager.insert(TaskUnit, part);
  }
  return gone.length > 0 || fresh.length > 0;
}

function factsOf(draft: TaskDraft, places: Places) {
  return {
    sectionId: draft.section === null ? null : (places.sections.get(draft.section) ?? null),
    measureId: draft.measure === null ? null : (places.measures.get(measureKey(draft.section, draft.measure)) ?? null),
    label: draft.label,
    content: draft.content,
    deadlineText: draft.deadline.text,
    due: draft.deadline.due,
    startsOn: draft.deadline.start ?? null,
    longTerm: draft.deadline.longTerm,
    vague: draft.deadline.vague,
    recurring: draft.deadline.recurring,
    openEnded: draft.openEnded,
  };
}
