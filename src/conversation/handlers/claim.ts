// 我是谁, 我是区税务局张三, 确认张三的身份: who is who, settled by the office; what was reported meanwhile is held and then applied.
import { type IdentityClaim } from '../../database/entities/unit';
import { decideClaim, findNamesake, findOpenClaim, findOpenClaims, openClaim } from '../../directory/claims';
import { findUnit, may } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { type Frame } from '../../understanding/frames';
import { countHeld, passOnHeld, releaseHeld } from '../held-messages';
import { type Handler, type Turn } from '../turn';
import { boundTo, roleNames } from './introduce';
import { causeOf, tellOffice, tellPerson } from './notices';

type IdentityFrame = Extract<Frame, { intent: 'identity' }>;

/** A confirmation that knows of the other one with this name. */
const meansAnother = /同名|重名|另一|另外|第二|[两二]位|[两二]个/u;

export const answerIdentity: Handler<IdentityFrame> = async (turn, frame) => {
  const { actor } = turn;
  if (actor.personId === null) {
    if (frame.action === 'bind') return claimIdentity(turn, frame);
    return (frame.action === 'whoami' ? await waitingClaim(turn, false) : null) ?? { template: 'stranger' };
  }
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

/** What somebody whose claim is open is told of it; null when none is. @param refused - they have asked for more than that */
export async function waitingClaim(turn: Turn, refused: boolean): Promise<Reply | null> {
  const { staffId } = turn.actor;
  const claim = staffId === null ? null : await findOpenClaim(turn.manager, turn.message.channel, staffId);
  if (!claim) return null;
  return {
    template: 'claim_waiting',
    name: claim.name,
    unit: nameOfUnit(turn, claim),
    fromContacts: claim.source === 'contacts',
    held: await countHeld(turn.manager, claim),
    refused,
  };
}

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
  return (await claimFor(turn, { staffId, name, unitId: unit.id, unitName: unit.name, source: 'said' })).reply;
}

/** Writes the claim and asks the office; what was held under an earlier one of another unit ends. */
export async function claimFor(
  turn: Turn,
  claim: { staffId: string; name: string; unitId: string; unitName: string; source: 'said' | 'contacts' },
): Promise<{ reply: Reply; claimId: string }> {
  const { staffId, name, unitId, unitName, source } = claim;
  const { message, manager, now } = turn;
  const opened = await openClaim(
    manager,
    { channel: message.channel, externalId: staffId, name, unitId, source, conversationId: message.conversation.id },
    now,
  );
  const { replaced } = opened;
  const ended = replaced ? await passOnHeld(manager, replaced, opened.claim, now) : 0;
  if (opened.isNew)
    await tellOffice(turn, {
      kind: 'identity',
      itemNo: null,
      reply: {
        template: 'identity_notice',
        name,
        unit: unitName,
        nick: message.sender.nick,
        fromContacts: source === 'contacts',
        namesake: await namesakeOf(turn, opened.claim),
      },
    });
  const reply: Reply = {
    template: 'identity_claimed',
    name,
    unit: unitName,
    fromContacts: source === 'contacts',
    ended: replaced && ended > 0 ? { unit: nameOfUnit(turn, replaced), count: ended } : null,
  };
  return { reply, claimId: opened.claim.id };
}

/** The post of somebody whom the unit has under the same name and another account; null when nobody is. */
export async function namesakeOf(turn: Turn, claim: IdentityClaim): Promise<string | null> {
  const namesake = await findNamesake(turn.manager, claim, turn.today);
  return namesake && (namesake.title ?? roleNames[namesake.role]);
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
  if (!frame.accept && frame.reason === null)
    return {
      template: 'refused',
      sentence: `没有改动：请写明理由，如“不同意${claim.name}的身份，不是该单位人员”。`,
    };
  const namesake = frame.accept && !meansAnother.test(frame.reason ?? '') ? await namesakeOf(turn, claim) : null;
  if (namesake !== null) {
    const who = `${nameOfUnit(turn, claim)}${claim.name}`;
    return {
      template: 'refused',
      sentence: `没有改动：名录里已有 ${nameOfUnit(turn, claim)} ${claim.name}（${namesake}），用的是另一个账号。核实确是另一位同名同志的，请回复“确认${who}的身份，同名的另一位”；不是的，请回复“不同意${who}的身份，理由”。`,
    };
  }
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
