// The corpus: messages written from docs/understanding.md, by kind of act; dates apart. A false record is the worst error.
import { readDateRange } from '../../src/calendar/date-phrases';
import { plainText } from '../../src/understanding/plain-text';
import { actsIn, corpus, corpusDates, falseRecords, isAsAnnotated, sameRange } from './annotation';
import { situationOf } from './situation';

// Plain loops: a table's titles would take the % of a sentence for a placeholder.
describe('messages', () => {
  for (const item of corpus())
    test(`${item.id} ${item.text.replace(/\n/gu, '⏎')}`, () => {
      const frames = actsIn(item);
      expect(falseRecords(frames, item)).toEqual([]);
      expect(isAsAnnotated(frames, item) ? 'as annotated' : frames).toBe('as annotated');
    });
});

describe('dates', () => {
  for (const { text, reference_date: today, range, accept = [] } of corpusDates())
    test(`${text} (${today})`, () => {
      const { calendar } = situationOf();
      const found = readDateRange(plainText(text).text, { today, calendar });
      const right = [range, ...accept].some(one => sameRange(found, one, today));
      expect(right ? 'as annotated' : found).toBe('as annotated');
    });
});
