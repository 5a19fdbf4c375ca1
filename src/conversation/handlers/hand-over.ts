// 联络员换成李四, 我请假到周五，由李四代: who receives the unit's cards, changed by the unit itself.
import { AuditEntry } from '../../database/entities/schedule';
import { type ActorUnit, may } from '../../directory/identity';
import { type Colleague, findColleagues, handOver, nameDeputy } from '../../directory/posts';
import { newId } from '../../ids';
import { type Reply } from '../../rendering/reply';
import { dayWithWeekday } from '../../rendering/wording';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { causeOf, tellOffice, tellPerson } from './notices';

/** The unit and the colleague that are meant, or the reply that says why not. */
async function meant(turn: Turn, name: string, personId: string): Promise<{ unit: ActorUnit; to: Colleague } | Reply> {
  const { actor, manager, today } = turn;
  if (!may(actor, 'hand_over'))
    return { template: 'refused', sentence: '没有改动：联络员由本单位联络员、负责人或区优化办更换。' };
  const { unit } = actor;
  if (!unit)
    return { template: 'which_unit', candidates: actor.posts.flatMap(post => (post.unit ? [post.unit.name] : [])) };
  const colleagues = await findColleagues(manager, unit.id, name, today);
  const [to] = colleagues;
  if (!to)
    return {
      template: 'refused',
      sentence: `没有改动：${unit.name}名录里没有“${name}”。请${name}先 @我 说“我是${unit.name}${name}”，区优化办确认后再换。`,
    };
  if (colleagues.length > 1)
    return {
      template: 'refused',
      sentence: `没有改动：${unit.name}有${colleagues.length}位“${name}”，请联系区优化办办理。`,
    };
  if (to.personId === personId) return { template: 'refused', sentence: '没有改动：这就是您自己。' };
  return { unit, to };
}

async function audit(turn: Turn, personId: string, act: string, unit: ActorUnit, after: object): Promise<void> {
  await turn.manager.insert(AuditEntry, {
    id: newId(),
    at: turn.now,
    personId,
    actor: causeOf(turn, personId).personName,
    act,
    object: `unit:${unit.name}`,
    before: {},
    after,
    inboxMessageId: turn.inboxId,
  });
}

export const changeLiaison: Handler<Extract<Frame, { intent: 'hand_over' }>> = async (turn, frame) => {
  const { personId } = turn.actor;
  if (personId === null) return { template: 'stranger' };
  const found = await meant(turn, frame.name, personId);
  if ('template' in found) return found;
  const { unit, to } = found;
  const before = await handOver(turn.manager, { unitId: unit.id, to }, turn.now);
  await audit(turn, personId, 'hand_over', unit, { to: to.name, from: before });
  const reply: Reply = { template: 'handed_over', unit: unit.name, to: to.name, from: before };
  if (to.staffId !== null) tellPerson(turn, to.staffId, { kind: 'handed_over', reply, itemNo: null });
  await tellOffice(turn, { kind: 'handed_over', reply, itemNo: null });
  return reply;
};

export const appointDeputy: Handler<Extract<Frame, { intent: 'deputy' }>> = async (turn, frame) => {
  const { personId } = turn.actor;
  if (personId === null) return { template: 'stranger' };
  const found = await meant(turn, frame.name, personId);
  if ('template' in found) return found;
  if (frame.until === null)
    return { template: 'refused', sentence: `没有改动：请说明代到哪一天，如“我请假到周五，由${frame.name}代”。` };
  if (frame.until < turn.today) return { template: 'refused', sentence: '没有改动：这一天已经过去。' };
  const { unit, to } = found;
  const isNew = await nameDeputy(
    turn.manager,
    { unitId: unit.id, to, until: frame.until, standsInFor: personId },
    turn.now,
  );
  if (!isNew) return { template: 'refused', sentence: `${to.name}已经是${unit.name}的联络员，无需另外代理。` };
  await audit(turn, personId, 'deputy', unit, { to: to.name, until: frame.until });
  const reply: Reply = {
    template: 'deputy_named',
    unit: unit.name,
    name: to.name,
    standsInFor: turn.actor.name,
    until: dayWithWeekday(frame.until),
  };
  if (to.staffId !== null) tellPerson(turn, to.staffId, { kind: 'deputy', reply, itemNo: null });
  return reply;
};
