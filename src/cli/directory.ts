// duban units, duban staff: the directory of units and of people.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command } from 'commander';
import { inTransaction } from '../database/transaction';
import { saveStaff } from '../directory/people';
import { loadDirectory, saveDirectory } from '../directory/unit-directory';
import { readUnitDirectory } from '../directory/unit-data';
import { AppError, messageOf } from '../errors';
import { readStaffSheet } from '../importer/import-staff';
import { connect } from './connection';
import { printJson, tell } from './exit-codes';

async function saveUnits(file: string, options: { json?: boolean }): Promise<void> {
  const data = readUnitDirectory(file);
  const { dataSource, clock, close } = await connect();
  try {
    const changes = await inTransaction(dataSource, manager => saveDirectory(manager, data, clock.now()));
    if (options.json) printJson(changes);
    tell(
      `单位名录：新增 ${changes.added.length} 个，更新 ${changes.changed.length} 个，共 ${data.units.length} 个单位、${data.collectives.length} 个集体称谓。`,
    );
  } finally {
    await close();
  }
}

async function savePeople(file: string, options: { json?: boolean }): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new AppError('bad_input', `读不到文件 ${file}：${messageOf(cause)}`, { expose: true, cause });
  }
  const { dataSource, clock, close } = await connect();
  try {
    const changes = await inTransaction(dataSource, async manager => {
      const directory = await loadDirectory(manager);
      if (directory.data.units.length === 0)
        throw new AppError('bad_input', '还没有单位名录，请先运行 duban units。', { expose: true });
      return saveStaff(manager, readStaffSheet(bytes, basename(file), directory), clock.now());
    });
    if (options.json) printJson(changes);
    tell(`人员名录：${changes.people} 人，新增岗位 ${changes.addedPosts} 个，结束岗位 ${changes.endedPosts} 个。`);
  } finally {
    await close();
  }
}

export function addDirectoryCommands(program: Command): void {
  program
    .command('units <file>')
    .description('导入单位名录（units.json）')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(saveUnits);
  program
    .command('staff <file>')
    .description('导入人员名录（.csv：姓名, 钉钉UserId, 单位, 职务, 角色）')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(savePeople);
}
