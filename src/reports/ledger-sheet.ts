// 台账.xlsx in the office's own columns: text only, so that no cell can be a formula; as much as its reader may see.
import { type EntityManager } from 'typeorm';
import { type Row } from 'write-excel-file/node';
import { type Actor, maySeeProgressOf } from '../directory/identity';
import { findOpenBlockers } from '../tasks/blockers';
import { leadNames, namesOf, progressOf, roleName } from '../tasks/task-line';
import { type TaskView } from '../tasks/task-queries';
import { stateNames } from '../tasks/task-state';
import { bodyPoints, printLayout, rowHeight } from './ledger-print';

const columns: readonly { head: string; width: number }[] = [
  { head: '政策措施', width: 16 },
  { head: '序号', width: 5 },
  { head: '重点任务', width: 38 },
  { head: '牵头单位', width: 13 },
  { head: '责任单位', width: 20 },
  { head: '完成时限', width: 12 },
  { head: '进展情况', width: 30 },
  { head: '遇到堵点', width: 18 },
  { head: '需协调事项', width: 18 },
  { head: '状态', width: 9 },
];
const widths = columns.map(({ width }) => width);
const sheetName = '台账';
const titlePoints = 16;
/** From 1: title, as-of time, heads. */
const headRow = 3;
/** A cell of a sheet holds no more. */
const longestCell = 32_000;
const blockersAtOnce = 1000;

/**
 * Text that stays text in every spreadsheet program, also when the sheet is saved as .csv and opened again:
 * what would begin a formula gets an apostrophe before it. Signs no sheet can hold are left out.
 */
export function harmlessCell(text: string): string {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
  const cut = Array.from(clean).slice(0, longestCell).join('');
  return /^[\s]*[=+\-@＝＋－＠]|^[\t\r]/u.test(cut) ? `'${cut}` : cut;
}

/** What of a difficulty asks others for something: 需区行政审批局协调. */
function needOf(text: string): string {
  return /需(?:要|请)?[^；;。]*(?:协调|支持|解决|帮助|配合)[^；;。]*/u.exec(text)?.[0] ?? '';
}

interface Difficulty {
  unit: string;
  text: string;
}

async function difficultiesOf(
  manager: EntityManager,
  tasks: readonly TaskView[],
): Promise<Map<string, { unitId: string; text: string }[]>> {
  const found = new Map<string, { unitId: string; text: string }[]>();
  const ids = tasks.filter(task => task.openBlockers > 0).map(task => task.id);
  for (let i = 0; i < ids.length; i += blockersAtOnce)
    for (const { taskId, unitId, text } of await findOpenBlockers(manager, ids.slice(i, i + blockersAtOnce)))
      found.set(taskId, [...(found.get(taskId) ?? []), { unitId, text }]);
  return found;
}

function rowOf(task: TaskView, difficulties: Difficulty[], sees: (unitId: string) => boolean): string[] {
  const reported = task.parties.filter(party => party.unitId !== '' && party.lastReportedAt !== null);
  const progress = reported.map(party => {
    const words = party.lastText !== null && sees(party.unitId) ? `：${party.lastText}` : '';
    return `${party.unitName}（${roleName(party)}）${progressOf(party)}${words}`;
  });
  const named = (text: string, unit: string): string => (text === '' ? '' : `${unit}：${text}`);
  return [
    task.measure ?? '',
    task.label,
    task.content,
    leadNames(task),
    namesOf(task, 'support') + (task.openEnded ? '等' : ''),
    task.deadlineText,
    progress.join('\n'),
    difficulties.map(({ unit, text }) => named(text, unit)).join('\n'),
    difficulties.map(({ unit, text }) => named(needOf(text), unit)).filter(Boolean).join('\n'), // prettier-ignore
    stateNames[task.state],
  ];
}

/**
 * Writes the sheet.
 * @param reader - whose eyes it is for: units' words stand in it as far as this person may read them
 * @param about.asOf - "2023-06-26 09:12"
 */
export async function writeLedgerSheet(
  manager: EntityManager,
  tasks: readonly TaskView[],
  reader: Actor,
  about: { title: string; asOf: string },
): Promise<Buffer> {
  const difficulties = await difficultiesOf(manager, tasks);
  const border = { borderColor: '#808080', borderStyle: 'thin' } as const;
  const head = { fontWeight: 'bold', align: 'center', backgroundColor: '#E8EEF4', wrap: true, ...border } as const;
  const cell = (value: string): Row[number] => ({
    value: harmlessCell(value),
    type: String,
    wrap: true,
    alignVertical: 'top',
    ...border,
  });
  const rows: Row[] = [
    [
      {
        value: harmlessCell(about.title),
        type: String,
        fontWeight: 'bold',
        fontSize: titlePoints,
        align: 'center',
        columnSpan: columns.length,
      },
    ],
    [{ value: `截至 ${about.asOf}，共 ${tasks.length} 项`, type: String, columnSpan: columns.length }],
    columns.map(column => ({ value: column.head, type: String, ...head })),
  ];
  const heights = [titlePoints * 2, rowHeight([''], widths), rowHeight([''], widths)];
  for (const task of tasks) {
    const onTask = new Set(task.parties.map(party => party.unitId).filter(id => id !== ''));
    const sees = (unitId: string): boolean => maySeeProgressOf(reader, unitId, onTask);
    const own = (difficulties.get(task.id) ?? [])
      .filter(one => sees(one.unitId))
      .map(one => ({ unit: task.parties.find(party => party.unitId === one.unitId)?.unitName ?? '', text: one.text }));
    const texts = rowOf(task, own, sees);
    rows.push(texts.map(cell));
    heights.push(rowHeight(texts, widths));
  }
  // Loaded when the first sheet is made: not every process makes one.
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  return writeXlsxFile(
    rows,
    { sheet: sheetName, columns: widths.map(width => ({ width })), orientation: 'landscape', stickyRowsCount: headRow },
    { fontFamily: '宋体', fontSize: bodyPoints, features: [printLayout(sheetName, heights, headRow)] },
  ).toBuffer();
}
