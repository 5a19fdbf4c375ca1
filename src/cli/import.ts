// duban import: preview a list, and take it over when told to.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command } from 'commander';
import { inTransaction } from '../database/transaction';
import { loadDirectory, saveDirectory } from '../directory/unit-directory';
import { readUnitDirectory, type UnitDirectoryData } from '../directory/unit-data';
import { AppError, messageOf } from '../errors';
import { applyImport, loadStoredTasks } from '../importer/import-task-list';
import { type ImportPreview, previewImport } from '../importer/preview';
import { projectFile } from '../project-files';
import { connect, type Connection } from './connection';
import { printJson, tell } from './exit-codes';

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
  const given = options.units === undefined ? null : readUnitDirectory(options.units);
  const connection = await openIfNamed(options.dryRun ?? false);
  try {
    const units = given ?? (await directoryOf(connection));
    const draft = previewImport(bytes, basename(file), { shortName: options.list, units });
    const shortName = draft.list.shortName;
    const stored = connection ? await loadStoredTasks(connection.dataSource.manager, shortName) : null;
    const preview = stored ? previewImport(bytes, basename(file), { shortName, units, stored }) : draft;
    if (options.json) printJson(preview);
    else tell(previewText(preview));
    if (preview.errors.length > 0)
      throw new AppError('bad_input', `有 ${preview.errors.length} 处错误，没有导入任何内容。`, { expose: true });
    if (options.dryRun || !connection) return;
    if (!(options.yes || (await confirmed())))
      throw new AppError('bad_input', '没有确认，没有导入任何内容。', { expose: true });
    const { dataSource, clock } = connection;
    const result = await inTransaction(dataSource, async manager => {
      if (given) await saveDirectory(manager, given, clock.now());
      return applyImport(manager, preview, shortName, { actor: '命令行', now: clock.now() });
    });
    tell(`已导入清单“${shortName}”：新增 ${result.added} 项，变更 ${result.changed} 项，终止 ${result.removed} 项。`);
    if (result.newUnits.length > 0) tell(`待确认单位：${result.newUnits.join('、')}`);
  } finally {
    await connection?.close();
  }
}

async function directoryOf(connection: Connection | null): Promise<UnitDirectoryData | undefined> {
  if (!connection) return readUnitDirectory(projectFile('seeds', 'units.json'));
  const { data } = await loadDirectory(connection.dataSource.manager);
  return data.units.length > 0 ? data : undefined;
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

function previewText({ list, tasks, warnings, errors, unknownUnits, diff }: ImportPreview): string {
  const place = (issue: { row: number | null; column: string | null }): string =>
    issue.row === null ? '' : `第${issue.row}行${issue.column === null ? '' : ` ${issue.column}`}：`;
  const sections = new Set(tasks.map(task => task.section)).size;
  const measures = new Set(tasks.map(task => task.measure)).size;
  return [
    `${list.title}（${list.year ?? '年度不详'}，简称“${list.shortName}”）：${tasks.length} 项任务，${sections} 个部分，${measures} 条政策措施。`,
    `与已有清单相比：新增 ${diff.added} 项，变更 ${diff.changed} 项，移除 ${diff.removed} 项。`,
    ...warnings.map(issue => `提示 ${place(issue)}${issue.message}`),
    ...unknownUnits.map(unit => `名录中没有的单位：${unit.name}（第${unit.rows.join('、')}行）`),
    ...errors.map(issue => `错误 ${place(issue)}${issue.message}`),
  ].join('\n');
}

export function addImportCommand(program: Command): void {
  program
    .command('import <file>')
    .description('导入重点任务清单（先预览，确认后一次写入）')
    .option('--list <简称>', '清单简称，如 营商')
    .option('--units <文件>', '单位名录（units.json），不给则用数据库中的名录')
    .option('--dry-run', '只预览，不写入（不需要数据库）')
    .option('--yes', '不再询问，直接写入')
    .option('--json', '把预览按 JSON 写到标准输出')
    .action(runImport);
}
