// What the office decides on the 审批 page: by the same functions as in a chat, within the caller's transaction.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { releaseHeld } from '../conversation/held-messages';
import { decideClaim, findNamesake, findOpenClaims } from '../directory/claims';
import { shorten } from '../rendering/wording';
import { answerBlockers, closeBlockers } from '../tasks/blockers';
import { lockTasks } from '../tasks/changes';
import { decideExtension } from '../tasks/extensions';
import { findPending, type PendingDecision } from '../tasks/pending';
import { decideClosure } from '../tasks/requests';
import { findTasks, type TaskView } from '../tasks/task-queries';
import { stateNames } from '../tasks/task-state';
import { tellPeople, tellUnits } from './notices';
import { causeOf, Refusal, type Visit } from './visit';

/** What a form on the page says. */
export interface TaskDecision {
  listId: string;
  itemNo: number;
  /** When what is decided was asked, in milliseconds: another request has come meanwhile when it is not this. */
  askedAt: number;
  accept: boolean;
  /** null = no words. */
  reason: string | null;
  until: CivilDate | null;
}

/** The task, locked, and what waits on it exactly as the person saw it. @throws Refusal 409 when it has changed */
async function whatWasSeen(
  manager: EntityManager,
  kind: PendingDecision['kind'],
  decision: TaskDecision,
): Promise<TaskView> {
  const [task] = await findTasks(manager, { listId: decision.listId, itemNos: [decision.itemNo] });
  if (!task) throw new Refusal(404, '没有这项任务。');
  await lockTasks(manager, [task.id]);
  const waiting = await findPending(manager, decision.listId);
  const seen = waiting.some(
    one => one.kind === kind && one.itemNo === decision.itemNo && one.createdAt.getTime() === decision.askedAt,
  );
  if (!seen) throw new Refusal(409, `第${decision.itemNo}项的申请已有变化，没有改动。请回到审批页看最新的情况。`);
  return task;
}

function needsReason(reason: string | null, sentence: string): string {
  if (reason === null) throw new Refusal(400, sentence);
  return reason;
}

/** 核销 or 退回. */
export async function closeOrReturn(manager: EntityManager, decision: TaskDecision, visit: Visit): Promise<void> {
  const { accept, itemNo, listId } = decision;
  const reason = accept ? decision.reason : needsReason(decision.reason, '没有退回：请写明理由。');
  const task = await whatWasSeen(manager, 'closure', decision);
  const { state, unitId } = await decideClosure(manager, { taskId: task.id, accept, reason }, causeOf(visit));
  const reply = {
    template: 'closure_decided' as const,
    no: itemNo,
    short: shorten(task.content),
    accepted: accept,
    state: stateNames[state],
    reason,
  };
  await tellUnits(manager, [unitId], { kind: 'decided', reply, shows: { listId, itemNo } }, visit);
}

/** 同意延期, with another day if one is given, or not. */
export async function extendOrNot(manager: EntityManager, decision: TaskDecision, visit: Visit): Promise<void> {
  const { accept, itemNo, listId, until } = decision;
  const reason = accept ? decision.reason : needsReason(decision.reason, '没有改动：不同意延期请写明理由。');
  const task = await whatWasSeen(manager, 'extension', decision);
  const { due, unitId } = await decideExtension(manager, { taskId: task.id, accept, until, reason }, causeOf(visit));
  const reply = {
    template: 'extension_decided' as const,
    no: itemNo,
    short: shorten(task.content),
    accepted: accept,
    due,
    reason,
  };
  await tellUnits(manager, [unitId], { kind: 'extension_decided', reply, shows: { listId, itemNo } }, visit);
}

/** Answers the difficulties of a task (accept = false), or closes them (accept = true). */
export async function answerOrClose(manager: EntityManager, decision: TaskDecision, visit: Visit): Promise<void> {
  const { itemNo, listId } = decision;
  const task = await whatWasSeen(manager, 'blocker', decision);
  const shows = { listId, itemNo };
  const base = { no: itemNo, short: shorten(task.content), by: visit.actor.name };
  if (decision.accept) {
    const unitIds = task.parties.filter(party => party.unitId !== '').map(party => party.unitId);
    const { texts } = await closeBlockers(
      manager,
      { taskId: task.id, ofUnits: null, text: decision.reason },
      causeOf(visit),
    );
    const reply = { template: 'blocker_closed' as const, ...base, texts: texts.map(text => shorten(text, 40)) };
    await tellUnits(manager, unitIds, { kind: 'blocker_closed', reply, shows }, visit);
    return;
  }
  const text = needsReason(decision.reason, '没有答复：请写明答复的内容。');
  const { unitIds } = await answerBlockers(manager, { taskId: task.id, text }, causeOf(visit));
  const reply = { template: 'blocker_answered' as const, ...base, text };
  await tellUnits(manager, unitIds, { kind: 'answered', reply, shows }, visit);
}

/** Confirms who somebody is, or does not; what they said meanwhile is handled then. */
export async function confirmIdentity(
  manager: EntityManager,
  { claimId, accept, reason }: { claimId: string; accept: boolean; reason: string | null },
  visit: Visit,
): Promise<void> {
  const claim = (await findOpenClaims(manager)).find(one => one.id === claimId);
  if (!claim) throw new Refusal(409, '这条身份申请已经办过，没有改动。');
  const why = accept ? reason : needsReason(reason, '没有改动：不同意请写明理由。');
  if (accept && reason === null && (await findNamesake(manager, claim, visit.today)))
    throw new Refusal(
      409,
      `没有改动：名录中该单位已有${claim.name}，是另一账号。确是另一位同名同志的，请在意见中写明后再确认。`,
    );
  const { personId, personName, now } = causeOf(visit);
  await decideClaim(manager, claim, {
    accept,
    reason: why,
    decidedBy: personId,
    decidedByName: personName,
    inboxMessageId: null,
    now,
  });
  const held = await releaseHeld(manager, claim, accept, now);
  const unit = visit.directory.unitNameById.get(claim.unitId) ?? '';
  const reply = { template: 'identity_decided' as const, name: claim.name, unit, accepted: accept, reason: why, held };
  await tellPeople(manager, [claim.externalId], { kind: 'identity_decided', reply, shows: null }, visit);
}
