// The unit directory from a file: units.json, or the same as a sheet with one row for each unit or collective.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseUnitDirectory, type UnitDirectoryData } from '../directory/unit-data';
import { AppError, messageOf } from '../errors';
import { isText } from './read-file';
import { readSheetRows, type SheetEntry } from './read-sheet-rows';

const columns = {
  name: /^(?:单位|单位名称|单位简称|规范简称|简称|名称)$/u,
  fullName: /^(?:单位)?全称$/u,
  kind: /^(?:单位)?(?:类别|类型|性质)$/u,
  level: /^(?:层级|级别|隶属)$/u,
  parent: /^(?:上级|上级单位|主管单位|主管部门|所属单位)$/u,
  aliases: /^(?:别名|其他写法|常用简称|又称)$/u,
  asks: /^(?:待确认别名|疑似别名)$/u,
  members: /^(?:成员|成员单位)$/u,
  note: /^(?:备注|说明)$/u,
} as const;

type ColumnName = keyof typeof columns;

const collectiveKind = 'collective';
/** What offices call a kind of unit, and the directory's word for it. */
const kinds: [pattern: RegExp, kind: string][] = [
  [/^(?:集体称谓?|集体|统称|collective)$/iu, collectiveKind],
  [/^(?:党委|党群|党的)|^party$/iu, 'party'],
  [/^(?:法院|检察院|司法)|^court$/iu, 'court'],
  [/^(?:垂管|分局|驻区|派驻|条管)|^branch$/iu, 'branch'],
  [/镇|街道|乡|^town$/iu, 'town'],
  [/企业|公司|^company$/iu, 'company'],
  [/园区|开发区|新区|^zone$/iu, 'zone'],
  [/事业|^institution$/iu, 'institution'],
  [/政府|行政|部门|^government$/iu, 'government'],
];
const levels: [pattern: RegExp, level: string][] = [
  [/^(?:区|县|区级|区直|县级|district)$/iu, 'district'],
  [/^(?:市|市级|市直|city)$/iu, 'city'],
  [/^(?:省|省级|省直|province)$/iu, 'province'],
  [/^(?:镇|街道|镇街|乡镇|town)$/iu, 'town'],
];

/** @throws AppError bad_input (exposed) when the file is missing or wrong; a sheet names every row at fault */
export function readUnitFile(path: string): UnitDirectoryData {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AppError('bad_input', `读不到单位名录 ${path}：${messageOf(cause)}`, { expose: true, cause });
  }
  const fileName = basename(path);
  // Only JSON begins with a brace.
  return isText(bytes) &&
    /^\s*\{/u.test(
      bytes
        .subarray(0, 200)
        .toString('utf8')
        .replace(/^\uFEFF/u, ''),
    )
    ? parseUnitDirectory(bytes.toString('utf8'), fileName)
    : readUnitSheet(bytes, fileName);
}

/**
 * Reads the sheet: columns 单位 (required), 全称, 类别, 层级, 上级单位, 别名, 待确认别名, 成员 (of a collective; none = a person decides), 备注.
 * @throws AppError bad_input (exposed) naming every row at fault
 */
export function readUnitSheet(bytes: Buffer, fileName: string): UnitDirectoryData {
  const rows = readSheetRows(bytes, fileName);
  const headerAt = rows.findIndex(({ cells }) => cells.some(cell => columns.name.test(plain(cell))));
  const header = rows[headerAt];
  if (!header)
    throw new AppError(
      'bad_input',
      `${fileName} 没有找到表头：第一行应有“单位”一列，可有全称、类别、层级、上级单位、别名、待确认别名、成员、备注。`,
      {
        expose: true,
      },
    );
  const sheet = new UnitSheet(header);
  for (const row of rows.slice(headerAt + 1)) sheet.take(row);
  return sheet.end(fileName);
}

function plain(header: string): string {
  return header.normalize('NFKC').replace(/\s|\([^()]*\)/gu, '');
}

class UnitSheet {
  private readonly data: UnitDirectoryData = { district: null, units: [], collectives: [] };
  private readonly problems: string[] = [];
  private readonly seen = new Map<string, number>();
  private readonly at: Record<ColumnName, number>;

  constructor(header: SheetEntry) {
    const find = (pattern: RegExp): number => header.cells.findIndex(cell => pattern.test(plain(cell)));
    this.at = Object.fromEntries(Object.entries(columns).map(([name, pattern]) => [name, find(pattern)])) as Record<
      ColumnName,
      number
    >;
  }

  take({ row, cells }: SheetEntry): void {
    const read = (column: ColumnName): string => (cells[this.at[column]] ?? '').trim();
    const list = (column: ColumnName): string[] => [...new Set(namesIn(read(column)))];
    const name = read('name').replace(/\s/gu, '');
    const say = (problem: string): void => void this.problems.push(`第${row}行：${problem}`);
    if (name === '') say('单位名称为空');
    else if (Array.from(name).length > 60) say(`单位名称过长（“${name.slice(0, 20)}…”）`);
    const first = this.seen.get(name);
    if (first !== undefined && name !== '') say(`“${name}”与第${first}行重复`);
    this.seen.set(name, first ?? row);
    const kind = read('kind') === '' ? 'government' : kinds.find(([pattern]) => pattern.test(read('kind')))?.[1];
    if (kind === undefined)
      say(`类别“${read('kind')}”须为 党群、政府、法院检察院、垂管、镇街、企业、园区、事业单位、集体称谓 之一`);
    const level =
      read('level') === '' ? usualLevel(name, kind) : levels.find(([pattern]) => pattern.test(read('level')))?.[1];
    if (level === undefined) say(`层级“${read('level')}”须为 省、市、区、镇街 之一`);
    const [fullName, note] = [read('fullName') || null, read('note').slice(0, 500) || null];
    if (kind === collectiveKind) {
      const members = list('members');
      this.data.collectives.push({
        name,
        aliases: list('aliases'),
        resolve: members.length > 0 ? 'members' : 'manual',
        members,
        note,
      });
    } else if (kind !== undefined && level !== undefined)
      this.data.units.push({
        name,
        fullName,
        kind,
        level,
        note,
        aliases: [
          ...list('aliases').map(text => ({ text, status: 'certain' as const })),
          ...list('asks').map(text => ({ text, status: 'ask' as const })),
        ],
        ...(this.at.parent < 0 ? {} : { parent: read('parent').replace(/\s/gu, '') || null }),
      });
  }

  /** An alias that is taken for certain can mean one unit only. */
  private checkAliases(): void {
    const owners = new Map<string, string>();
    for (const { name, aliases } of this.data.units)
      for (const { text, status } of aliases) {
        const owner = this.seen.has(text) ? text : owners.get(text);
        if (status === 'certain' && owner !== undefined && owner !== name)
          this.problems.push(`第${this.seen.get(name) ?? 0}行：别名“${text}”已属于“${owner}”`);
        if (status === 'certain') owners.set(text, name);
      }
  }

  end(fileName: string): UnitDirectoryData {
    this.checkAliases();
    if (this.seen.size === 0) this.problems.push('没有单位');
    if (this.problems.length > 0)
      throw new AppError(
        'bad_input',
        `${fileName} 有 ${this.problems.length} 处问题，没有导入任何单位：\n${this.problems.join('\n')}`,
        { expose: true },
      );
    return this.data;
  }
}

function usualLevel(name: string, kind: string | undefined): string {
  if (kind === 'town') return 'town';
  return name.startsWith('市') ? 'city' : name.startsWith('省') ? 'province' : 'district';
}

/** Names apart by 、，；, line breaks, not inside brackets. */
function namesIn(cell: string): string[] {
  return cell
    .split(/[、，,；;\n](?![^（(]*[)）])/u)
    .map(name => name.trim())
    .filter(name => name !== '');
}
