// A message is read for so long and no longer: whatever somebody types again and again, the others are answered.
import { createContext, Script } from 'node:vm';
import { type Reading } from './frames';
import { type Situation, understand } from './understand';

/** A thousand times what a message takes. */
const longestMs = 1500;
/** Too short for any expression to try very many ways; the guard costs more than their reading. */
const guardedFrom = 40;

const room: { read: () => Reading } = { read: () => ({ frame: { intent: 'none' }, also: [] }) };
const context = createContext(room);
const script = new Script('read()');

const isOverdue = (thrown: unknown): boolean =>
  (thrown as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** The acts of a message; one that cannot be read in time is asked about. */
export function understandInTime(text: string, situation: Situation): Reading {
  if (text.length < guardedFrom) return understand(text, situation);
  room.read = () => understand(text, situation);
  try {
    return script.runInContext(context, { timeout: longestMs }) as Reading;
  } catch (thrown) {
    if (!isOverdue(thrown)) throw thrown;
    return { frame: { intent: 'clarify', about: 'unsure' }, also: [] };
  }
}
