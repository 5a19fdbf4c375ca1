// People the directory does not know: what they report is held until the office has confirmed who they are.
import { findOpenClaim } from '../directory/claims';
import { type Reply } from '../rendering/reply';
import { type Frame, type Intent } from '../understanding/frames';
import { claimFor } from './handlers/claim';
import { type Contact, ContactWanted, type Turn } from './turn';

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
  /** The message waits for the decision and is handled then. */
  held: boolean;
}

/** The answer to somebody unknown who reports; null where their words may be handled like anybody's. */
export async function answerStranger(turn: Turn, frames: readonly Frame[]): Promise<StrangersAnswer | null> {
  const { actor, manager, message, directory } = turn;
  if (actor.personId !== null || !frames.some(frame => needsIdentity.has(frame.intent))) return null;
  const { staffId } = actor;
  if (staffId === null) return { reply: { template: 'stranger' }, held: false };
  const open = await findOpenClaim(manager, message.channel, staffId);
  if (open)
    return {
      reply: { template: 'held', name: open.name, unit: directory.unitNameById.get(open.unitId) ?? '' },
      held: true,
    };
  if (turn.contact === undefined) throw new ContactWanted();
  const known = turn.contact && unitOfContact(turn.contact, turn);
  if (!turn.contact || !known || !plainName.test(turn.contact.name))
    return { reply: { template: 'stranger' }, held: false };
  return {
    reply: await claimFor(turn, { staffId, name: turn.contact.name, ...known, source: 'contacts' }),
    held: true,
  };
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
