// 我是谁, 我是区税务局张三, 确认张三的身份: who is who, settled by the office; what was reported meanwhile is held and then applied.
import { type EntityManager } from 'typeorm';
import { InboxMessage } from '../../database/entities/message';
import { type IdentityClaim } from '../../database/entities/unit';
import { decideClaim, findOpenClaims, openClaim } from '../../directory/claims';
import { findUnit, may } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { boundTo, roleNames } from './introduce';
import { causeOf, tellOffice, tellPerson } from './notices';

type IdentityFrame = Extract<Frame, { intent: 'identity' }>;

export const answerIdentity: Handler<IdentityFrame> = async (turn, frame) => {
  const { actor } = turn;
  if (actor.personId === null) return frame.action === 'bind' ? claimIdentity(turn, frame) : { template: 'stranger' };
  if (frame.action !== 'whoami')
    return { template: 'refused', sentence: `您已登记为 ${actor.name}，没有改动。单位或岗位变动请联系区优化办。` };
  return {
    template: 'who_am_i',
    name: actor.name,
    posts: actor.posts.map(post => [post.unit?.name, post.title ?? roleNames[post.role]].filter(Boolean).join(' ')),
    unit: actor.unit?.name ?? null,
    group: actor.group ? boundTo(turn, actor.group) : null,
  };
};

async function claimIdentity(turn: Turn, { unit: unitName, name }: IdentityFrame): Promise<Reply> {
  const { staffId } = turn.actor;
  if (staffId === null)
    return { template: 'refused', sentence: '您不是本组织钉钉里的成员，无法登记。请联系区优化办。' };
  const unit = unitName === undefined ? null : findUnit(unitName, turn.directory);
  if (!unit)
    return {
      template: 'refused',
      sentence:
        '没有登记：名录里没有找到您说的单位。请连单位和姓名一起说，如“我是区税务局张三”；名录里确实没有的，请联系区优化办添加。',
    };
  if (name === undefined)
    return { template: 'refused', sentence: `没有登记：请连姓名一起说，如“我是${unit.name}张三”。` };
  return claimFor(turn, { staffId, name, unitId: unit.id, unitName: unit.name, source: 'said' });
}

/** Writes the claim and asks the office. */
export async function claimFor(
  turn: Turn,
  claim: { staffId: string; name: string; unitId: string; unitName: string; source: 'said' | 'contacts' },
): Promise<Reply> {
  const { staffId, name, unitId, unitName, source } = claim;
  const { message, manager, now } = turn;
  const opened = await openClaim(
    manager,
    { channel: message.channel, externalId: staffId, name, unitId, source, conversationId: message.conversation.id },
    now,
  );
  if (opened)
    await tellOffice(turn, {
      kind: 'identity',
      itemNo: null,
      reply: {
        template: 'identity_notice',
        name,
        unit: unitName,
        nick: message.sender.nick,
        fromContacts: source === 'contacts',
      },
    });
  return { template: 'identity_claimed', name, unit: unitName, fromContacts: source === 'contacts' };
}

/** 确认张三的身份 / 不同意张三的身份，理由 */
export const decideIdentity: Handler<Extract<Frame, { intent: 'decide_identity' }>> = async (turn, frame) => {
  const { actor, manager, now } = turn;
  const { personId } = actor;
  if (personId === null || !may(actor, 'decide_identities'))
    return { template: 'refused', sentence: '身份由区优化办或系统管理员确认，没有改动。' };
  const claims = (await findOpenClaims(manager)).filter(
    claim => claim.name === frame.name || `${nameOfUnit(turn, claim)}${claim.name}` === frame.name,
  );
  const fitting = frame.unit === undefined ? claims : claims.filter(claim => nameOfUnit(turn, claim) === frame.unit);
  const [claim] = fitting;
  if (!claim) return { template: 'refused', sentence: `没有等待确认的“${frame.name}”。回复“待办”可看全部。` };
  if (fitting.length > 1)
    return {
      template: 'refused',
      sentence: `有 ${fitting.length} 位“${frame.name}”在等待确认，请连单位一起说，如“确认${nameOfUnit(turn, claim)}${frame.name}的身份”。`,
    };
  const cause = causeOf(turn, personId);
  await decideClaim(manager, claim, {
    accept: frame.accept,
    reason: frame.reason,
    decidedBy: personId,
    decidedByName: cause.personName,
    inboxMessageId: turn.inboxId,
    now,
  });
  const held = await releaseHeld(manager, claim, frame.accept, now);
  const reply: Reply = {
    template: 'identity_decided',
    name: claim.name,
    unit: nameOfUnit(turn, claim),
    accepted: frame.accept,
    reason: frame.reason,
    held,
  };
  tellPerson(turn, claim.externalId, { kind: 'identity_decided', reply, itemNo: null });
  return reply;
};

function nameOfUnit(turn: Turn, claim: IdentityClaim): string {
  return turn.directory.unitNameById.get(claim.unitId) ?? '';
}

/** What was said meanwhile is handled now as from the known person, or ended without a record. @returns how many messages */
export async function releaseHeld(
  manager: EntityManager,
  claim: IdentityClaim,
  accepted: boolean,
  now: Date,
): Promise<number> {
  const set = accepted
    ? { status: 'waiting' as const, nextAttemptAt: now, attempts: 0 }
    : { status: 'handled' as const, handledAt: now, outcome: 'held: identity refused' };
  const { affected } = await manager.update(InboxMessage, { status: 'held', senderStaffId: claim.externalId }, set);
  return affected ?? 0;
}
