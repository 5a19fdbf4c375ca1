// The tables of a file, in order, as the tasks of one list. Nothing is interpreted yet.
import { cleanText } from './clean-text';
import { findLayout } from './columns';
import { headingLevel, HeadingTrail, isSideNote, longestHeading } from './headings';
import { leadMark, saysFirstLeads } from './header-words';
import { type IssueLog } from './import-issue';
import { type RawTask } from './raw-task';
import { joinPeriods } from './period-columns';
import { unfoldHalves } from './side-by-side';
import { type Table, type TableRow } from './table';
import { TableReader } from './table-reader';
import { taskBesideNumber } from './task-column';

export interface RawList {
  /** The lines above the first header, in order. */
  above: string[];
  tasks: RawTask[];
  /** Some table has a header. */
  hasHeader: boolean;
  hasUnits: boolean;
  hasDeadlines: boolean;
  /** Stands beside the units that lead: ★. */
  leadMark: string | null;
}

/** Reads the tables of one file, in order, as one list. */
export function readRawTasks(tables: Table[], warnings: IssueLog, errors: IssueLog): RawList {
  const list: RawList = {
    above: [],
    tasks: [],
    hasHeader: false,
    hasUnits: false,
    hasDeadlines: false,
    leadMark: null,
  };
  const trail = new HeadingTrail();
  const notes = tables.flatMap(notesOf);
  const noted = notes.some(saysFirstLeads);
  const mark = notes.map(leadMark).find(found => found !== null) ?? null;
  let reader: TableReader | null = null;
  for (const printed of tables) {
    const table = joinPeriods(unfoldHalves(cleanTable(printed)));
    const found = findLayout(table.rows);
    const layout = found && taskBesideNumber(found, table.rows.slice(found.bodyFrom));
    if (reader === null) list.above.push(...table.above, ...linesOf(table.rows.slice(0, layout?.headerFrom)));
    else
      for (const line of table.above)
        if (headingLevel(line) !== null && line.length <= longestHeading) trail.take(line);
    if (layout) {
      const firstLeads = noted || layout.columns.some(({ role, header }) => role === 'lead' && saysFirstLeads(header));
      reader = new TableReader(layout, firstLeads, trail, list.tasks, warnings, errors);
      list.hasHeader = true;
      list.leadMark ??= mark ?? layout.columns.map(({ header }) => leadMark(header)).find(one => one !== null) ?? null;
      list.hasUnits ||= layout.columns.some(({ role }) => role === 'lead' || role === 'support');
      list.hasDeadlines ||= layout.columns.some(({ role }) => role === 'deadline');
      reader.read(table, layout.bodyFrom);
      // A table without a header goes on with the one before it (a list that runs over pages).
    } else if (reader?.fits(table)) reader.read(table, 0);
    else if (reader && table.rows[0])
      warnings.at('table_skipped', { sheet: table.sheet, row: table.rows[0].row }, '这个表格没有表头，未导入');
  }
  return list;
}

/** The lines above a table, and the notes among its rows. */
function notesOf({ above, rows }: Table): string[] {
  return [...above, ...rows.flatMap(({ cells }) => cells.filter(cell => cell !== '' && isSideNote(cell)))];
}

function cleanTable(table: Table): Table {
  return {
    ...table,
    above: table.above.map(cleanText).filter(line => line !== ''),
    rows: table.rows.map(row => ({ ...row, cells: row.cells.map(cleanText) })),
  };
}

function linesOf(rows: TableRow[]): string[] {
  return rows.flatMap(row => row.cells.filter((cell, i) => cell !== '' && row.cells.indexOf(cell) === i));
}
