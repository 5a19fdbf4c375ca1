// The units of a task from its unit cells, and what the office should know about the names in them.
import { splitUnits, type UnitCell } from '../directory/unit-cells';
import { levelOf } from '../directory/unit-cell-words';
import { type UnitDirectoryData } from '../directory/unit-data';
import { type IssueLog } from './import-issue';
import { namesPersons, withoutPersons } from './persons-in-cells';
import { type RawCell, type RawTask } from './raw-task';
import { type TaskFacts } from './task-draft';

export type TaskParties = Pick<TaskFacts, 'lead' | 'support' | 'collectives' | 'leadCollectives' | 'openEnded'>;

type LabelledCell = RawCell & { label: string | null };

const longestCell = 5000;
/** No office's name is longer. */
const longestName = 80;

/** Reads the unit cells of one list; a cell that many tasks share is read and reported once. */
export class PartyReader {
  private readonly read = new Map<string, UnitCell>();
  private readonly unknownRows = new Map<string, number[]>();
  private readonly reported = new Set<string>();
  private readonly district: boolean;
  private readonly leadMark: string | null;

  constructor(
    private readonly data: UnitDirectoryData | undefined,
    { tasks, leadMark }: { tasks: RawTask[]; leadMark: string | null },
    private readonly warnings: IssueLog,
    private readonly errors: IssueLog,
  ) {
    this.leadMark = leadMark;
    this.district = isDistrictList(tasks, text => this.cell(text));
  }

  /** The task's units by role. A role said in the cell itself counts for more than the column. */
  partiesOf(task: RawTask): TaskParties {
    const parties = {
      lead: new Set<string>(),
      support: new Set<string>(),
      collectives: new Set<string>(),
      leadCollectives: new Set<string>(),
    };
    let openEnded = false;
    for (const [column, cells] of [
      ['lead', task.lead],
      ['support', task.support],
    ] as const)
      for (const raw of cells) {
        const text = this.plain(raw);
        const cell = task.firstLeads ? firstLeading(this.cell(text)) : this.cell(text);
        openEnded ||= cell.openEnded;
        const silent = { units: [], collectives: [] };
        const lead = cell.byRole?.lead ?? (column === 'lead' ? cell : silent);
        const support = cell.byRole?.support ?? (column === 'support' ? cell : silent);
        for (const name of lead.units) parties.lead.add(name);
        for (const name of lead.collectives) parties.leadCollectives.add(name);
        for (const name of support.units) parties.support.add(name);
        for (const name of support.collectives) parties.collectives.add(name);
        for (const name of cell.unknown) this.noteUnknown(name, task.row);
        this.report({ ...raw, label: task.label }, cell);
      }
    return {
      lead: [...parties.lead],
      support: [...parties.support],
      collectives: [...parties.collectives],
      leadCollectives: [...parties.leadCollectives],
      openEnded,
    };
  }

  /** Names the directory does not settle, with the rows of the tasks that bear them. */
  unknownUnits(): { name: string; rows: number[] }[] {
    return [...this.unknownRows].map(([name, rows]) => ({ name, rows }));
  }

  /** Without persons, and with the mark of those that lead in words. */
  private plain({ text, column }: RawCell): string {
    const units = namesPersons(column) ? withoutPersons(text, this.isKnown) : text;
    const { leadMark } = this;
    if (leadMark === null || !units.includes(leadMark)) return units;
    return units
      .split(/([、，,；;\n]+)/u)
      .map(piece => (piece.includes(leadMark) ? `${piece.replaceAll(leadMark, '').trim()}（牵头）` : piece))
      .join('');
  }

  private readonly isKnown = (name: string): boolean =>
    this.data?.units.some(unit => unit.name === name || unit.aliases.some(alias => alias.text === name)) ?? false;

  private cell(text: string): UnitCell {
    const held = this.read.get(text);
    if (held) return held;
    const cell = splitUnits(text.slice(0, longestCell), this.data);
    this.read.set(text, cell);
    return cell;
  }

  private noteUnknown(name: string, row: number): void {
    const rows = this.unknownRows.get(name) ?? [];
    if (rows.at(-1) !== row) rows.push(row);
    this.unknownRows.set(name, rows);
  }

  private report(raw: LabelledCell, cell: UnitCell): void {
    const key = `${raw.sheet ?? ''}|${raw.row}|${raw.column}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    if (raw.text.length > longestCell)
      this.errors.at('cell_too_long', raw, `单位一栏有${raw.text.length}个字，超过${longestCell}个字的上限`);
    for (const name of [...cell.units, ...cell.collectives])
      if (name.length > longestName)
        this.errors.at('unit_too_long', raw, `“${name.slice(0, 20)}…”有${name.length}个字，不像单位名称，请用顿号分开`);
    if (this.data === undefined) return;
    for (const note of cell.notes) {
      const { written, name } = note;
      if (note.kind === 'ask')
        this.warnings.at('unit_ask', raw, `“${written}”是不是“${name ?? ''}”，请确认；暂按原文记录`);
      else if (note.kind === 'unknown')
        this.warnings.at('unit_unknown', raw, `名录里没有“${written}”，暂按原文记录，请确认`);
      else if (note.kind === 'unknown_collective')
        this.warnings.at('collective_unknown', raw, `“${written}”不是具体单位，由谁承担请指定`);
      else if (name !== null && levelOf(written) !== null && levelOf(written) !== levelOf(name))
        this.warnings.at('unit_rewritten', raw, `“${written}”按“${name}”处理，请核对`);
    }
    if (this.district) for (const name of [...cell.units, ...cell.collectives]) this.reportCityName(raw, name);
  }

  /** A name of the city in a district's list is likely left over from the city's own list. */
  private reportCityName(raw: LabelledCell, name: string): void {
    const unit = this.data?.units.find(one => one.name === name);
    const group = this.data?.collectives.find(one => one.name === name);
    const note = (unit ?? group)?.note ?? null;
    // Companies and branches of the city serve every district; only a note makes them doubtful.
    const usual = unit !== undefined && note === null && !/^(?:government|party|court)$/.test(unit.kind);
    const ofCity = unit ? unit.level === 'city' : levelOf(name) === '市' || name === '各区' || name === '各县区';
    if (ofCity && !usual)
      this.warnings.at(
        'city_unit',
        raw,
        `“${name}”是市级${group || /^各/.test(name) ? '称谓' : '单位'}，区级清单中少见，请确认${note === null ? '' : `（名录备注：${note}）`}`,
      );
  }
}

/** The first unit leads, all others support; unless the cell says otherwise itself. */
function firstLeading(cell: UnitCell): UnitCell {
  const [first, ...others] = cell.units;
  if (cell.byRole || first === undefined) return cell;
  return {
    ...cell,
    byRole: { lead: { units: [first], collectives: [] }, support: { units: others, collectives: cell.collectives } },
  };
}

/** A list most of whose units belong to a 区 (or 县). */
function isDistrictList(tasks: RawTask[], read: (text: string) => UnitCell): boolean {
  let own = 0;
  let city = 0;
  for (const text of new Set(tasks.flatMap(task => [...task.lead, ...task.support].map(cell => cell.text))))
    for (const name of read(text).units) {
      const level = levelOf(name);
      if (level === '区' || level === '县') own++;
      else if (level === '市') city++;
    }
  return own > city;
}
