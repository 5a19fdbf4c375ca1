// duban units: the directory of units, from a file or one change at a time.
import { type Command } from 'commander';
import { type EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction';
import {
  assignUnits,
  type EditCause,
  editAlias,
  editMembers,
  editParent,
  takeOverDirectory,
} from '../directory/edit-directory';
import { listUnsettled, settleName, type Settlement } from '../directory/settle-units';
import { loadDirectory } from '../directory/unit-directory';
import { AppError } from '../errors';
import { readUnitFile } from '../importer/import-units';
import { connect } from './connection';
import { printJson, tell } from './exit-codes';

interface JsonOption {
  json?: boolean;
}

/** Runs one change in one transaction and says what came of it. */
async function change<T>(
  { json }: JsonOption,
  work: (manager: EntityManager, cause: EditCause) => Promise<T>,
  sentence: (result: T) => string,
): Promise<void> {
  const { dataSource, clock, close } = await connect();
  try {
    const result = await inTransaction(dataSource, manager => work(manager, { actor: '命令行', now: clock.now() }));
    if (json) printJson(result ?? {});
    tell(sentence(result));
  } finally {
    await close();
  }
}

async function saveUnits(file: string | undefined, options: JsonOption): Promise<void> {
  if (file === undefined)
    throw new AppError('bad_input', '请给出单位名录文件，或用 duban units --help 看其他用法。', { expose: true });
  const data = readUnitFile(file);
  await change(
    options,
    (manager, cause) => takeOverDirectory(manager, data, cause),
    ({ added, changed }) =>
      `单位名录：新增 ${added.length} 个，更新 ${changed.length} 个，共 ${data.units.length} 个单位、${data.collectives.length} 个集体称谓。`,
  );
}

async function showDirectory(options: JsonOption): Promise<void> {
  const { dataSource, close } = await connect();
  try {
    const { data, unsettledNames } = await loadDirectory(dataSource.manager);
    if (options.json) {
      printJson({
        units: data.units.map(unit => ({ ...unit, settled: !unsettledNames.has(unit.name) })),
        collectives: data.collectives,
      });
      return;
    }
    for (const { name, aliases, parent } of data.units)
      tell(
        `${name}${unsettledNames.has(name) ? '（待确认）' : ''}${parent ? `（上级：${parent}）` : ''}${aliases.length > 0 ? `：${aliases.map(({ text, status }) => text + (status === 'ask' ? '？' : '')).join('、')}` : ''}`,
      );
    for (const { name, aliases, resolve, members } of data.collectives)
      tell(`${[name, ...aliases].join('、')}：${resolve === 'members' ? members.join('、') : '按任务由督办人员指定'}`);
  } finally {
    await close();
  }
}

async function showUnsettled(options: JsonOption): Promise<void> {
  const { dataSource, close } = await connect();
  try {
    const names = await listUnsettled(dataSource.manager);
    if (options.json) printJson(names);
    else if (names.length === 0) tell('没有待确认的单位。');
    else
      for (const { name, tasks, suggestions } of names) {
        const where = tasks.map(({ list, no }) => `${list}${no}`).join('、');
        tell(
          `${name}：${where === '' ? '没有任务' : `任务 ${where}`}${suggestions.length > 0 ? `；是不是 ${suggestions.join('、')}？` : ''}`,
        );
      }
  } finally {
    await close();
  }
}

interface SettleOptions extends JsonOption {
  new?: boolean;
  kind: string;
  level: string;
  fullName?: string;
  collective?: string;
}

function settlementOf(unit: string | undefined, options: SettleOptions): Settlement {
  const ways = [unit !== undefined, options.new === true, options.collective !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new AppError(
      'bad_input',
      '请说明是哪一个：写出名录中的单位名，或 --new（它自己就是一个单位），或 --collective 名称（它是集体称谓）。',
      { expose: true },
    );
  if (unit !== undefined) return { as: 'alias', unit };
  if (options.collective !== undefined) return { as: 'collective', collective: options.collective };
  return { as: 'unit', kind: options.kind, level: options.level, fullName: options.fullName ?? null };
}

async function settle(written: string, unit: string | undefined, options: SettleOptions): Promise<void> {
  const settlement = settlementOf(unit, options);
  await change(
    options,
    (manager, cause) => settleName(manager, written, settlement, cause),
    ({ name, tasks }) =>
      settlement.as === 'unit'
        ? `“${written}”已列入单位名录，涉及 ${tasks} 项任务。`
        : `“${written}”今后按“${name}”处理，已更正 ${tasks} 项任务。`,
  );
}

async function listIdOf(manager: EntityManager, shortName: string | undefined): Promise<string> {
  const lists: { id: string; shortName: string }[] = await manager.query('SELECT id, shortName FROM task_lists');
  const found =
    shortName === undefined && lists.length === 1 ? lists[0] : lists.find(list => list.shortName === shortName);
  if (found) return found.id;
  throw new AppError(
    'bad_input',
    lists.length === 0 ? '还没有清单。' : `请用 --list 指明清单：${lists.map(list => list.shortName).join('、')}。`,
    { expose: true },
  );
}

export function addUnitsCommand(program: Command): void {
  const units = program
    .command('units')
    .argument('[file]', '单位名录：units.json，或一行一个单位的 .csv、.xlsx')
    .description('单位名录：从文件导入，或逐个查看、确认、修改')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(saveUnits);
  units
    .command('list')
    .description('列出名录')
    .option('--json', '按 JSON 写到标准输出')
    .action((_: JsonOption, command: Command) => showDirectory(command.optsWithGlobals()));
  units
    .command('unknown')
    .description('列出清单里写到、名录里没有的单位，以及可能是哪一个')
    .option('--json', '按 JSON 写到标准输出')
    .action((_: JsonOption, command: Command) => showUnsettled(command.optsWithGlobals()));
  units
    .command('settle <写法> [单位]')
    .description('确认一个写法是哪个单位；涉及的任务一并更正，以后导入也照此处理')
    .option('--new', '它自己就是一个单位，列入名录')
    .option('--kind <类别>', '与 --new 同用', 'government')
    .option('--level <层级>', '与 --new 同用：district、city、town', 'district')
    .option('--full-name <全称>', '与 --new 同用')
    .option('--collective <名称>', '它是集体称谓（如 区直各有关单位）')
    .option('--json', '按 JSON 写到标准输出')
    .action((written: string, unit: string | undefined, _: SettleOptions, command: Command) =>
      settle(written, unit, command.optsWithGlobals()),
    );
  units
    .command('alias <单位> <别名>')
    .description('增加、修改或去掉一个别名')
    .option('--ask', '每次出现都请人确认')
    .option('--remove', '去掉这个别名')
    .action((unit: string, text: string, options: { ask?: boolean; remove?: boolean }) =>
      change(
        {},
        (manager, cause) =>
          editAlias(manager, { unit, text, status: options.remove ? null : options.ask ? 'ask' : 'certain' }, cause),
        () => `“${unit}”的别名“${text}”${options.remove ? '已去掉' : options.ask ? '将请人确认' : '已记下'}。`,
      ),
    );
  units
    .command('parent <单位> [上级单位]')
    .description('写明一个单位的上级单位；不写上级单位则去掉')
    .action((unit: string, parent: string | undefined) =>
      change(
        {},
        (manager, cause) => editParent(manager, { unit, parent: parent ?? null }, cause),
        () => (parent === undefined ? `“${unit}”不再有上级单位。` : `“${unit}”的上级单位是“${parent}”。`),
      ),
    );
  units
    .command('member <集体> <单位...>')
    .description('把单位列入（或移出）集体称谓，如 各镇街')
    .option('--remove', '移出')
    .action((collective: string, names: string[], { remove = false }: { remove?: boolean }) =>
      change(
        {},
        (manager, cause) => editMembers(manager, { collective, units: names, remove }, cause),
        count => `“${collective}”现有 ${count} 个成员${count === 0 ? '，按任务由督办人员指定' : ''}。`,
      ),
    );
  units
    .command('assign <序号> <集体> <单位...>')
    .description('指定一项任务里的集体称谓（如 区直各有关单位）由哪些单位承担')
    .option('--list <简称>', '清单；只有一份时可省略')
    .option('--remove', '取消指定')
    .action((no: string, collective: string, names: string[], options: { list?: string; remove?: boolean }) =>
      change(
        {},
        async (manager, cause) => {
          const listId = await listIdOf(manager, options.list);
          const task = { listId, no: Number(no), collective, units: names, remove: options.remove ?? false };
          await assignUnits(manager, task, cause);
        },
        () => `第${no}项的“${collective}”${options.remove ? '不再由' : '由'} ${names.join('、')} 承担。`,
      ),
    );
}
