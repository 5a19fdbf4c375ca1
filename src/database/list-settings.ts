// How reminders are sent: what is usual (product description §6), and what the office has set otherwise, for all lists or for one.
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { addDays, type CivilDate } from '../calendar/civil-date';
import { ListSettingsRow } from './entities/reminder';

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const workdays = z.int().min(0).max(60);
const distinct = (days: number[]): boolean => new Set(days).size === days.length;

/** Everything that can be set. */
const shape = z.object({
  /** Workdays before the action day on which a unit is asked, widest first. */
  ladder: z.array(workdays).min(1).max(12).refine(distinct),
  /** At these rungs a mere report frees nobody. */
  insistAt: z.array(workdays).max(12).refine(distinct),
  /** How often what is overdue is asked for, after its first workday. */
  overdue: z.enum(['weekly', 'daily']),
  /** Who owes: the lead units; they and the support units that are named; and the members of collectives, too. */
  owing: z.enum(['leads', 'named', 'members']),
  /** How often a standing task (长期推进) is asked about, once at the end of each period. */
  longTerm: z.enum(['none', 'monthly', 'quarterly', 'halfyearly', 'yearly']),
  /** Workdays overdue after which the unit's leader is told, a 黄牌 and a 红牌 are listed for the office; 0 = never. */
  leaderAfter: workdays,
  yellowAfter: workdays,
  redAfter: workdays,
  /** When the morning's cards go out, Asia/Shanghai. */
  morning: wallTime,
  /** Unasked messages only between these times, on workdays. */
  awake: z.object({ from: wallTime, to: wallTime }).refine(({ from, to }) => from < to),
  /** Unasked messages a group gets on one day. */
  budget: z.int().min(1).max(20),
  /** Of all lists together: messages a second by each of the platform's calls, 0 = no limit … */
  perSecond: z.int().min(0).max(1000),
  /** … answers a minute in one group by its session address … */
  perGroupMinute: z.int().min(1).max(1000),
  /** … and what the organisation's edition of the platform allows in a month, 0 = no limit. */
  monthlyCalls: z.int().min(0),
  monthlyMessages: z.int().min(0),
});

/** What has no meaning for one list. */
const ofAllOnly: readonly string[] = ['perSecond', 'perGroupMinute', 'monthlyCalls', 'monthlyMessages'];

export type ListSettings = z.infer<typeof shape>;
export type SettingName = keyof ListSettings;

export const usualSettings: ListSettings = {
  ladder: [15, 7, 3, 1, 0],
  insistAt: [1, 0],
  overdue: 'weekly',
  owing: 'named',
  longTerm: 'quarterly',
  leaderAfter: 1,
  yellowAfter: 3,
  redAfter: 7,
  morning: '08:30',
  awake: { from: '08:00', to: '18:00' },
  budget: 2,
  perSecond: 20,
  perGroupMinute: 20,
  monthlyCalls: 5000,
  monthlyMessages: 3000,
};

/** A new morning time holds from the next day on: this day's cards may be out already. */
const movedMorning = z.object({ before: wallTime, since: z.string() });
const storedShape = shape.partial().extend({ movedMorning: movedMorning.optional() });
export type StoredSettings = z.infer<typeof storedShape>;

/** Cards that are late are caught up until 16:30. */
const latestMorning = '15:30';

/** The id under which settings for all lists are stored. */
export const allLists = '';

export class SettingsView {
  constructor(private readonly stored: ReadonlyMap<string, StoredSettings>) {}

  /** What holds for a list; null or an unknown id = what holds where no list has its own. */
  of(listId: string | null): ListSettings {
    return merged([{}, this.stored.get(allLists), listId === null ? undefined : this.stored.get(listId)]);
  }

  /** When a list's morning is on a day; null = where no list has its own. */
  morningOf(listId: string | null, day: CivilDate): string {
    for (const id of listId === null ? [allLists] : [listId, allLists]) {
      const { morning, movedMorning: moved } = this.rawOf(id);
      if (moved && day < moved.since) return moved.before;
      if (morning !== undefined) return morning;
    }
    return usualSettings.morning;
  }

  /** Since when a list has its present morning; null = always. */
  morningSince(listId: string): CivilDate | null {
    return this.rawOf(listId).movedMorning?.since ?? null;
  }

  /** True when this list has a morning of its own on that day. */
  hasOwnMorning(listId: string, day: CivilDate): boolean {
    return this.morningOf(listId, day) !== this.morningOf(null, day);
  }

  /** What was set for exactly this list, or for all. */
  ownOf(listId: string): Partial<ListSettings> {
    const { movedMorning: _, ...own } = this.rawOf(listId);
    return own;
  }

  rawOf(listId: string): StoredSettings {
    return this.stored.get(listId) ?? {};
  }
}

function merged(layers: (StoredSettings | undefined)[]): ListSettings {
  const settings: ListSettings = { ...usualSettings };
  for (const layer of layers) {
    const { movedMorning: _, ...own } = layer ?? {};
    for (const [name, value] of Object.entries(own))
      if (value !== undefined) Object.assign(settings, { [name]: value });
  }
  return { ...settings, ladder: [...settings.ladder].sort((a, b) => b - a) };
}

/** All settings; a row that cannot be read (a newer program's) counts as nothing set. */
export async function loadSettings(manager: EntityManager): Promise<SettingsView> {
  const rows = await manager.find(ListSettingsRow);
  return new SettingsView(
    new Map(
      rows.map(({ listId, settings }) => {
        const checked = storedShape.safeParse(settings);
        return [listId, checked.success ? checked.data : {}];
      }),
    ),
  );
}

/**
 * What would be stored after a change; null for a name takes the setting back.
 * @returns why not, in Chinese, or the new row
 */
export function changeSettings(
  view: SettingsView,
  listId: string,
  changes: Partial<Record<SettingName, unknown>>,
  today: CivilDate,
): { problem: string } | { stored: StoredSettings } {
  const wrong = listId === allLists ? undefined : Object.keys(changes).find(name => ofAllOnly.includes(name));
  if (wrong !== undefined) return { problem: `${wrong} 只能为全部清单设定` };
  const next: Record<string, unknown> = { ...view.rawOf(listId) };
  for (const [name, value] of Object.entries(changes)) next[name] = value === null ? undefined : value;
  const checked = storedShape.safeParse(next);
  if (!checked.success) {
    const names = [...new Set(checked.error.issues.map(issue => String(issue.path[0])))];
    return { problem: `${names.join('、')} 的值不对` };
  }
  const stored = Object.fromEntries(Object.entries(checked.data).filter(([, value]) => value !== undefined));
  const effective = merged([listId === allLists ? {} : view.ownOf(allLists), stored]);
  const { morning, awake } = effective;
  if (morning < awake.from || morning >= awake.to || morning > latestMorning)
    return { problem: `morning（${morning}）须在 awake（${awake.from}-${awake.to}）之内，且不晚于 ${latestMorning}` };
  if (!('morning' in changes)) return { stored };
  const before = view.morningOf(listId === allLists ? null : listId, today);
  const { movedMorning: _, ...settled } = stored as StoredSettings;
  return {
    stored: before === morning ? settled : { ...settled, movedMorning: { before, since: addDays(today, 1) } },
  };
}

/** Stores what changeSettings has found to be right. */
export async function saveSettings(
  manager: EntityManager,
  listId: string,
  settings: StoredSettings,
  now: Date,
): Promise<void> {
  await manager.upsert(ListSettingsRow, { listId, settings, updatedAt: now }, ['listId']);
}
