// The tables of a file, in order, as the tasks of one list. Nothing is interpreted yet.
import { cleanText } from './clean-text';
import { findLayout } from './columns';
import { headingLevel, HeadingTrail, isSideNote, longestHeading } from './headings';
import { saysFirstLeads } from './header-words';
import { type IssueLog } from './import-issue';
import { type RawTask } from './raw-task';
import { unfoldHalves } from './side-by-side';
import { type Table, type TableRow } from './table';
import { TableReader } from './table-reader';

export interface RawList {
  /** The lines above the first header, in order. */
  above: string[];
  tasks: RawTask[];
  /** Some table has a header. */
  hasHeader: boolean;
  hasUnits: boolean;
  hasDeadlines: boolean;
}

/** Reads the tables of one file, in order, as one list. */
export function readRawTasks(tables: Table[], warnings: IssueLog, errors: IssueLog): RawList {
  const list: RawList = { above: [], tasks: [], hasHeader: false, hasUnits: false, hasDeadlines: false };
  const trail = new HeadingTrail();
  const noted = tables.some(table => notesOf(table).some(saysFirstLeads));
  let reader: TableReader | null = null;
  for (const printed of tables) {
    const table = unfoldHalves(cleanTable(printed));
    const layout = findLayout(table.rows);
    if (reader === null) list.above.push(...table.above, ...linesOf(table.rows.slice(0, layout?.headerFrom)));
    else
      for (const line of table.above)
        if (headingLevel(line) !== null && line.length <= longestHeading) trail.take(line);
    if (layout) {
      const firstLeads = noted || layout.columns.some(({ role, header }) => role === 'lead' && saysFirstLeads(header));
      reader = new TableReader(layout, firstLeads, trail, list.tasks, warnings, errors);
      list.hasHeader = true;
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
