// A situation to read sentences in: the sample directory, the sample list's numbers, the real calendar.
import { holidaySeed } from '../../seeds/holidays';
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { UnitNames } from '../../src/directory/unit-names';
import { projectFile } from '../../src/project-files';
import { type Frame, type QuotedContext, type TalkContext } from '../../src/understanding/frames';
import { type Situation, understand } from '../../src/understanding/understand';

const seed = holidaySeed();
const calendar = new WorkCalendar(seed.days, seed.years);
const names = new UnitNames(readUnitDirectory(projectFile('seeds', 'units.json')));
/** The numbers the sample list does not have (product description §2). */
const gaps = [58, 72, 127];

export interface Said {
  at?: string;
  unit?: string | null;
  quoted?: QuotedContext;
  talk?: TalkContext;
}

export function situationOf(said: Said = {}): Situation {
  return {
    today: said.at ?? '2023-06-26',
    calendar,
    names,
    senderUnit: said.unit === undefined ? '区市场监管局' : said.unit,
    quoted: said.quoted,
    talk: said.talk,
    taskExists: no => no >= 1 && no <= 145 && !gaps.includes(no),
    listNames: ['营商'],
  };
}

/** All acts of a sentence. */
export function actsOf(text: string, said: Said = {}): Frame[] {
  const { frame, also } = understand(text, situationOf(said));
  return [frame, ...also];
}
