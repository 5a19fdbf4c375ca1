// duban calendar: which days are worked and which are off, as published and as the office decides.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command } from 'commander';
import { type DataSource } from 'typeorm';
import { civilDate, civilDateOf, type CivilDate, partsOf, weekdayOf } from '../calendar/civil-date';
import { type SpecialDay } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { CalendarDay, CalendarYear } from '../database/entities/schedule';
import { setOfficeDays, unsetOfficeDay } from '../database/office-days';
import { inTransaction } from '../database/transaction';
import { saveHolidaySeed } from '../database/work-days';
import { AppError, messageOf } from '../errors';
import { decodeText } from '../importer/decode-text';
import { readContent } from '../importer/read-file';
import { unreadable } from '../importer/unreadable-file';
import { printJson, tell } from './exit-codes';

interface CalendarOptions {
  set?: string[];
  unset?: string[];
  list?: boolean;
  year?: string;
  json?: boolean;
}

export interface CalendarConnection {
  dataSource: DataSource;
  clock: Clock;
  close(): Promise<void>;
}

const kinds: Record<string, SpecialDay['kind']> = {
  休: 'holiday',
  休息: 'holiday',
  放假: 'holiday',
  假: 'holiday',
  班: 'workday',
  上班: 'workday',
  补班: 'workday',
  工作日: 'workday',
};
const kindNames = { holiday: '休', workday: '班' };
const weekdayNames = '一二三四五六日';
const headerWords = /日期|日子|date/i;
const maxNameLength = 60;

function badInput(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

/** 2024-02-09, 2024/2/9, 2024.2.9, 2024年2月9日 */
function readDay(text: string): CivilDate | null {
  const found = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text.trim());
  return found ? civilDate(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

function named(text: string): string {
  return Array.from(text.trim()).slice(0, maxNameLength).join('');
}

function readKind(text: string): SpecialDay['kind'] | null {
  return kinds[text.replace(/\s+/g, '')] ?? null;
}

/** The cells of a workbook's rows, or of a text's lines, parted by commas or tabs. */
function rowsOf(bytes: Buffer, fileName: string): { row: number; cells: string[] }[] {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK' || bytes[0] === 0xd0)
    return readContent(bytes, fileName).tables.flatMap(({ rows }) => rows);
  const text = decodeText(bytes, (reason, cause) => {
    throw unreadable(fileName, reason, cause);
  });
  return text.split(/\r\n|\n|\r/u).map((line, i) => ({
    row: i + 1,
    cells: line.split(/[,，;\t]/u).map(cell => cell.trim().replace(/^"(.*)"$/u, '$1')),
  }));
}

/** Rows of day, 休/班, name; a heading is allowed. Every fault is named with its row, then nothing is taken. */
function readSheet(bytes: Buffer, fileName: string): SpecialDay[] {
  const problems: string[] = [];
  const days = new Map<CivilDate, SpecialDay>();
  for (const { row, cells } of rowsOf(bytes, fileName)) {
    const [dayText = '', kindText = '', name = ''] = cells;
    if (cells.every(cell => cell === '') || (days.size === 0 && headerWords.test(dayText))) continue;
    const day = readDay(dayText);
    const kind = readKind(kindText);
    if (day === null) problems.push(`第${row}行：“${dayText}”不是日期`);
    if (kind === null) problems.push(`第${row}行：“${kindText}”须为 休 或 班`);
    if (day === null || kind === null) continue;
    if (days.has(day) && days.get(day)?.kind !== kind) problems.push(`第${row}行：${day} 既写了休又写了班`);
    days.set(day, { day, kind, name: named(name) });
  }
  if (days.size === 0 && problems.length === 0) problems.push('没有任何日期');
  if (problems.length > 0)
    throw badInput(`${fileName} 有 ${problems.length} 处问题，没有改动：\n${problems.join('\n')}`);
  return [...days.values()];
}

/** "2024-02-09=休" or "2024-02-09=休,春节" */
function readAssignment(text: string): SpecialDay {
  const found = /^([^=＝]+)[=＝]([^,，]+)(?:[,，](.*))?$/.exec(text);
  const day = readDay(found?.[1] ?? '');
  const kind = readKind(found?.[2] ?? '');
  if (!day || !kind) throw badInput(`“${text}”看不懂，请写成 2024-02-09=休 或 2024-02-18=班，没有改动。`);
  return { day, kind, name: named(found?.[3] ?? '') };
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError('bad_input', `读不到文件 ${path}：${messageOf(cause)}`, { expose: true, cause });
  }
}

async function change({ dataSource, clock }: CalendarConnection, days: SpecialDay[], unset: string[]): Promise<void> {
  const taken = unset.map(text => {
    const day = readDay(text);
    if (day === null) throw badInput(`“${text}”不是日期，没有改动。`);
    return day;
  });
  const decision = { actor: '命令行', now: clock.now() };
  await inTransaction(dataSource, async manager => {
    for (const day of taken)
      if (!(await unsetOfficeDay(manager, day, decision)))
        throw badInput(`${day} 没有自定的安排，无可取消，没有改动。`);
    const { changed, newYears } = await setOfficeDays(manager, days, decision);
    tell(`工作日历：设定 ${changed.length} 天，取消 ${taken.length} 天。`);
    if (newYears.length > 0) tell(`${newYears.join('、')} 年的节假日现在齐备。`);
  });
}

interface ListedDay extends SpecialDay {
  source: 'seed' | 'office';
}

async function listDays(
  { dataSource, clock }: CalendarConnection,
  yearText: string | undefined,
  json: boolean,
): Promise<void> {
  const year = yearText === undefined ? partsOf(civilDateOf(clock.now())).year : Number(yearText);
  if (!Number.isInteger(year) || year < 1900 || year > 2199) throw badInput(`“${yearText ?? ''}”不是年份。`);
  await inTransaction(dataSource, saveHolidaySeed);
  const { manager } = dataSource;
  const years = (await manager.find(CalendarYear, { order: { year: 'ASC' } })).map(row => row.year);
  const days: ListedDay[] = (await manager.find(CalendarDay, { order: { day: 'ASC' } })).filter(
    ({ day }) => partsOf(day).year === year,
  );
  const known = years.includes(year);
  if (json) {
    printJson({ year, known, years, days });
    return;
  }
  const lines = days.map(
    ({ day, kind, name, source }) =>
      `${day} 周${weekdayNames[weekdayOf(day) - 1] ?? ''} ${kindNames[kind]} ${name}${source === 'office' ? '（自定）' : ''}`,
  );
  process.stdout.write(
    `${[...lines, known ? `${year} 年的节假日齐备。` : `${year} 年的节假日尚未录入，工作日按周一至周五推算。`].join('\n')}\n`,
  );
}

async function runCalendar(
  connect: () => Promise<CalendarConnection>,
  file: string | undefined,
  options: CalendarOptions,
): Promise<void> {
  const unset = options.unset ?? [];
  const days = [
    ...(file === undefined ? [] : readSheet(readFile(file), basename(file))),
    ...(options.set ?? []).map(readAssignment),
  ];
  const changes = days.length + unset.length > 0;
  if (!changes && !options.list) throw badInput('请给出文件、--set、--unset 或 --list。');
  const connection = await connect();
  try {
    if (changes) await change(connection, days, unset);
    if (options.list) await listDays(connection, options.year, options.json ?? false);
  } finally {
    await connection.close();
  }
}

/** @param connect - opens the database to work on, and the clock that says what today is */
export function addCalendarCommand(program: Command, connect: () => Promise<CalendarConnection>): void {
  const several = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command('calendar [file]')
    .description('工作日历：节假日与调休，可由办公室改定')
    .option('--set <日期=休|班>', '改定一天，如 2024-02-09=休，可写名称 2024-02-09=休,春节；可重复', several)
    .option('--unset <日期>', '取消改定，恢复为公布的安排；可重复', several)
    .option('--list', '列出一年的节假日和调休')
    .option('--year <年>', '与 --list 一起用，不写为今年')
    .option('--json', '与 --list 一起用，按 JSON 写到标准输出')
    .addHelpText('after', '\n文件为 .csv 或 .xlsx，每行：日期, 休/班, 名称。')
    .action((file: string | undefined, options: CalendarOptions) => runCalendar(connect, file, options));
}
