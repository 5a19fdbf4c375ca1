// Tables to a list: title and year, and every task with its number, units and deadline; what is doubtful or wrong, with its place.
import { parseDeadline, type Deadline } from '../calendar/deadline';
import { type UnitDirectoryData } from '../directory/unit-data';
import { IssueLog, type ImportIssue } from './import-issue';
import { findTitle, usualYear, yearIn } from './list-title';
import { numberTasks } from './number-tasks';
import { type RawCell, type RawTask } from './raw-task';
import { readRawTasks } from './raw-tasks';
import { type DeadlineDraft, type TaskDraft } from './task-draft';
import { partiesInText } from './running-text';
import { PartyReader } from './task-parties';
import { type Notice, type Table } from './table';
import { unreadable } from './unreadable-file';

export interface ParseOptions {
  fileName: string;
  units?: UnitDirectoryData;
  /** Of the list; counts for more than what the file says. */
  year?: number;
  /** What the reader of the file left out or doubts. */
  notices?: Notice[];
  /** Told from time to time how many tasks have been read. */
  onProgress?: (done: number, total: number) => void;
  /** Taken, with a warning, where neither title, file name nor deadlines name a year. */
  fallbackYear?: number;
}

export interface ParsedList {
  title: string;
  /** Null: named nowhere, and no deadline needs it. */
  year: number | null;
  tasks: TaskDraft[];
  warnings: ImportIssue[];
  errors: ImportIssue[];
  unknownUnits: { name: string; rows: number[] }[];
}

const progressEvery = 500;
const longest = { content: 20_000, heading: 500, deadline: 500 };

/**
 * Reads the tables of a list file.
 *
 * @throws AppError bad_input when no table has a header, or none has a task
 */
export function parseTables(tables: Table[], options: ParseOptions): ParsedList {
  const warnings = new IssueLog('more_warnings');
  const errors = new IssueLog('more_errors');
  for (const { code, message } of options.notices ?? []) warnings.general(code, message);
  const raw = readRawTasks(tables, warnings, errors);
  if (!raw.hasHeader)
    throw unreadable(
      options.fileName,
      `在${describe(tables)}里没有找到表头，表头一行应写明“序号、重点任务、牵头单位、责任单位、完成时限”等列名`,
    );
  if (raw.tasks.length === 0) throw unreadable(options.fileName, '找到了表头，但表头下面没有任务');
  if (!raw.hasUnits && readPartiesFromTexts(raw.tasks, raw.hasDeadlines)) {
    raw.hasUnits = true;
    warnings.general('units_in_text', '清单没有牵头单位或责任单位一列，已从任务文字里读出单位，请逐项核对');
  }
  if (!raw.hasUnits) warnings.general('units_missing', '清单没有牵头单位或责任单位一列，任务暂无单位');
  if (!raw.hasDeadlines) warnings.general('deadlines_missing', '清单没有完成时限一列，任务暂无期限');

  const title = findTitle(raw.above) || options.fileName.replace(/\.[^.]*$/, '');
  const year = findYear(raw.tasks, raw.above, title, options);
  const numbers = numberTasks(raw.tasks, warnings, errors);
  const parties = new PartyReader(options.units, raw, warnings, errors);
  const deadlines = new DeadlineReader(year, options.fallbackYear, raw.hasDeadlines, warnings, errors);
  const tasks = raw.tasks.map((task, i): TaskDraft => {
    if (i % progressEvery === 0) options.onProgress?.(i, raw.tasks.length);
    const { no, label } = numbers[i] ?? { no: i + 1, label: String(i + 1) };
    const units = parties.partiesOf(task);
    if (raw.hasUnits && units.lead.length + units.leadCollectives.length === 0)
      warnings.at('lead_missing', task, '没有牵头单位');
    checkLengths(task, errors);
    return {
      no,
      label,
      section: task.section,
      measure: task.measure,
      content: task.content,
      ...pick(units),
      deadline: deadlines.deadlineOf(task),
      at: { sheet: task.sheet, row: task.row },
    };
  });
  if (deadlines.yearNeeded) {
    if (options.fallbackYear === undefined)
      errors.general('year_missing', '标题、文件名和完成时限里都没有年份，请在标题或文件名里写明年份再导入');
    else warnings.general('year_guessed', `清单没有写明年份，完成时限按${options.fallbackYear}年理解，请核对`);
  }
  return {
    title,
    year: year ?? (deadlines.yearNeeded ? (options.fallbackYear ?? null) : null),
    tasks,
    warnings: warnings.list(),
    errors: errors.list(),
    unknownUnits: parties.unknownUnits(),
  };
}

type Parties = ReturnType<PartyReader['partiesOf']>;

function pick({ lead, support, collectives, leadCollectives, openEnded }: Parties): Parties {
  return { lead, support, collectives, leadCollectives, openEnded };
}

function describe(tables: Table[]): string {
  const rows = tables.flatMap(table => table.rows.map(row => row.row));
  const sheets = new Set(tables.flatMap(table => (table.sheet === null ? [] : [`“${table.sheet}”`])));
  return `${sheets.size > 0 ? `工作表${[...sheets].join('、')}的` : ''}第${rows[0] ?? 1}行到第${rows.at(-1) ?? 1}行`;
}

function findYear(tasks: RawTask[], above: string[], title: string, options: ParseOptions): number | null {
  if (options.year !== undefined) return options.year;
  const named = [title, ...above, options.fileName].map(yearIn).find(year => year !== null);
  return named ?? usualYear(tasks.flatMap(task => task.deadlines.map(cell => cell.text)));
}

function checkLengths(task: RawTask, errors: IssueLog): void {
  if (task.content.length > longest.content)
    errors.at('cell_too_long', task, `任务内容有${task.content.length}个字，超过${longest.content}个字的上限`);
  for (const heading of [task.section, task.measure])
    if (heading !== null && heading.length > longest.heading)
      errors.at('cell_too_long', task, `政策措施有${heading.length}个字，超过${longest.heading}个字的上限`);
}

/** Where no column names the units, the tasks may do so themselves. @returns whether any does */
function readPartiesFromTexts(tasks: RawTask[], hasDeadlines: boolean): boolean {
  let any = false;
  for (const task of tasks) {
    const { units, deadline } = partiesInText(task.content);
    const cell = (text: string): RawCell => ({ text, row: task.row, sheet: task.sheet, column: '任务' });
    if (units !== '') {
      task.lead = [cell(units)];
      any = true;
    }
    if (!hasDeadlines && deadline !== '') task.deadlines = [cell(deadline)];
  }
  return any;
}

/** A workbook's date whose format was lost: days since the last one of 1899; 2009 to 2050, so that hardly any other number is meant. */
function serialDate(text: string): string | null {
  const days = /^\d{5}$/u.test(text) ? Number(text) : 0;
  return days < 40_000 || days > 55_000 ? null : new Date((days - 25_569) * 86_400_000).toISOString().slice(0, 10);
}

/** Reads the deadline cells of one list; what is wrong in a cell that many tasks share is told once. */
class DeadlineReader {
  /** Some deadline depends on a year nobody named. */
  yearNeeded = false;
  private readonly reported = new Set<string>();

  constructor(
    private readonly year: number | null,
    private readonly fallbackYear: number | undefined,
    private readonly hasColumn: boolean,
    private readonly warnings: IssueLog,
    private readonly errors: IssueLog,
  ) {}

  deadlineOf(task: RawTask): DeadlineDraft {
    const text = task.deadlines.map(cell => cell.text.replace(/\s*\n\s*/g, '')).join('；');
    const read = this.parse(text);
    const [cell] = task.deadlines;
    if (cell) this.report({ ...cell, label: task.label }, text, read);
    else if (this.hasColumn) this.warnings.at('deadline_missing', task, '没有完成时限');
    const { due, longTerm, recurring, vague, start } = read;
    return { text, due, longTerm, recurring, vague, ...(start === null ? {} : { start }) };
  }

  private parse(text: string): Deadline {
    const serial = serialDate(text);
    if (serial !== null) return { ...parseDeadline('', 2000), due: serial, vague: true };
    const read = parseDeadline(text, this.year ?? this.fallbackYear ?? 2000);
    if (this.year === null && read.due !== parseDeadline(text, 1904).due) this.yearNeeded = true;
    return read;
  }

  private report(cell: RawCell & { label: string | null }, text: string, { invalid, vague, due }: Deadline): void {
    const key = [cell.sheet, cell.row, cell.column, text].join('|');
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    if (text.length > longest.deadline)
      this.errors.at('cell_too_long', cell, `完成时限有${text.length}个字，超过${longest.deadline}个字的上限`);
    else if (invalid !== null) this.errors.at('bad_date', cell, `“${shown}”的日期不存在：${invalid}`);
    else if (vague)
      this.warnings.at(
        'deadline_vague',
        cell,
        `“${shown}”${due === null ? '看不出具体日期' : `暂按${due}理解`}，请确认`,
      );
    else if (due !== null && this.year !== null && Math.abs(Number(due.slice(0, 4)) - this.year) > 10)
      this.warnings.at('deadline_far', cell, `“${shown}”与清单年度${this.year}年相差太远，请核对`);
  }
}
