// duban settings: how reminders are sent, for all lists or for one.
import { type Command } from 'commander';
import { type DataSource, type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { decideSettings, isSettingName, readSetting, settingText, settingWords } from '../database/decide-settings';
import { TaskList } from '../database/entities/task';
import { allLists, loadSettings, type SettingName } from '../database/list-settings';
import { inTransaction } from '../database/transaction';
import { AppError } from '../errors';
import { printJson, tell } from './exit-codes';

export interface SettingsConnection {
  dataSource: DataSource;
  clock: Clock;
  close(): Promise<void>;
}

interface SettingsOptions {
  set?: string[];
  unset?: string[];
  json?: boolean;
}

function badInput(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

function readChanges(options: SettingsOptions): Partial<Record<SettingName, unknown>> {
  const changes: Partial<Record<SettingName, unknown>> = {};
  for (const text of options.set ?? []) {
    const [, name = '', value = ''] = /^([^=＝]+)[=＝](.*)$/su.exec(text) ?? [];
    if (!isSettingName(name.trim()))
      throw badInput(`“${text}”看不懂，请写成 名称=值；名称有 ${Object.keys(settingWords).join('、')}。`);
    changes[name.trim() as SettingName] = readSetting(name.trim() as SettingName, value.trim());
  }
  for (const name of options.unset ?? []) {
    if (!isSettingName(name)) throw badInput(`没有“${name}”这项设置；名称有 ${Object.keys(settingWords).join('、')}。`);
    changes[name] = null;
  }
  return changes;
}

/** The list of a short name; null = all lists. */
async function findList(manager: EntityManager, shortName: string | undefined): Promise<TaskList | null> {
  if (shortName === undefined || shortName === '全部') return null;
  const lists = await manager.find(TaskList, { order: { importedAt: 'ASC' } });
  const list = lists.find(one => one.shortName === shortName || one.title === shortName);
  if (!list) throw badInput(`没有清单“${shortName}”；现有 ${lists.map(one => one.shortName).join('、') || '无'}。`);
  return list;
}

async function save(
  { dataSource, clock }: SettingsConnection,
  shortName: string | undefined,
  changes: Partial<Record<SettingName, unknown>>,
): Promise<void> {
  await inTransaction(dataSource, async manager => {
    const list = await findList(manager, shortName);
    const now = clock.now();
    const stored = await decideSettings(manager, list, changes, {
      personId: null,
      actor: '命令行',
      now,
      today: civilDateOf(now),
    });
    if (stored.movedMorning && 'morning' in changes)
      tell(`早晨提醒从 ${stored.movedMorning.since} 起改时间，此前仍为 ${stored.movedMorning.before}。`);
  });
  tell('已改定。');
}

async function show({ dataSource }: SettingsConnection, shortName: string | undefined, json: boolean): Promise<void> {
  const list = await findList(dataSource.manager, shortName);
  const view = await loadSettings(dataSource.manager);
  const settings = view.of(list?.id ?? null);
  const own = view.ownOf(list?.id ?? allLists);
  if (json) {
    printJson({ list: list?.shortName ?? null, settings, own });
    return;
  }
  const lines = (Object.keys(settingWords) as SettingName[]).map(name => {
    const source = own[name] !== undefined ? '（已设）' : view.ownOf(allLists)[name] !== undefined ? '（随全部）' : '';
    return `${name} = ${settingText(settings[name])}${source}　${settingWords[name]}`;
  });
  process.stdout.write(`${list ? `清单“${list.shortName}”` : '全部清单'}的提醒设置：\n${lines.join('\n')}\n`);
}

/** @param connect - opens the database to work on, and the clock that says what today is */
export function addSettingsCommand(program: Command, connect: () => Promise<SettingsConnection>): void {
  const several = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command('settings [清单]')
    .description('提醒设置：查看，或为全部清单、某一份清单改定')
    .option('--set <名称=值>', '改定一项，可重复', several)
    .option('--unset <名称>', '恢复一项，可重复', several)
    .option('--json', '按 JSON 写到标准输出')
    .addHelpText(
      'after',
      `\n不写清单为全部清单。名称：\n${Object.entries(settingWords)
        .map(([name, what]) => `  ${name}  ${what}`)
        .join('\n')}`,
    ) // prettier-ignore
    .action(async (list: string | undefined, options: SettingsOptions) => {
      const changes = readChanges(options);
      const connection = await connect();
      try {
        if (Object.keys(changes).length > 0) await save(connection, list, changes);
        await show(connection, list, options.json ?? false);
      } finally {
        await connection.close();
      }
    });
}
