// What `npm run test:mutation` holds every mutant against: one file, so that the grammar is loaded once for each.
import '../calendar/civil-date.test';
import '../calendar/date-phrases-none.test';
import '../calendar/date-phrases-ranges.test';
import '../calendar/date-phrases.test';
import '../calendar/lunar-date.test';
import '../calendar/work-calendar.test';
import './corpus.test';
import './examples.test';
import './hostile.test';
import './no-statements.test';
import './reports.test';
