// People the directory does not know: what they report is held until the office has confirmed who they are.
import { type IdentityClaim } from '../database/entities/unit';
import { findOpenClaim } from '../directory/claims';
import { type Reply } from '../rendering/reply';
import { type Frame, type Intent } from '../understanding/frames';
import { claimFor, waitingClaim } from './handlers/claim';
import { tooOld } from './handlers/record-progress';
import { countHeld, dropHeld } from './held-messages';
import { type Contact, ContactWanted, minutesToAnswer, type Turn } from './turn';

/** Acts that belong to a unit. */
const needsIdentity: ReadonlySet<Intent> = new Set<Intent>([
  'progress_update',
  'report_blocker',
  'request_extension',
  'close_blocker',
]);

/** A name as it can be confirmed by typing it. */
const plainName = /^[\p{Script=Han}·]{2,12}$/u;

export interface StrangersAnswer {
  reply: Reply;
  /** The claim whose decision the message waits for, to be handled then; null = it does not wait. */
  heldFor: string | null;
}

/** The answer to somebody unknown who reports; null where their words may be handled like anybody's. */
export async function answerStranger(turn: Turn, frames: readonly Frame[]): Promise<StrangersAnswer | null> {
  const { actor, manager, message, directory } = turn;
  if (actor.personId !== null) return null;
  const reports = frames.some(frame => needsIdentity.has(frame.intent));
  const back = frames.find(frame => frame.intent === 'undo');
  if (!reports && !back) return null;
  const { staffId } = actor;
  // What was held once, and is from nobody known after all, does not wait for another claim.
  if (staffId === null || turn.wasHeld) return { reply: { template: 'stranger' }, heldFor: null };
  const open = await findOpenClaim(manager, message.channel, staffId);
  const takenBack = back && open ? [await takeBack(turn, open, back)] : [];
  if (!reports) return takenBack[0] ? { reply: takenBack[0], heldFor: null } : null;
  const late = tooOld(turn);
  if (late) return { reply: late, heldFor: null };
  if (open) {
    const held: Reply = { template: 'held', name: open.name, unit: directory.unitNameById.get(open.unitId) ?? '' };
    return {
      reply: takenBack.length > 0 ? { template: 'several', parts: [...takenBack, held] } : held,
      heldFor: open.id,
    };
  }
  if (turn.contact === undefined) throw new ContactWanted();
  const known = turn.contact && unitOfContact(turn.contact, turn);
  if (!turn.contact || !known || !plainName.test(turn.contact.name))
    return { reply: { template: 'stranger' }, heldFor: null };
  const { reply, claimId } = await claimFor(turn, { staffId, name: turn.contact.name, ...known, source: 'contacts' });
  return { reply, heldFor: claimId };
}

/** 撤回 by somebody whose reports are held: those of the last ten minutes here are not recorded. */
async function takeBack(
  { manager, message, now }: Turn,
  claim: IdentityClaim,
  { tasks }: Extract<Frame, { intent: 'undo' }>,
): Promise<Reply> {
  if (tasks && tasks.length > 0)
    return {
      template: 'refused',
      sentence: `没有取消：保留的反馈不能按序号取消。回复“撤回”，取消您${minutesToAnswer}分钟内在这里的全部反馈，再重新反馈。`,
    };
  const since = new Date(new Date(message.sentAt).getTime() - minutesToAnswer * 60_000);
  const dropped = await dropHeld(manager, claim, { conversationId: message.conversation.id, since, now });
  const left = await countHeld(manager, claim);
  return { template: 'held_dropped', dropped, left, minutes: minutesToAnswer };
}

/** To somebody whose claim waits, "you are not in the directory" is no answer: they are told that it waits. */
export async function withClaim(turn: Turn, reply: Reply): Promise<Reply> {
  if (reply.template === 'stranger') return (await waitingClaim(turn, true)) ?? reply;
  if (reply.template !== 'several') return reply;
  return { ...reply, parts: await Promise.all(reply.parts.map(part => withClaim(turn, part))) };
}

/** The unit that the platform's departments name, where they name exactly one. */
function unitOfContact(contact: Contact, { directory }: Turn): { unitId: string; unitName: string } | null {
  const names = new Set<string>();
  for (const department of contact.departments) {
    const resolved = directory.names.resolve(department);
    if (resolved.kind === 'unit' && resolved.how !== 'sound') names.add(resolved.name);
  }
  const [unitName] = names;
  const unitId = unitName === undefined || names.size > 1 ? undefined : directory.unitIdByName.get(unitName);
  return unitName === undefined || unitId === undefined ? null : { unitId, unitName };
}
