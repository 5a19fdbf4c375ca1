// duban import: preview a list, and take it over when told to.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command } from 'commander';
import { inTransaction } from '../database/transaction';
import { loadDirectory, saveDirectory, settledData } from '../directory/unit-directory';
import { mergeDirectories, readUnitDirectory, type UnitDirectoryData } from '../directory/unit-data';
import { AppError, messageOf } from '../errors';
import { compareWith, type ImportPreview, previewImport } from '../importer/preview';
import { loadStoredTasks, storedNameOf } from '../importer/stored-list';
import { readUnitFile } from '../importer/import-units';
import { checkShortName, takeOver } from '../importer/take-over';
import { projectFile } from '../project-files';
import { connect, type Connection } from './connection';
import { printJson, tell } from './exit-codes';
import { describePreview } from './import-preview';
import { progressBar } from './progress-bar';

interface ImportOptions {
  list?: string;
  units?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** A dry run asks the database for what is stored only where one is named. */
async function openIfNamed(dryRun: boolean): Promise<Connection | null> {
  return dryRun && (process.env.DATABASE_URL ?? '') === '' ? null : connect({ silentAfterMs: 120_000 });
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError('bad_input', `读不到文件 ${path}：${messageOf(cause)}`, { expose: true, cause });
  }
}

async function runImport(file: string, options: ImportOptions): Promise<void> {
  const bytes = readFile(file);
  const given = options.units === undefined ? null : readUnitFile(options.units);
  const connection = await openIfNamed(options.dryRun ?? false);
  const bar = progressBar();
  try {
    const units = await directoryOf(connection, given);
    const read = previewImport(bytes, basename(file), { shortName: options.list, units, onProgress: bar.reading });
    bar.end();
    if (connection && options.list === undefined)
      read.list.shortName = (await storedNameOf(connection.dataSource.manager, read.list)) ?? read.list.shortName;
    const { shortName } = read.list;
    checkShortName(shortName, '请用 --list 另取一个。');
    const stored = connection ? await loadStoredTasks(connection.dataSource.manager, shortName) : null;
    const preview = compareWith(read, stored ?? []);
    if (options.json) printJson(preview);
    else tell(describePreview(preview, { stored, units }));
    if (preview.errors.length > 0)
      throw new AppError('bad_input', `有 ${preview.errors.length} 处错误，没有导入任何内容。`, { expose: true });
    if (options.dryRun || !connection) return;
    if (stored && preview.changes.length === 0) {
      tell(`清单“${shortName}”没有变化：${preview.tasks.length} 项任务都与已有的相同，无需导入。`);
      return;
    }
    if (!(options.yes || (await confirmed())))
      throw new AppError('bad_input', '没有确认，没有导入任何内容。', { expose: true });
    await write(connection, { preview, given, onProgress: bar.writing });
  } finally {
    bar.end();
    await connection?.close();
  }
}

async function write(
  { dataSource, clock }: Connection,
  {
    preview,
    given,
    onProgress,
  }: {
    preview: ImportPreview;
    given: UnitDirectoryData | null;
    onProgress: (done: number, total: number) => void;
  },
): Promise<void> {
  const { shortName } = preview.list;
  const { result, units } = await inTransaction(dataSource, async manager => {
    const now = clock.now();
    if (given) await saveDirectory(manager, given, now);
    return takeOver(manager, preview, { actor: '命令行', now, confirmed: preview.changes, onProgress });
  });
  tell(`已导入清单“${shortName}”：新增 ${result.added} 项，变更 ${result.changed} 项，终止 ${result.removed} 项。`);
  if (units.told.length > 0) tell(`通知 ${units.told.length} 个单位的联络员：${units.told.join('、')}。`);
  if (units.unreachable.length > 0) tell(`没有可送达的联络员、未通知的单位：${units.unreachable.join('、')}。`);
  if (result.newUnits.length > 0)
    tell(`待确认单位：${result.newUnits.join('、')}。可运行 duban units unknown 查看，duban units settle 确认。`);
}

/** What names mean: the file given, and beside it what the office has settled in the database. */
async function directoryOf(
  connection: Connection | null,
  given: UnitDirectoryData | null,
): Promise<UnitDirectoryData | undefined> {
  if (!connection) return given ?? readUnitDirectory(projectFile('seeds', 'units.json'));
  const settled = settledData(await loadDirectory(connection.dataSource.manager));
  if (given) return mergeDirectories(given, settled);
  return settled.units.length > 0 ? settled : undefined;
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    tell('需要确认：请加 --yes。');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('确认导入吗？(是/否) ');
  terminal.close();
  return /^(是|y|yes|确认)$/i.test(answer.trim());
}

export function addImportCommand(program: Command): void {
  program
    .command('import <file>')
    .description('导入重点任务清单：.docx .xlsx .xls .csv .txt（先预览，确认后一次写入）')
    .option('--list <简称>', '清单简称，如 营商')
    .option('--units <文件>', '单位名录（units.json、.csv 或 .xlsx），不给则用数据库中的名录')
    .option('--dry-run', '只预览，不写入（不需要数据库）')
    .option('--yes', '不再询问，直接写入')
    .option('--json', '把预览按 JSON 写到标准输出')
    .action(runImport);
}
