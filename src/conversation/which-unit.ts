// Which of one's units a sentence was meant for, when somebody has several and nothing says: asked, and gone on with.
import { type Actor, type ActorUnit } from '../directory/identity';
import { type DirectoryView } from '../directory/unit-directory';
import { type Reply } from '../rendering/reply';
import { minutesToAnswer, type TalkState } from './turn';

/** Units of a person's posts, each once. */
function ownUnits({ posts }: Actor): ActorUnit[] {
  const units = posts.flatMap(({ unit }) => (unit ? [unit] : []));
  return units.filter((unit, i) => units.findIndex(({ id }) => id === unit.id) === i);
}

/**
 * A message that is nothing but the name of one of the speaker's units, after the bot has asked for it.
 * @returns the sentence it was asked about and the unit; null for every other message
 */
export function chosenUnit(
  text: string,
  { actor, state, directory, now }: { actor: Actor; state: TalkState; directory: DirectoryView; now: Date },
): { text: string; unit: ActorUnit } | null {
  const { choice } = state;
  if (!choice || new Date(choice.expiresAt) < now) return null;
  const name = text.replace(/^(?:是|就是|按|以)|(?:的|吧|。|！|!|\s)+$/gu, '').trim();
  const resolved = directory.names.resolve(name);
  if (resolved.kind !== 'unit' || resolved.how === 'sound') return null;
  const unit = ownUnits(actor).find(one => one.name === resolved.name);
  return unit ? { text: choice.text, unit } : null;
}

/** Remembers the sentence when the answer asks which of the speaker's units is meant, and forgets it otherwise. */
export function rememberChoice(
  text: string,
  replies: readonly Reply[],
  { actor, state, now }: { actor: Actor; state: TalkState; now: Date },
): void {
  const own = ownUnits(actor);
  const asked = replies.some(
    reply =>
      reply.template === 'which_unit' &&
      own.length > 1 &&
      reply.candidates.every(name => own.some(unit => unit.name === name)),
  );
  state.choice = asked ? { text, expiresAt: new Date(now.getTime() + minutesToAnswer * 60_000).toISOString() } : null;
}
