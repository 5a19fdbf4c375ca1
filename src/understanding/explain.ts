// What a reading tells of itself, for `duban understand --explain`: which words became what, which rule fired, what was turned down.
import { type MarkKind } from './marks';

/** `value`: what the words were read as, such as a range of days or numbers. */
export interface Slot {
  kind: MarkKind;
  words: string;
  value?: unknown;
}

export interface Explain {
  slot: (slot: Slot) => unknown;
  /** A rule that decided, and the words it decided on. */
  rule: (name: string, words: string) => unknown;
  /** Words that were read as nothing, and why: the name of a gate (question, plan, hearsay …) or of a doubt. */
  rejected: (why: string, words: string) => unknown;
}

const silence = (): void => undefined;
export const noExplanation: Explain = { slot: silence, rule: silence, rejected: silence };
