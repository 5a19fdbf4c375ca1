// GET /metrics: is it alive, is it late, is it near its quota. Figures only: no names, no words anybody said.
import Router from '@koa/router';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { addDays, civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { type SchedulerStatus } from '../jobs/scheduler';
import { type TroubleWatch } from '../jobs/trouble-watch';
import { type ChannelStatus } from '../messages';
import { findUsage } from '../outbox/usage';

/** However often it is asked, the database is asked once in so long. */
const keptMs = 5000;
const missedDays = 7;

const help = {
  duban_database_up: '1 = the database answers',
  duban_channel_connected: '1 = connected to the chat platform',
  duban_scheduler_ok: '1 = the last tick of the scheduler did its work',
  duban_scheduler_last_tick_seconds: 'Seconds since the last tick',
  duban_clock_offset_seconds: "Host's clock ahead of the database's",
  duban_trouble_seconds: 'How long a part has been in trouble',
  duban_messages_waiting: 'Messages received and not handled',
  duban_messages_waiting_oldest_seconds: 'Age of the oldest message not handled',
  duban_messages_set_aside: 'Messages that failed three times',
  duban_unsent: 'Messages that are due and not sent',
  duban_unsent_oldest_seconds: 'For how long the oldest of them is due',
  duban_uncertain: 'Messages of which nobody knows whether they arrived',
  duban_failed: 'Messages that could not be sent',
  duban_missed_slots: `Reminder slots missed in ${missedDays} days`,
  duban_quota_used: "Used of the month's quota",
  duban_quota_limit: "The month's quota, 0 = none",
} as const;

type Name = keyof typeof help;

interface Row {
  waiting: string;
  oldestWaiting: Date | null;
  setAside: string;
  unsent: string;
  oldestUnsent: Date | null;
  uncertain: string;
  failed: string;
  missed: string;
}

/** @param parts.channels - the platforms' states */
export function createMetrics(parts: {
  dataSource: DataSource;
  clock: Clock;
  channels: () => Pick<ChannelStatus, 'name' | 'connected'>[];
  scheduler: () => SchedulerStatus;
  troubles: () => ReturnType<TroubleWatch['seconds']>;
}): Router {
  const { dataSource, clock } = parts;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labels: Partial<Record<Name, string>> = {
    duban_channel_connected: 'channel',
    duban_trouble_seconds: 'part',
    duban_quota_used: 'kind',
    duban_quota_limit: 'kind',
  };
  const gauges = Object.fromEntries(
    Object.entries(help).map(([name, text]) => {
      const label = labels[name as Name];
      return [name, new Gauge({ name, help: text, registers: [registry], labelNames: label ? [label] : [] })];
    }),
  ) as Record<Name, Gauge>;
  let collected: Promise<void> | null = null;
  let until = 0;

  async function collectFromDatabase(): Promise<void> {
    const now = clock.now();
    const count = (table: string, where: string): string => `(SELECT COUNT(*) FROM ${table} WHERE ${where})`;
    const due = "status = 'claimed' OR (status = 'ready' AND nextAt <= ?)";
    const [row]: Row[] = await dataSource.query(
      `SELECT ${count('inbox_messages', "status = 'waiting'")} AS waiting,
              (SELECT MIN(receivedAt) FROM inbox_messages WHERE status = 'waiting') AS oldestWaiting,
              ${count('inbox_messages', "status = 'set_aside'")} AS setAside,
              ${count('outbox_messages', due)} AS unsent,
              (SELECT MIN(GREATEST(nextAt, createdAt)) FROM outbox_messages WHERE ${due}) AS oldestUnsent,
              ${count('outbox_messages', "status = 'uncertain'")} AS uncertain,
              ${count('outbox_messages', "status = 'failed'")} AS failed,
              ${count('job_runs', "status = 'missed' AND slot >= ?")} AS missed`,
      [now, now, addDays(civilDateOf(now), -missedDays)],
    );
    if (!row) return;
    const age = (instant: Date | null): number =>
      instant ? Math.max(0, (now.getTime() - instant.getTime()) / 1000) : 0;
    gauges.duban_messages_waiting.set(Number(row.waiting));
    gauges.duban_messages_waiting_oldest_seconds.set(age(row.oldestWaiting));
    gauges.duban_messages_set_aside.set(Number(row.setAside));
    gauges.duban_unsent.set(Number(row.unsent));
    gauges.duban_unsent_oldest_seconds.set(age(row.oldestUnsent));
    gauges.duban_uncertain.set(Number(row.uncertain));
    gauges.duban_failed.set(Number(row.failed));
    gauges.duban_missed_slots.set(Number(row.missed));
    const { calls, messages } = await findUsage(dataSource.manager, now);
    for (const [kind, { used, limit }] of Object.entries({ calls, messages })) {
      gauges.duban_quota_used.set({ kind }, used);
      gauges.duban_quota_limit.set({ kind }, limit);
    }
  }

  async function collect(): Promise<void> {
    const { lastTickAt, lastError, clockSkewMs } = parts.scheduler();
    for (const { name, connected } of parts.channels())
      gauges.duban_channel_connected.set({ channel: name }, connected ? 1 : 0);
    gauges.duban_scheduler_ok.set(lastError === null ? 1 : 0);
    gauges.duban_scheduler_last_tick_seconds.set(
      lastTickAt ? (clock.now().getTime() - lastTickAt.getTime()) / 1000 : -1,
    );
    gauges.duban_clock_offset_seconds.set((clockSkewMs ?? 0) / 1000);
    for (const [part, seconds] of Object.entries(parts.troubles())) gauges.duban_trouble_seconds.set({ part }, seconds);
    try {
      await collectFromDatabase();
      gauges.duban_database_up.set(1);
    } catch {
      // Old figures would pass for new ones.
      for (const [name, gauge] of Object.entries(gauges)) if (fromDatabase.has(name)) gauge.reset();
      gauges.duban_database_up.set(0);
    }
  }

  const router = new Router();
  router.get('/metrics', async context => {
    if (performance.now() >= until) {
      until = performance.now() + keptMs;
      collected = collect();
    }
    await collected;
    context.type = registry.contentType;
    context.body = await registry.metrics();
  });
  return router;
}

const fromDatabase: ReadonlySet<string> = new Set<Name>([
  'duban_messages_waiting', 'duban_messages_waiting_oldest_seconds', 'duban_messages_set_aside', 'duban_unsent',
  'duban_unsent_oldest_seconds', 'duban_uncertain', 'duban_failed', 'duban_missed_slots', 'duban_quota_used', 'duban_quota_limit',
]); // prettier-ignore
