// The difference between a stored list and its new version.
import { diffTasks } from '../../src/importer/diff-tasks';
import { previewImport, type TaskFacts } from '../../src/importer/preview';
import { flattened, usualHeader } from './flattened';

function task(no: number, over: Partial<TaskFacts> = {}): TaskFacts {
  return {
    no,
    label: String(no),
    section: '（一）甲',
    measure: null,
    content: `推进第${no}项`,
    lead: ['区财政局'],
    support: [],
    collectives: ['各镇街'],
    leadCollectives: [],
    openEnded: false,
    deadline: { text: '6月底', due: '2023-06-30', longTerm: false, recurring: null, vague: false },
    ...over,
  };
}

describe('a new version of a list', () => {
  it('that is the same has no differences', () => {
    expect(diffTasks([task(1), task(2)], [task(1), task(2)])).toEqual([]);
    const stored = task(1, { deadline: { ...task(1).deadline, start: null, recurring: { day: 25, freq: 'monthly' } } });
    expect(
      diffTasks([stored], [task(1, { deadline: { ...task(1).deadline, recurring: { freq: 'monthly', day: 25 } } })]),
    ).toEqual([]);
  });

  it('tells what is added, what is changed field by field, and what is removed', () => {
    const deadline = { text: '9月底', due: '2023-09-30', longTerm: false, recurring: null, vague: false };
    expect(
      diffTasks([task(1), task(2), task(3)], [task(4), task(2, { lead: ['区税务局'], deadline }), task(1)]),
    ).toEqual([
      { no: 4, kind: 'added', fields: [] },
      {
        no: 2,
        kind: 'changed',
        fields: [
          { field: 'lead', before: ['区财政局'], after: ['区税务局'] },
          { field: 'deadline', before: task(2).deadline, after: deadline },
        ],
      },
      { no: 3, kind: 'removed', fields: [] },
    ]);
  });

  it.each([
    ['label', { label: '（1）' }],
    ['section', { section: null }],
    ['measure', { measure: '1.乙' }],
    ['content', { content: '推进第1项，' }],
    ['support', { support: ['区税务局'] }],
    ['collectives', { collectives: [] }],
    ['leadCollectives', { leadCollectives: ['各镇街'] }],
    ['openEnded', { openEnded: true }],
    ['deadline', { deadline: { ...task(1).deadline, start: '2023-06-01' } }],
    ['deadline', { deadline: { ...task(1).deadline, vague: true } }],
  ])('sees a changed %s', (field, over) => {
    expect(diffTasks([task(1)], [task(1, over)]).flatMap(one => one.fields.map(change => change.field))).toEqual([
      field,
    ]);
  });

  it('is counted in the preview', () => {
    const read = (rows: string[][]) =>
      previewImport(flattened([usualHeader, ...rows], ['2023年清单']), '清单.txt', { stored });
    let stored: TaskFacts[] = [];
    const rows = [
      ['1', '推进甲项工作', '区财政局', '', '6月底'],
      ['2', '推进乙项工作', '区财政局', '', '6月底'],
    ];
    const first = read(rows);
    expect(first.diff).toEqual({ added: 2, changed: 0, removed: 0 });
    stored = first.tasks;
    expect(read(rows).diff).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(read([rows[0]!, ['3', '推进丙项工作', '区财政局', '', '6月底']]).diff).toEqual({
      added: 1,
      changed: 0,
      removed: 1,
    });
    expect(read([rows[0]!, ['2', '推进乙项工作', '区财政局', '', '7月底']]).diff).toEqual({
      added: 0,
      changed: 1,
      removed: 0,
    });
  });
});
