// The annotated examples: every field that is expected must be there, as docs/understanding.md says.
import { readFileSync } from 'node:fs';
import { projectFile } from '../../src/project-files';
import { type Frame, type QuotedContext, type TalkContext } from '../../src/understanding/frames';
import { actsOf } from './situation';

interface Expected extends Record<string, unknown> {
  intent: string;
  also?: Expected[];
  accept?: Expected[];
  forbid_done?: number[];
}

interface Example {
  id: string;
  text: string;
  sender_unit: string | null;
  reference_date: string;
  quoted?: QuotedContext;
  context?: TalkContext;
  expect: Expected;
}

const examples = JSON.parse(
  readFileSync(projectFile('test', 'understanding', 'examples', 'utterances.json'), 'utf8'),
) as Example[];

const words = new Set(['note', 'reason', 'keyword']);
const plain = (text: string): string => text.normalize('NFKC').replace(/\s/gu, '');

/** The given value holds everything expected; words may stand inside longer ones, widths and blanks do not count. */
function holds(given: unknown, expected: unknown, key = ''): boolean {
  if (words.has(key)) return typeof given === 'string' && plain(given).includes(plain(String(expected)));
  if (Array.isArray(expected))
    return (
      Array.isArray(given) && given.length === expected.length && expected.every((value, i) => holds(given[i], value))
    );
  if (expected !== null && typeof expected === 'object')
    return (
      given !== null &&
      typeof given === 'object' &&
      Object.entries(expected).every(([name, value]) => holds((given as Record<string, unknown>)[name], value, name))
    );
  return given === expected;
}

function fits(frames: Frame[], { also = [], accept: _accept, forbid_done: _done, ...main }: Expected): boolean {
  const wanted = [main, ...also];
  return frames.length === wanted.length && wanted.every(one => frames.some(frame => holds(frame, one)));
}

test.each(examples.map(example => [example.id, example.text, example] as const))('%s %s', (_id, text, example) => {
  const { expect: expected } = example;
  const frames = actsOf(text, {
    at: example.reference_date,
    unit: example.sender_unit,
    quoted: example.quoted,
    talk: example.context,
  });
  const right = [expected, ...(expected.accept ?? [])].some(one => fits(frames, one));
  expect(right ? 'as annotated' : frames).toBe('as annotated');
  for (const no of expected.forbid_done ?? [])
    for (const frame of frames)
      if (frame.intent === 'progress_update')
        expect(frame.tasks.filter(task => task.no === no && task.status === 'done')).toEqual([]);
});
