// Which replies are cards where the platform has cards: their buttons stay useful, and they change when what they ask for is done.
import { type Reply } from './reply';

const pressable: ReadonlySet<Reply['template']> = new Set<Reply['template']>(['morning_card', 'office_notice']);

export function isPressable({ template }: Reply): boolean {
  return pressable.has(template);
}
