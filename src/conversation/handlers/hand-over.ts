// 联络员换成李四, 我请假到周五，由李四代: who receives the unit's cards, changed by the unit itself.
import { AuditEntry } from '../../database/entities/schedule';
import { type Actor, type ActorUnit, findUnit, mayFor } from '../../directory/identity';
import {
  type Colleague,
  findColleagues,
  handOver,
  isKnownElsewhere,
  isOnlyLiaison,
  nameDeputy,
} from '../../directory/posts';
import { staffIdsOfRole, staffIdsOfUnit } from '../../directory/people';
import { newId } from '../../ids';
import { type Reply } from '../../rendering/reply';
import { dayWithWeekday } from '../../rendering/wording';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { causeOf, tellPerson } from './notices';

const refusal: Reply = { template: 'refused', sentence: '没有改动：联络员由本单位联络员、负责人或区优化办更换。' };

/** The unit whose liaison it is about: the one that is named, else the one spoken for, else the only one it may be. */
function unitMeant({ actor, directory, message }: Turn): ActorUnit | Reply {
  const named = new Set(
    directory.names.findIn(message.text).flatMap(({ resolved }) => (resolved.kind === 'unit' ? [resolved.name] : [])),
  );
  const [name] = named;
  const unit = (named.size === 1 && name !== undefined ? findUnit(name, directory) : null) ?? actor.unit;
  if (unit) return mayFor(actor, 'hand_over', unit.id) ? unit : refusal;
  const own = actor.posts.flatMap(post => (post.unit && mayFor(actor, 'hand_over', post.unit.id) ? [post.unit] : []));
  const units = own.filter((one, i) => own.findIndex(({ id }) => id === one.id) === i);
  const [only] = units;
  if (!only) return refusal;
  return units.length === 1 ? only : { template: 'which_unit', candidates: units.map(one => one.name) };
}

/** A deputy does the liaison's work for some days; who the liaison is, is for others to say. */
function onlyAsDeputy(actor: Actor, unitId: string): boolean {
  return !mayFor({ ...actor, posts: actor.posts.filter(({ deputy }) => !deputy) }, 'hand_over', unitId);
}

/** The unit and the colleague that are meant, or the reply that says why not. */
async function meant(turn: Turn, name: string, personId: string): Promise<{ unit: ActorUnit; to: Colleague } | Reply> {
  const { actor, manager, today } = turn;
  const unit = unitMeant(turn);
  if ('template' in unit) return unit;
  if (onlyAsDeputy(actor, unit.id))
    return {
      template: 'refused',
      sentence: '没有改动：代理期间不能更换联络员、不能再请人代理，请由联络员本人、负责人或区优化办办理。',
    };
  const colleagues = await findColleagues(manager, unit.id, name, today);
  const [to] = colleagues;
  if (!to && (await isKnownElsewhere(manager, unit.id, name, today)))
    return {
      template: 'refused',
      sentence: `没有改动：${unit.name}名录里没有“${name}”，这个姓名登记在其他单位。请联系区优化办先在名录里办理岗位变动。`,
    };
  if (!to)
    return {
      template: 'refused',
      sentence: `没有改动：${unit.name}名录里没有“${name}”。请${name}先 @我 说“我是${unit.name}${name}”，区优化办确认后再换。`,
    };
  if (colleagues.length > 1)
    return { template: 'refused', sentence: `没有改动：${severalNamed(unit, name, colleagues)}` };
  if (to.personId === personId) return { template: 'refused', sentence: '没有改动：这就是您自己。' };
  return { unit, to };
}

/** Two people of one name: told apart by their 职务, where the directory has them. */
function severalNamed(unit: ActorUnit, name: string, colleagues: Colleague[]): string {
  const titles = colleagues.map(({ title }) => title ?? '');
  const known = titles.filter(title => title !== '');
  const shortest = [...known].sort((a, b) => a.length - b.length)[0] ?? '';
  const many = `${unit.name}有${colleagues.length}位“${name}”`;
  return known.length === titles.length && new Set(known).size === known.length
    ? `${many}（${known.join('、')}）。请把职务写在姓名前面，如“${shortest}${name}”；仍分不清的，请联系区优化办在名录里办理。`
    : `${many}，职务不全或相同，分不清是哪一位。请联系区优化办在名录里办理。`;
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
  if (await isOnlyLiaison(turn.manager, unit.id, to.personId))
    return { template: 'refused', sentence: `没有改动：${to.name}已经是${unit.name}的联络员。` };
  const relieved = await staffIdsOfUnit(turn.manager, unit.id, turn.today);
  const before = await handOver(turn.manager, { unitId: unit.id, to }, turn.now);
  const shown = before.includes(to.name) && to.title !== null ? `${to.name}（${to.title}）` : to.name;
  await audit(turn, personId, 'hand_over', unit, { to: shown, from: before });
  const reply: Reply = { template: 'handed_over', unit: unit.name, to: shown, from: before };
  const notice = { kind: 'handed_over', reply, itemNo: null };
  const office = await staffIdsOfRole(turn.manager, 'office', turn.today);
  // Whoever was liaison learns it too: the office may have decided it. Each is told once.
  for (const staffId of new Set([...(to.staffId === null ? [] : [to.staffId]), ...relieved, ...office]))
    tellPerson(turn, staffId, notice);
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
