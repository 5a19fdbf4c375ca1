// The annotated examples: every field that is expected must be there, as docs/understanding.md says.
import { actsIn, type Annotated, falseRecords, isAsAnnotated, readJson } from './annotation';

const examples = readJson('examples', 'utterances.json') as Annotated[];

test.each(examples.map(item => [item.id, item.text, item] as const))('%s %s', (_id, _text, item) => {
  const frames = actsIn(item);
  expect(isAsAnnotated(frames, item) ? 'as annotated' : frames).toBe('as annotated');
  expect(falseRecords(frames, item)).toEqual([]);
});
