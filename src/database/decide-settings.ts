// Settings as people write them, and changing them with a record of who did it: for the command line and for the page.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { AppError } from '../errors';
import { newId } from '../ids';
import { AuditEntry } from './entities/schedule';
import { type TaskList } from './entities/task';
import {
  allLists,
  changeSettings,
  type ListSettings,
  loadSettings,
  saveSettings,
  type SettingName,
  type StoredSettings,
  usualSettings,
} from './list-settings';

/** What each setting is, in words. */
export const settingWords: Record<SettingName, string> = {
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

export function isSettingName(text: string): text is SettingName {
  return Object.hasOwn(settingWords, text);
}

function readNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

/** A setting's value from text, unchecked: what is no such value fails in changeSettings. */
export function readSetting(name: SettingName, text: string): unknown {
  const usual = usualSettings[name];
  if (Array.isArray(usual)) return text === '' ? [] : text.split(/[,，、\s]+/u).map(readNumber);
  if (typeof usual === 'number') return readNumber(text);
  if (typeof usual === 'object') {
    const [from, to] = text.split(/\s*[-—~至到]\s*/u);
    return { from, to };
  }
  return text;
}

/** The other way round; '' for nothing. */
export function settingText(value: ListSettings[SettingName] | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? `${value.from}-${value.to}` : String(value);
}

/**
 * Changes settings of one list, or with null of all, and writes it into the audit log; null for a name takes the setting back.
 * @throws AppError bad_input (exposed) when a value is wrong; then nothing is changed
 */
export async function decideSettings(
  manager: EntityManager,
  list: TaskList | null,
  changes: Partial<Record<SettingName, unknown>>,
  cause: { personId: string | null; actor: string; now: Date; today: CivilDate },
): Promise<StoredSettings> {
  const listId = list?.id ?? allLists;
  const view = await loadSettings(manager);
  const changed = changeSettings(view, listId, changes, cause.today);
  if ('problem' in changed) throw new AppError('bad_input', `${changed.problem}，没有改动。`, { expose: true });
  await saveSettings(manager, listId, changed.stored, cause.now);
  await manager.insert(AuditEntry, {
    id: newId(),
    at: cause.now,
    personId: cause.personId,
    actor: cause.actor,
    act: 'change_settings',
    object: `settings:${list?.shortName ?? '全部'}`,
    before: view.ownOf(listId),
    after: changed.stored,
    inboxMessageId: null,
  });
  return changed.stored;
}
