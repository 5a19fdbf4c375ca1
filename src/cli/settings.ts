// duban settings: how reminders are sent, for all lists or for one.
import { type Command } from 'commander';
import { type DataSource, type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { AuditEntry } from '../database/entities/schedule';
import { TaskList } from '../database/entities/task';
import {
  allLists,
  changeSettings,
  type ListSettings,
  loadSettings,
  saveSettings,
  type SettingName,
  usualSettings,
} from '../database/list-settings';
import { inTransaction } from '../database/transaction';
import { AppError } from '../errors';
import { newId } from '../ids';
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

const names: Record<SettingName, string> = {
  ladder: '到期前第几个工作日提醒，如 15,7,3,1,0',
  insistAt: '这些档上只反馈进展不算数，如 1,0',
  overdue: '逾期后多久提醒一次：weekly 每周首个工作日，daily 每个工作日',
  owing: '谁应反馈：leads 牵头，named 清单写明的单位，members 连同各镇街等集合的成员',
  longTerm: '长期推进多久反馈一次：none、monthly、quarterly、halfyearly、yearly',
  leaderAfter: '逾期几个工作日告知单位负责人，0 为不告知',
  yellowAfter: '逾期几个工作日列为黄牌，0 为不列',
  redAfter: '逾期几个工作日列为红牌，0 为不列',
  morning: '早晨提醒的时间，如 08:30，改后次日起',
  awake: '只在工作日的这段时间主动发消息，如 08:00-18:00',
  budget: '每个群每天最多几条主动消息',
  perSecond: '钉钉每个接口每秒最多几条，0 为不限（只为全部清单设）',
  perGroupMinute: '每个群每分钟最多用会话地址回复几条，超出的改走接口（只为全部清单设）',
  monthlyCalls: '本组织每月的接口调用额度，0 为不限（只为全部清单设）',
  monthlyMessages: '本组织每月的 Webhook 与 Stream 消息额度，0 为不限（只为全部清单设）',
};

function isName(text: string): text is SettingName {
  return Object.hasOwn(names, text);
}

function badInput(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

function readValue(name: SettingName, text: string): unknown {
  const usual = usualSettings[name];
  if (Array.isArray(usual)) return text === '' ? [] : text.split(/[,，、\s]+/u).map(readNumber);
  if (typeof usual === 'number') return readNumber(text);
  if (typeof usual === 'object') {
    const [from, to] = text.split(/\s*[-—~至到]\s*/u);
    return { from, to };
  }
  return text;
}

function readNumber(text: string): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}

function valueText(value: ListSettings[SettingName] | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? `${value.from}-${value.to}` : String(value);
}

function readChanges(options: SettingsOptions): Partial<Record<SettingName, unknown>> {
  const changes: Partial<Record<SettingName, unknown>> = {};
  for (const text of options.set ?? []) {
    const [, name = '', value = ''] = /^([^=＝]+)[=＝](.*)$/su.exec(text) ?? [];
    if (!isName(name.trim()))
      throw badInput(`“${text}”看不懂，请写成 名称=值；名称有 ${Object.keys(names).join('、')}。`);
    changes[name.trim() as SettingName] = readValue(name.trim() as SettingName, value.trim());
  }
  for (const name of options.unset ?? []) {
    if (!isName(name)) throw badInput(`没有“${name}”这项设置；名称有 ${Object.keys(names).join('、')}。`);
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
    const listId = list?.id ?? allLists;
    const view = await loadSettings(manager);
    const now = clock.now();
    const changed = changeSettings(view, listId, changes, civilDateOf(now));
    if ('problem' in changed) throw badInput(`${changed.problem}，没有改动。`);
    await saveSettings(manager, listId, changed.stored, now);
    await manager.insert(AuditEntry, {
      id: newId(),
      at: now,
      personId: null,
      actor: '命令行',
      act: 'change_settings',
      object: `settings:${list?.shortName ?? '全部'}`,
      before: view.ownOf(listId),
      after: changed.stored,
      inboxMessageId: null,
    });
    if (changed.stored.movedMorning && 'morning' in changes)
      tell(
        `早晨提醒从 ${changed.stored.movedMorning.since} 起改时间，此前仍为 ${changed.stored.movedMorning.before}。`,
      );
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
  const lines = (Object.keys(names) as SettingName[]).map(name => {
    const source = own[name] !== undefined ? '（已设）' : view.ownOf(allLists)[name] !== undefined ? '（随全部）' : '';
    return `${name} = ${valueText(settings[name])}${source}　${names[name]}`;
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
      `\n不写清单为全部清单。名称：\n${Object.entries(names)
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
