// An order to remind that names several units, each with its own numbers.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Segment } from './segments';

const namesOnly = shaped('^(?:<unit>|[\\s,、的]|和|及|以及|还有)*$');

/** "催办区税务局76、区财政局27": the order goes on to the next unit and its number. */
export function alsoUrged(marked: MarkedText, segment: Segment, read: Frame[], last: Frame | undefined): Frame | null {
  const { lead, body, more, nos } = segment;
  if (
    last?.intent !== 'remind_others' ||
    !last.tasks ||
    read.some(({ intent }) => intent !== 'task_detail') ||
    more.length > 0
  )
    return null;
  if (!namesOnly.test(marked.shape.slice(lead.start, lead.end)) || body.closing.includes('?')) return null;
  if (!namesOnly.test(marked.shape.slice(body.start, body.end))) return null;
  const named = marked.within('unit', lead.start, body.end).flatMap(mark => mark.names);
  const units = [...new Set([last.unit ?? [], named].flat())];
  return {
    ...last,
    ...(units.length === 0 ? {} : { unit: units.length === 1 ? (units[0] ?? '') : units }),
    tasks: [...last.tasks, ...nos.map(no => ({ no }))],
  };
}
