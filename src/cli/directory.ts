// duban units, duban staff: the directory of units and of people.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command } from 'commander';
import { civilDateOf } from '../calendar/civil-date';
import { inTransaction } from '../database/transaction';
import { findOrphanUnits } from '../directory/orphan-units';
import { takeOverStaff } from '../directory/edit-people';
import { findPersonalData, forgetPerson } from '../directory/personal-data';
import { loadDirectory } from '../directory/unit-directory';
import { AppError, messageOf } from '../errors';
import { readStaffSheet } from '../importer/import-staff';
import { connect } from './connection';
import { printJson, tell } from './exit-codes';
import { addUnitsCommand } from './units';

interface StaffOptions {
  json?: boolean;
  orphans?: boolean;
  about?: string;
  forget?: string;
}

async function savePeople(file: string | undefined, options: StaffOptions): Promise<void> {
  if (options.about !== undefined && file === undefined) return showPersonalData(options.about, options);
  if (options.forget !== undefined && file === undefined) return forget(options.forget, options);
  if (options.orphans && file === undefined) {
    await showOrphans(options);
    return;
  }
  if (file === undefined)
    throw new AppError('bad_input', '请给出人员名录文件，或用 --orphans 看哪些单位没有联络员。', { expose: true });
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
      const staff = readStaffSheet(bytes, basename(file), directory);
      return takeOverStaff(manager, staff, directory, { actor: '命令行', now: clock.now() });
    });
    const { people, addedPosts, endedPosts } = changes;
    if (options.json) printJson({ people, addedPosts, endedPosts });
    tell(`人员名录：${people} 人，新增岗位 ${addedPosts} 个，结束岗位 ${endedPosts} 个。`);
    const orphans = await findOrphanUnits(dataSource.manager, civilDateOf(clock.now()));
    if (orphans.length > 0)
      tell(`还有 ${orphans.length} 个承担任务的单位没有可送达的联络员，可用 duban staff --orphans 查看。`);
  } finally {
    await close();
  }
}

async function showPersonalData(userId: string, options: StaffOptions): Promise<void> {
  const { dataSource, close } = await connect();
  try {
    const data = await findPersonalData(dataSource.manager, userId);
    if (options.json) {
      printJson(data);
      return;
    }
    tell(`姓名：${data.name}；钉钉UserId：${data.userIds.join('、')}`);
    for (const { unit, role, title, endedAt } of data.posts)
      tell(`岗位：${unit} ${title ?? ''}（${role}${endedAt ? '，已结束' : ''}）`);
    const { messages, sentToThem, sessions, audit } = data.counts;
    tell(
      `收到的消息 ${messages} 条（还留有原文 ${data.messages.length} 条），发给本人的 ${sentToThem} 条，网页登录 ${sessions} 个`,
    );
    tell(`反馈记录 ${data.reports.length} 条，审计 ${audit} 条（按规定留存）。全部内容请加 --json。`);
  } finally {
    await close();
  }
}

async function forget(userId: string, options: StaffOptions): Promise<void> {
  const { dataSource, clock, close } = await connect();
  try {
    const done = await inTransaction(dataSource, manager =>
      forgetPerson(manager, userId, { actor: '命令行', now: clock.now() }),
    );
    if (options.json) printJson(done);
    const rows = Object.values(done).reduce((total, one) => total + one, 0);
    tell(`已删去 ${userId} 的个人信息（${rows} 行）：岗位已结束，姓名改为代号；办过的事和审计留存。`);
  } finally {
    await close();
  }
}

async function showOrphans(options: StaffOptions): Promise<void> {
  const { dataSource, clock, close } = await connect();
  try {
    const orphans = await findOrphanUnits(dataSource.manager, civilDateOf(clock.now()));
    if (options.json) printJson(orphans);
    else if (orphans.length === 0) tell('承担任务的单位都有可送达的联络员。');
    else
      for (const { unit, tasks, reason, liaisons } of orphans)
        tell(
          `${unit}：${tasks} 项任务，${reason === 'no_liaison' ? '没有联络员' : `联络员 ${liaisons.join('、')} 没有钉钉账号`}`,
        );
  } finally {
    await close();
  }
}

export function addDirectoryCommands(program: Command): void {
  addUnitsCommand(program);
  program
    .command('staff')
    .argument('[file]', '人员名录（.csv、.xlsx）：姓名, 钉钉UserId, 单位, 职务, 角色')
    .description('导入人员名录，或查看没有联络员的单位')
    .option('--orphans', '列出承担任务而没有可送达联络员的单位')
    .option('--about <UserId>', '列出保存的某人的全部个人信息')
    .option('--forget <UserId>', '某人离开后删去其个人信息；办过的事和审计留存')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(savePeople);
}
