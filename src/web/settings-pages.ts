// 设置: ladder, times, quiet hours, budget, workdays; by the functions of `duban settings` and `duban calendar`.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { addDays, type CivilDate, isCivilDate, partsOf, weekdayOf } from '../calendar/civil-date';
import { type SpecialDay } from '../calendar/work-calendar';
import { decideSettings, readSetting, settingText } from '../database/decide-settings';
import { CalendarDay, CalendarYear } from '../database/entities/schedule';
import { TaskList } from '../database/entities/task';
import { allLists, loadSettings, type SettingName, type SettingsView } from '../database/list-settings';
import { setOfficeDays, unsetOfficeDay } from '../database/office-days';
import { inTransaction } from '../database/transaction';
import { may } from '../directory/identity';
import { causeFor, editing } from './directory-pages';
import { showPage } from './layout';
import { type SiteParts } from './site-parts';
import { asked, demand, readForm, Refusal, type Visit, visitOf } from './visit';

/** How a setting is asked for. */
interface Field {
  name: SettingName;
  label: string;
  hint?: string;
  /** What may be chosen, with its name; else it is written. */
  choices?: Record<string, string>;
}

const groups: readonly { title: string; id: string; limits?: true; fields: readonly Field[] }[] = [
  {
    title: '提醒阶梯',
    id: 'ladder',
    fields: [
      { name: 'ladder', label: '到期前几个工作日提醒', hint: '用逗号分开，如 15,7,3,1,0；0 是最后工作日当天' },
      { name: 'insistAt', label: '只报进展不算数的档', hint: '这些档上须申请办结或延期；写“无”就是没有' },
      { name: 'overdue', label: '逾期以后', choices: { weekly: '每周首个工作日提醒', daily: '每个工作日提醒' } },
      {
        name: 'owing',
        label: '谁应反馈',
        choices: { leads: '只有牵头单位', named: '清单写明的单位', members: '连同各镇街等集体的成员' },
      },
      {
        name: 'longTerm',
        label: '长期推进的任务',
        choices: {
          none: '不提醒', monthly: '每月底', quarterly: '每季度末', halfyearly: '每半年末', yearly: '每年底',
        }, // prettier-ignore
      },
    ],
  },
  {
    title: '逾期升级',
    id: 'escalation',
    fields: [
      { name: 'leaderAfter', label: '逾期几个工作日告知单位负责人', hint: '0 为不告知' },
      { name: 'yellowAfter', label: '几个工作日列为黄牌', hint: '0 为不列' },
      { name: 'redAfter', label: '几个工作日列为红牌', hint: '0 为不列' },
    ],
  },
  {
    title: '时间和条数',
    id: 'times',
    fields: [
      { name: 'morning', label: '早晨提醒的时间', hint: '改后次日起；不晚于 15:30' },
      { name: 'awake', label: '主动发消息的时间', hint: '如 08:00-18:00，只在工作日；有人问的随时答' },
      { name: 'budget', label: '每个群每天最多几条主动消息' },
    ],
  },
  {
    title: '钉钉的限额',
    id: 'limits',
    limits: true,
    fields: [
      { name: 'perSecond', label: '每个接口每秒最多几条', hint: '0 为不限' },
      { name: 'perGroupMinute', label: '每个群每分钟最多用会话地址回复几条' },
      { name: 'monthlyCalls', label: '本组织每月的接口调用额度', hint: '0 为不限' },
      { name: 'monthlyMessages', label: '每月的 Webhook 与 Stream 消息额度', hint: '0 为不限' },
    ],
  },
];

function fieldFor(field: Field, view: SettingsView, list: TaskList | null): object {
  const value = settingText(view.of(list?.id ?? null)[field.name]);
  return {
    name: field.name,
    label: field.label,
    hint: field.hint ?? '',
    value: value === '' ? '无' : value,
    own: view.ownOf(list?.id ?? allLists)[field.name] !== undefined,
    choices: Object.entries(field.choices ?? {}).map(([choice, label]) => ({
      value: choice,
      label,
      chosen: choice === value,
    })),
  };
}

const weekdays = '一二三四五六日';

async function daysOf(manager: EntityManager, year: number): Promise<{ days: object[]; known: boolean }> {
  const stored = await manager.find(CalendarDay, { order: { day: 'ASC' } });
  const days = stored.filter(({ day }) => partsOf(day).year === year);
  return {
    known: await manager.existsBy(CalendarYear, { year }),
    days: days.map(({ day, kind, name, source }) => ({
      day,
      weekday: weekdays[weekdayOf(day) - 1] ?? '',
      off: kind === 'holiday',
      name,
      office: source === 'office',
    })),
  };
}

async function showSettings(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'change_settings');
  const { manager } = parts.dataSource;
  const lists = await manager.find(TaskList, { order: { importedAt: 'DESC', id: 'DESC' } });
  const wanted = asked(context, 'list');
  const list = lists.find(one => one.shortName === wanted) ?? null;
  const view = await loadSettings(manager);
  const thisYear = partsOf(visit.today).year;
  const yearText = asked(context, 'year');
  const year = /^(?:19|20|21)\d\d$/.test(yearText) ? Number(yearText) : thisYear;
  const listId = list?.id ?? allLists;
  await showPage(context, parts, visit, {
    name: 'settings',
    title: '设置',
    data: {
      done: asked(context, 'done') === '1',
      list: list?.shortName ?? '',
      lists: lists.map(({ shortName, title }) => ({ shortName, title, chosen: shortName === list?.shortName })),
      groups: groups
        .filter(group => !group.limits || (list === null && may(visit.actor, 'change_limits')))
        .map(({ id, title, fields }) => ({ id, title, fields: fields.map(field => fieldFor(field, view, list)) })),
      moved: view.rawOf(listId).movedMorning?.since ?? '',
      movedFrom: view.rawOf(listId).movedMorning?.before ?? '',
      year,
      years: [thisYear - 1, thisYear, thisYear + 1].map(one => ({ value: one, chosen: one === year })),
      ...(await daysOf(manager, year)),
    },
  });
}

async function saveGroup(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'change_settings');
  const form = readForm(
    context,
    z.object({ list: z.string().max(60), group: z.string().max(20), back: z.string().default('') }).loose(),
  );
  const group = groups.find(one => one.id === form.group);
  if (!group) throw new Refusal(400, '请求的内容不对，请返回再试。');
  if (group.limits) demand(visit, 'change_limits');
  const given = form as Record<string, unknown>;
  await inTransaction(parts.dataSource, async manager => {
    const list = form.list === '' ? null : await manager.findOneBy(TaskList, { shortName: form.list });
    if (form.list !== '' && !list) throw new Refusal(404, `没有清单“${form.list}”。`);
    const view = await loadSettings(manager);
    const effective = view.of(list?.id ?? null);
    const changes: Partial<Record<SettingName, unknown>> = {};
    for (const { name, label } of group.fields) {
      const text = given[name];
      if (form.back === name) changes[name] = null;
      else if (form.back === '' && typeof text === 'string') {
        const written = text.trim() === '无' ? '' : text.trim();
        if (written === '' && !Array.isArray(effective[name])) throw new Refusal(400, `“${label}”没有写，没有改动。`);
        if (written !== settingText(effective[name])) changes[name] = readSetting(name, written);
      }
    }
    if (Object.keys(changes).length === 0) return;
    const { personId = null, actor, now } = causeFor(visit);
    await decideSettings(manager, list, changes, { personId, actor, now, today: visit.today });
  });
  context.redirect(`/settings?done=1${form.list === '' ? '' : `&list=${encodeURIComponent(form.list)}`}#${group.id}`);
  context.status = 303;
}

const maxDays = 60;
const dayForm = z.object({
  from: z.string(),
  to: z.string().default(''),
  kind: z.enum(['holiday', 'workday', 'unset']),
  name: z.string().trim().max(60, '名称最多 60 字。').default(''),
});

function daysBetween(from: string, to: string): CivilDate[] {
  const last = to === '' ? from : to;
  if (!isCivilDate(from) || !isCivilDate(last)) throw new Refusal(400, '日期不对，没有改动。');
  const days: CivilDate[] = [];
  for (let day = from; day <= last && days.length <= maxDays; day = addDays(day, 1)) days.push(day);
  if (days.length === 0 || days.length > maxDays) throw new Refusal(400, `一次设 1 到 ${maxDays} 天，没有改动。`);
  return days;
}

async function saveDays(manager: EntityManager, form: z.infer<typeof dayForm>, visit: Visit): Promise<string> {
  const days = daysBetween(form.from, form.to);
  const decision = causeFor(visit);
  const { kind, name } = form;
  if (kind !== 'unset')
    await setOfficeDays(manager, days.map((day): SpecialDay => ({ day, kind, name })), decision); // prettier-ignore
  else
    for (const day of days)
      if (!(await unsetOfficeDay(manager, day, decision)))
        throw new Refusal(409, `${day} 没有自定的安排，无可取消，没有改动。`);
  return `/settings?done=1&year=${form.from.slice(0, 4)}#days`;
}

export function addSettingsPages(router: Router, parts: SiteParts): void {
  router.get('/settings', context => showSettings(context, parts));
  router.post('/settings', context => saveGroup(context, parts));
  router.post(
    '/settings/days',
    editing(parts, 'change_settings', dayForm, (manager, form, _cause, visit) => saveDays(manager, form, visit)),
  );
}
