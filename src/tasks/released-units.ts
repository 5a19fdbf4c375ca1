// A new version of a list takes units off their tasks: nothing of theirs goes on waiting for the office.
import { type EntityManager, In } from 'typeorm';
import { Blocker, Change, ClosureRequest, ExtensionRequest } from '../database/entities/progress';
import { Task, TaskUnit } from '../database/entities/task';
import { newId } from '../ids';
import { type ActCause, recordAct } from './task-acts';
import { nextState } from './task-state';

/** The units that no longer lead a task, and those that are no longer on it at all. */
export interface Released {
  leads: string[];
  units: string[];
}

interface Why {
  cause: ActCause;
  /** For the history. */
  reason: string;
}

/**
 * Withdraws what these units had waiting: closures and extensions, which are a lead's to ask for, and the difficulties of
 * units that are gone. The tasks are locked, and have their new parties.
 * @param released - by task
 */
export async function withdrawWaiting(
  manager: EntityManager,
  released: ReadonlyMap<string, Released>,
  why: Why,
): Promise<void> {
  const where = { taskId: In([...released.keys()]), status: 'open' as const };
  const noLead = ({ taskId, unitId }: { taskId: string; unitId: string }): boolean =>
    released.get(taskId)?.leads.includes(unitId) ?? false;
  const gone = ({ taskId, unitId }: { taskId: string; unitId: string }): boolean =>
    released.get(taskId)?.units.includes(unitId) ?? false;
  for (const request of (await manager.findBy(ClosureRequest, where)).filter(noLead))
    await withdrawClosure(manager, request, why);
  for (const request of (await manager.findBy(ExtensionRequest, where)).filter(noLead)) {
    await manager.update(ExtensionRequest, { id: request.id }, { status: 'withdrawn', decidedAt: why.cause.now });
    const task = await manager.findOneByOrFail(Task, { id: request.taskId });
    const [before, after] = [{ until: request.untilDay }, {}];
    await recordWithdrawal(manager, task, { unitId: request.unitId, act: 'withdraw_extension', before, after }, why);
  }
  for (const blocker of (await manager.findBy(Blocker, where)).filter(gone)) {
    await manager.update(Blocker, { id: blocker.id }, { status: 'withdrawn' });
    const task = await manager.findOneByOrFail(Task, { id: blocker.taskId });
    const [before, after] = [{ blocker: blocker.text }, { status: 'withdrawn' }];
    await recordWithdrawal(manager, task, { unitId: blocker.unitId, act: 'withdraw_blocker', before, after }, why);
  }
}

async function withdrawClosure(manager: EntityManager, request: ClosureRequest, why: Why): Promise<void> {
  const task = await manager.findOneByOrFail(Task, { id: request.taskId });
  await manager.update(ClosureRequest, { id: request.id }, { status: 'withdrawn' });
  // Another lead that has reported its part done while this one's request waited had no need of one: now it has.
  const heir = await doneLead(manager, task.id);
  if (heir)
    await manager.insert(ClosureRequest, {
      id: newId(),
      taskId: task.id,
      unitId: heir.unitId,
      requestedBy: heir.personId,
      changeId: heir.id,
      status: 'open',
      createdAt: why.cause.now,
    });
  const state = heir ? task.state : nextState(task, 'withdraw_closure');
  await manager.update(Task, { id: task.id }, { state, version: task.version + 1 });
  const [before, after] = [{ state: task.state }, { state }];
  await recordWithdrawal(manager, task, { unitId: request.unitId, act: 'withdraw_closure', before, after }, why);
}

/** The report by which a lead unit of a task is done, unless it was applied with before. */
async function doneLead(manager: EntityManager, taskId: string): Promise<Change | null> {
  const leads = await manager.find(TaskUnit, {
    where: { taskId, role: 'lead', collectiveId: '', done: true },
    order: { position: 'ASC' },
  });
  for (const { unitId, lastReportedAt } of leads) {
    if (lastReportedAt === null) continue;
    const [report] = await manager.find(Change, {
      where: { taskId, unitId, kind: 'report', saidAt: lastReportedAt },
      order: { id: 'DESC' },
      take: 1,
    });
    if (report?.after.done && !(await manager.existsBy(ClosureRequest, { changeId: report.id }))) return report;
  }
  return null;
}

function recordWithdrawal(
  manager: EntityManager,
  { id, itemNo }: Task,
  entry: Pick<Parameters<typeof recordAct>[1], 'unitId' | 'act' | 'before' | 'after'>,
  { cause, reason }: Why,
): Promise<void> {
  return recordAct(manager, { taskId: id, itemNo, reason, ...entry }, cause);
}
