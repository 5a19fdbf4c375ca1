// What `npm run test:mutation` holds every mutant against: the whole corpus in a few tests that stop at the first wrong
// reading, so that a mutant costs about a second.
import '../calendar/civil-date.test';
import '../calendar/date-phrases-none.test';
import '../calendar/date-phrases-ranges.test';
import '../calendar/date-phrases.test';
import '../calendar/deadline.test';
import '../calendar/lunar-date.test';
import '../calendar/work-calendar.test';
import { readDateRange } from '../../src/calendar/date-phrases';
import { plainText } from '../../src/understanding/plain-text';
import {
  actsIn,
  corpus,
  corpusDates,
  falseRecords,
  isAsAnnotated,
  readJson,
  type Annotated,
  sameRange,
} from './annotation';
import { situationOf } from './situation';

test('every annotated message is read as annotated', () => {
  const examples = readJson('examples', 'utterances.json') as Annotated[];
  for (const item of [...examples, ...corpus()]) {
    const frames = actsIn(item);
    if (falseRecords(frames, item).length > 0 || !isAsAnnotated(frames, item)) throw new Error(item.id);
  }
});

test('every annotated date is read as annotated', () => {
  const { calendar } = situationOf();
  for (const { text, reference_date: today, range, accept = [] } of corpusDates()) {
    const found = readDateRange(plainText(text).text, { today, calendar });
    if (![range, ...accept].some(one => sameRange(found, one, today))) throw new Error(text);
  }
});
