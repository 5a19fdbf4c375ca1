// Any list at all, and its table as it would be printed: for the tests that write it and read it back.
import * as fc from 'fast-check';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { type ParsedList } from '../../src/importer/parse-rows';
import { type TableRow } from '../../src/importer/table';
import { projectFile } from '../../src/project-files';

export const directory = readUnitDirectory(projectFile('seeds', 'units.json'));
const unitNames = directory.units.filter(unit => unit.kind !== 'town').map(unit => unit.name);
const groupNames = directory.collectives.map(group => group.name);

export interface Fact {
  section: string;
  measure: string;
  no: number;
  content: string;
  lead: string[];
  support: string[];
  collectives: string[];
  deadline: string;
}

const word = fc.string({
  unit: fc.constantFrom(
    ...Array.from('推进实施加强优化提升建设服务企业项目审批改革保障民生监督考核数据平台窗口2023%“”、，'),
  ),
  minLength: 6,
  maxLength: 40,
});
const content = word.map(text => `做好${text}有关事情。`);
const deadline = fc.constantFrom(
  '2023年6月底，长期推进',
  '长期推进',
  '9月底前',
  '2023年第三季度',
  '每月25日前',
  '2023-12-31',
  '年底前',
  '尽快',
);
const names = (from: string[], least: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: least, maxLength: 4 });

export const list: fc.Arbitrary<Fact[]> = fc
  .array(
    fc.record({
      newSection: fc.boolean(),
      newMeasure: fc.boolean(),
      skip: fc.integer({ min: 0, max: 2 }),
      content,
      lead: names(unitNames, 1),
      support: names(unitNames, 1),
      collectives: names(groupNames, 0),
      deadline,
      same: fc.boolean(),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map(drafts => {
    let [sections, measures, no] = [0, 0, 0];
    const facts: Fact[] = [];
    for (const draft of drafts) {
      if (draft.newSection || sections === 0) sections++;
      if (draft.newSection || draft.newMeasure || measures === 0) measures++;
      no += 1 + draft.skip;
      const before = facts.at(-1);
      // Neighbours often share their units and dates: those cells are merged in print.
      const { lead, support, collectives, deadline: due } = draft.same && before ? before : draft;
      facts.push({
        section: `（${'一二三四五六七八九十'[sections - 1] ?? '十一'}）第${sections}方面`,
        measure: `${measures}.第${measures}条措施`,
        no,
        content: draft.content,
        lead,
        support,
        collectives,
        deadline: due,
      });
    }
    return facts;
  })
  .filter(facts => new Set(facts.map(fact => fact.section)).size <= 10);

export type Key = 'section' | 'measure' | 'no' | 'content' | 'lead' | 'support' | 'deadline';
export const headers: Record<Key, string> = {
  section: '类别',
  measure: '政策措施',
  no: '序号',
  content: '重点任务',
  lead: '牵头单位',
  support: '责任单位',
  deadline: '完成时限',
};
export const keys = Object.keys(headers) as Key[];
const mergeable: Key[] = ['section', 'measure', 'lead', 'support', 'deadline'];

function cellOf(fact: Fact, key: Key): string {
  if (key === 'lead') return fact.lead.join('、');
  if (key === 'support') return [...fact.support, ...fact.collectives].join('、');
  return String(fact[key]);
}

/** The rows of a list; a cell equal to the one above it is merged with it. `filled`: merged cells repeat the value. */
export function printRows(facts: Fact[], order: Key[], filled: boolean): TableRow[] {
  return facts.map((fact, at) => {
    const merged: number[] = [];
    const cells = order.map((key, column) => {
      const [text, before] = [cellOf(fact, key), facts[at - 1]];
      const sameSection = before?.section === fact.section;
      const shared =
        before !== undefined &&
        mergeable.includes(key) &&
        cellOf(before, key) === text &&
        (key !== 'measure' || sameSection);
      if (shared) merged.push(column);
      return shared && !filled ? '' : text;
    });
    return { row: at + 2, cells, merged };
  });
}

export function expectSame(read: Pick<ParsedList, 'tasks' | 'errors'>, facts: Fact[]): void {
  expect(read.errors).toEqual([]);
  expect(
    read.tasks.map(task => ({
      section: task.section,
      measure: task.measure,
      no: task.no,
      content: task.content,
      lead: task.lead,
      support: task.support,
      collectives: task.collectives,
      deadline: task.deadline.text,
    })),
  ).toEqual(facts);
}
