// Random acts by random people on one task: whatever happens, what waits and what stands agree, and the history leads to what stands.
import fc from 'fast-check';
import { type DataSource, type EntityManager } from 'typeorm';
import {
  Blocker,
  Change,
  ClosureRequest,
  ExtensionRequest,
  type ProgressSnapshot,
} from '../../src/database/entities/progress';
import { Task, TaskList, TaskUnit } from '../../src/database/entities/task';
import { loadDirectory } from '../../src/directory/unit-directory';
import { AppError } from '../../src/errors';
import { newId } from '../../src/ids';
import { reconcileParties } from '../../src/importer/save-parties';
import { closeBlockers } from '../../src/tasks/blockers';
import { lockTasks, snapshotOf } from '../../src/tasks/changes';
import { decideExtension, findWithdrawable, requestExtension, withdrawExtension } from '../../src/tasks/extensions';
import { holdTask, type HoldAct } from '../../src/tasks/holds';
import { reportProgress } from '../../src/tasks/report-progress';
import { decideClosure } from '../../src/tasks/requests';
import { findTasks } from '../../src/tasks/task-queries';
import { TaskShelf } from '../../src/tasks/task-shelf';
import { findUndoable, undoChange } from '../../src/tasks/undo';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = database.dataSource;
});
afterAll(() => database.drop());

const units = ['lead-a', 'lead-b', 'support'] as const;
type Unit = (typeof units)[number];
/** One person a unit, and two of the office; the second is of lead-b too. */
const personOf = (unit: Unit): string => `person-${unit}`;
const office = ['office-1', 'person-lead-b'];

type Act =
  | { kind: 'report'; unit: Unit; percent: number | null; done: boolean; blocker: boolean }
  | { kind: 'late'; unit: Unit; percent: number }
  | { kind: 'undo'; unit: Unit }
  | { kind: 'decide'; by: number; accept: boolean }
  | { kind: 'extend'; unit: Unit; days: number }
  | { kind: 'decideExtension'; by: number; accept: boolean }
  | { kind: 'withdrawExtension'; unit: Unit }
  | { kind: 'hold'; act: HoldAct }
  | { kind: 'closeBlockers' }
  /** A new version of the list, with these on the task. */
  | { kind: 'newVersion'; lead: Unit[]; support: Unit[] };

const unit = fc.constantFrom<Unit>('lead-a', 'lead-a', 'lead-a', 'lead-b', 'support');
const by = fc.integer({ min: 0, max: 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('report' as const), unit, percent: fc.option(fc.integer({ min: 0, max: 99 })), done: fc.boolean(), blocker: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), unit, percent: fc.integer({ min: 0, max: 99 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('undo' as const), unit }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('decide' as const), by, accept: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('extend' as const), unit, days: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('decideExtension' as const), by, accept: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdrawExtension' as const), unit }) },
  { weight: 1, arbitrary: fc.constant<Act>({ kind: 'closeBlockers' }) },
  { weight: 1, arbitrary: fc.constantFrom<Act>(
    { kind: 'newVersion', lead: ['lead-a', 'lead-b'], support: ['support'] },
    { kind: 'newVersion', lead: ['lead-b'], support: ['support'] },
    { kind: 'newVersion', lead: ['lead-a'], support: ['lead-b'] },
    { kind: 'newVersion', lead: ['support', 'lead-a'], support: [] },
  ) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hold' as const), act: fc.constantFrom<HoldAct>('suspend', 'resume', 'terminate') }) },
); // prettier-ignore

async function newTask(manager: EntityManager, longTerm: boolean): Promise<string> {
  const listId = newId();
  const taskId = newId();
  const now = new Date();
  await manager.insert(TaskList, {
    id: listId,
    title: '清单',
    shortName: listId.slice(-12),
    year: 2023,
    importedAt: now,
  });
  await manager.insert(Task, {
    id: taskId, listId, sectionId: null, measureId: null, itemNo: 1, label: '1', content: '任务', deadlineText: '2023年8月底', due: '2023-08-31',
    startsOn: null, longTerm, vague: false, recurring: null, openEnded: false, state: 'active', version: 1, createdAt: now,
  }); // prettier-ignore
  for (const [position, name] of units.entries())
    await manager.insert(TaskUnit, {
      id: newId(), taskId, role: name === 'support' ? 'support' : 'lead', position, unitId: name, collectiveId: '', status: null, percent: null,
      lastText: null, lastReportedAt: null, done: false,
    }); // prettier-ignore
  return taskId;
}

/** Does an act; a refusal by rule is an outcome like any other. @returns whether it was done */
async function perform(manager: EntityManager, taskId: string, what: Act, minute: number): Promise<boolean> {
  const at = new Date(Date.UTC(2023, 5, 26, 1, minute));
  const cause = (personId: string) => ({
    personId,
    personName: personId,
    inboxMessageId: newId(),
    saidAt: at,
    now: at,
  });
  try {
    switch (what.kind) {
      case 'report':
      case 'late': {
        const locked = (await lockTasks(manager, [taskId])).get(taskId);
        const party = locked?.parties.find(one => one.unitId === what.unit);
        if (!locked || !party || ['suspended', 'terminated'].includes(locked.task.state)) return false;
        const done = what.kind === 'report' && what.done;
        const outcome = await reportProgress(manager, {
          locked,
          party,
          report: {
            status: done ? 'done' : 'in_progress',
            percent: done ? 100 : what.percent,
            text: `第${minute}分钟`,
            blocker: what.kind === 'report' && what.blocker ? '缺经费' : null,
            correction: false,
          },
          cause: {
            ...cause(personOf(what.unit)),
            ...(what.kind === 'late' ? { saidAt: new Date(at.getTime() - 3 * 60_000) } : {}),
          },
        });
        return outcome.kind === 'recorded';
      }
      case 'undo': {
        const [latest] = await findUndoable(manager, personOf(what.unit), { from: new Date(0), until: at });
        if (latest?.taskId !== taskId) return false;
        await undoChange(manager, latest, cause(personOf(what.unit)));
        return true;
      }
      case 'decide':
        await decideClosure(manager, { taskId, accept: what.accept, reason: '理由' }, cause(office[what.by] ?? ''));
        return true;
      case 'extend': {
        const locked = (await lockTasks(manager, [taskId])).get(taskId);
        const party = locked?.parties.find(one => one.unitId === what.unit);
        if (!locked || !party) return false;
        const until = new Date(Date.UTC(2023, 7, 31 + what.days)).toISOString().slice(0, 10);
        await requestExtension(
          manager,
          locked,
          party,
          { until, reason: '理由', today: '2023-06-26' },
          cause(personOf(what.unit)),
        );
        return true;
      }
      case 'decideExtension':
        await decideExtension(
          manager,
          { taskId, accept: what.accept, until: null, reason: null },
          cause(office[what.by] ?? ''),
        );
        return true;
      case 'withdrawExtension': {
        const [request] = await findWithdrawable(manager, personOf(what.unit), { from: new Date(0), until: at });
        if (request?.taskId !== taskId) return false;
        return (await withdrawExtension(manager, request, cause(personOf(what.unit)))) !== null;
      }
      case 'newVersion': {
        await lockTasks(manager, [taskId]);
        const draft = { lead: what.lead, support: what.support, collectives: [], leadCollectives: [] };
        const ids = { units: new Map(units.map(name => [name, name])), collectives: new Map(), newUnits: [] };
        await reconcileParties(manager, [{ id: taskId, draft }], ids, { cause: cause('office-1'), reason: '新版' });
        // As the import does with every task that differs.
        await manager.query('UPDATE tasks SET version = version + 1 WHERE id = ?', [taskId]);
        return true;
      }
      case 'closeBlockers':
        await closeBlockers(manager, { taskId, ofUnits: null, text: null }, cause('office-1'));
        return true;
      case 'hold':
        await holdTask(manager, { taskId, act: what.act, reason: '理由' }, cause('office-1'));
        return true;
    }
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose) return false;
    throw thrown;
  }
}

/** @param left - units that a version has taken off the task: what they said before is history only */
async function checkInvariants(manager: EntityManager, taskId: string, left: Set<string>): Promise<void> {
  const task = await manager.findOneByOrFail(Task, { id: taskId });
  const parties = await manager.find(TaskUnit, { where: { taskId } });
  const open = await manager.find(ClosureRequest, { where: { taskId, status: 'open' } });
  // What waits and the state agree, always.
  expect([task.state, open.length]).toEqual([task.state, task.state === 'closing' ? 1 : 0]);
  const later = await manager.find(ExtensionRequest, { where: { taskId, status: 'open' } });
  expect(later.length <= (['active', 'closing'].includes(task.state) ? 1 : 0)).toBe(true);
  // Only who is on the task waits for something, and what only a lead may ask for, only a lead.
  const named = (role?: string) => parties.filter(party => !role || party.role === role).map(party => party.unitId);
  for (const request of [...open, ...later]) expect(named('lead')).toContain(request.unitId);
  for (const { unitId } of await manager.findBy(Blocker, { taskId, status: 'open' })) expect(named()).toContain(unitId);
  for (const name of units) if (!named().includes(name)) left.add(name);
  // Nobody has accepted their own application.
  for (const request of await manager.find(ClosureRequest, { where: { taskId, status: 'accepted' } }))
    expect(request.decidedBy).not.toBe(request.requestedBy);
  for (const party of parties) {
    expect(party.percent === null || (party.percent >= 0 && party.percent <= 100)).toBe(true);
    if (left.has(party.unitId)) continue;
    // The history leads to what stands: the entry said last is what the unit's part shows.
    const changes = await manager.find(Change, { where: { taskId, unitId: party.unitId } });
    const inForce = changes.sort((a, b) => a.saidAt.getTime() - b.saidAt.getTime() || (a.id < b.id ? -1 : 1)).at(-1);
    if (!inForce) continue;
    const pick = ({ percent, done, text }: ProgressSnapshot) => ({ percent, done, text });
    expect(pick(snapshotOf(task, party))).toEqual(pick(inForce.after));
  }
}

test('a thousand random acts', async () => {
  let done = 0;
  const shelf = new TaskShelf();
  const directory = await loadDirectory(dataSource.manager);
  // Every task has a time of its own: a person's last report is of this one.
  let clock = 0;
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(act, { minLength: 5, maxLength: 20 }), async (longTerm, acts) => {
      const taskId = await dataSource.transaction(manager => newTask(manager, longTerm));
      const left = new Set<string>();
      for (const what of acts) {
        const isDone = await dataSource.transaction(manager => perform(manager, taskId, what, (clock += 5)));
        await checkInvariants(dataSource.manager, taskId, left);
        if (!isDone) continue;
        done++;
        // What is held in memory for questions is what the tables say, after every act.
        const filter = { ids: [taskId] };
        const held = await shelf.find(dataSource.manager, filter, directory);
        expect(held).toEqual(await findTasks(dataSource.manager, filter));
      }
    }),
    { numRuns: 80 },
  );
  expect(done).toBeGreaterThan(100);
}, 60_000);
