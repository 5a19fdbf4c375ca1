// previewImport: a list file as it would be imported, before anything is stored (product description §10).
import { type UnitDirectoryData } from '../directory/unit-data';
import { findSecrecyMark } from '../secrecy';
import { findLayout } from './columns';
import { diffTasks, type TaskDifference } from './diff-tasks';
import { type ImportIssue } from './import-issue';
import { shortNameFrom } from './list-title';
import { SecretFile } from './secret-file';
import { parseTables } from './parse-rows';
import { readContent } from './read-file';
import { tableOfCards } from './task-cards';
import { type StoredTask, type TaskDraft, type TaskFacts } from './task-draft';
import { tableOfRunningText } from './running-text';
import { type FileContent, type Notice, type Table } from './table';
import { unreadable } from './unreadable-file';

export { type TaskDraft, type TaskFacts } from './task-draft';

export interface ImportOptions {
  /** What the list is called in conversation; else made from the title. */
  shortName?: string;
  /** Without it every unit name is unknown. */
  units?: UnitDirectoryData;
  /** Of the list; else from title, file name or deadlines. */
  year?: number;
  /** The year to take where the file names none at all. */
  fallbackYear?: number;
  /** Told from time to time how many tasks have been read. */
  onProgress?: (done: number, total: number) => void;
  /** The tasks stored of this list. */
  stored?: (TaskFacts & Partial<StoredTask>)[];
}

export interface ImportPreview {
  list: { title: string; year: number | null; shortName: string };
  tasks: TaskDraft[];
  warnings: ImportIssue[];
  /** Any error: nothing may be imported. */
  errors: ImportIssue[];
  unknownUnits: { name: string; rows: number[] }[];
  diff: { added: number; changed: number; removed: number };
  /** What differs from what is stored, task by task and field by field. */
  changes: TaskDifference[];
}

/**
 * Reads a list file into the tasks it holds; the content decides the format.
 *
 * @throws AppError bad_input (a Chinese sentence) when the file cannot be read as a list or bears a 密级 mark
 */
export function previewImport(bytes: Buffer, fileName: string, options: ImportOptions = {}): ImportPreview {
  const content = readContent(bytes, fileName);
  refuseSecret(content);
  const { shortName, stored = [], ...parseOptions } = options;
  const { tables, notices } = listTables(content, fileName);
  const parsed = parseTables(tables, { ...parseOptions, fileName, notices });
  const preview: Omit<ImportPreview, 'diff' | 'changes'> = {
    list: { title: parsed.title, year: parsed.year, shortName: shortName ?? shortNameFrom(parsed.title) },
    tasks: parsed.tasks,
    warnings: parsed.warnings,
    errors: parsed.errors,
    unknownUnits: parsed.unknownUnits,
  };
  return compareWith(preview, stored);
}

/** The same preview beside what is stored. */
export function compareWith(
  preview: Omit<ImportPreview, 'diff' | 'changes'>,
  stored: (TaskFacts & Partial<StoredTask>)[],
): ImportPreview {
  const changes = diffTasks(stored, preview.tasks);
  const count = (kind: TaskDifference['kind']): number => changes.filter(one => one.kind === kind).length;
  return { ...preview, diff: { added: count('added'), changed: count('changed'), removed: count('removed') }, changes };
}

const rowsAtOnce = 500;

function refuseSecret({ tables, lines, aside }: FileContent): void {
  const refuse = (text: string): void => {
    const mark = findSecrecyMark(text);
    if (mark !== null) throw new SecretFile(mark);
  };
  for (const { above, rows } of tables) {
    refuse(above.join('\n'));
    // In pieces: a mark never goes over rows, and a long list need not be held twice.
    for (let i = 0; i < rows.length; i += rowsAtOnce)
      refuse(
        rows
          .slice(i, i + rowsAtOnce)
          .map(row => row.cells.join('\n'))
          .join('\n'),
      );
  }
  for (let i = 0; i < lines.length; i += rowsAtOnce)
    refuse(
      lines
        .slice(i, i + rowsAtOnce)
        .map(line => line.text)
        .join('\n'),
    );
  refuse(aside.join('\n'));
}

/** The tables with the list; where none has a header, what running text says instead. */
function listTables({ tables, lines, notices }: FileContent, fileName: string): { tables: Table[]; notices: Notice[] } {
  if (tables.some(table => findLayout(table.rows))) return { tables, notices };
  const cards = tableOfCards(tables);
  if (cards) return { tables: [cards], notices };
  const running = tableOfRunningText(lines);
  if (running) return { tables: [running.table], notices: [...notices, ...running.notices] };
  if (tables.length > 0) return { tables, notices };
  throw unreadable(
    fileName,
    lines.length === 0
      ? '文件里没有可以读取的内容'
      : `从第1行到第${lines.at(-1)?.row ?? 1}行没有找到表格，也没有“（牵头单位：…）”这样写明单位的任务。请用表格列出序号、重点任务、牵头单位、责任单位、完成时限`,
  );
}
