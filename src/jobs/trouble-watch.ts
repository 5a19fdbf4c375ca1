// Watches what the bot stands on: database, chat platforms, scheduler. In trouble for more than five minutes: the office is told, as soon
// as there is a way to; the log says it at once.
import { type DataSource } from 'typeorm';
import { civilDateOf, wallTimeOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { inTransaction } from '../database/transaction';
import { messageOf } from '../errors';
import { type Logger, maskSecrets } from '../logger';
import { type Channel } from '../messages';
import { enqueue } from '../outbox/outbox';
import { findPeople } from '../reminders/recipients';
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';

const lookEveryMs = 30_000;
const toldAfterMs = 5 * 60_000;
/** Without the database nobody can keep a message until people are awake. */
const awake = { from: '08:00', to: '18:00' };

/** database, scheduler, or a platform's name. */
type Part = string;
const ownParts = { database: '数据库', scheduler: '定时任务' } as const;

interface Trouble {
  since: Date;
  reason: string;
  told: boolean;
}

export interface TroubleWatch {
  start(): void;
  /** Looks at once. */
  look(): Promise<void>;
  /** How long a part has been in trouble, in seconds; 0 = it is well. */
  seconds(): Record<Part, number>;
  stop(): Promise<void>;
}

/** Any number of instances may watch: the outbox keeps one message for each trouble and person. */
export function createTroubleWatch(parts: {
  dataSource: DataSource;
  channel: Pick<Channel, 'send'>;
  clock: Clock;
  logger: Logger;
  /** What people call the platforms that are watched, by their names. */
  platforms: Record<Part, string>;
  /** A sentence when the part is in trouble; it may also reject. */
  checks: Record<Part, () => Promise<string | null>>;
  wakeOutbox: () => void;
}): TroubleWatch {
  const { dataSource, clock, logger, channel } = parts;
  const troubles = new Map<Part, Trouble>();
  const partNames: Record<Part, string> = { ...ownParts };
  for (const [name, title] of Object.entries(parts.platforms)) partNames[name] = `${title}连接`;
  /** Whom to tell when the database cannot be asked. */
  let office: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  async function examine(part: Part): Promise<void> {
    let reason: string | null;
    try {
      reason = (await parts.checks[part]?.()) ?? null;
    } catch (thrown) {
      reason = messageOf(thrown);
    }
    const trouble = troubles.get(part);
    const now = clock.now();
    if (reason === null) {
      troubles.delete(part);
      if (!trouble) return;
      logger.info({ event: 'trouble_over', part, since: trouble.since });
      // Of what could not be told while it lasted, people hear afterwards.
      if (now.getTime() - trouble.since.getTime() > toldAfterMs) await tell(part, trouble, now);
      return;
    }
    if (!trouble) {
      troubles.set(part, { since: now, reason, told: false });
      return;
    }
    trouble.reason = reason;
    if (trouble.told || now.getTime() - trouble.since.getTime() <= toldAfterMs) return;
    logger.error({ event: 'trouble', part, since: trouble.since, reason });
    // What a platform does not take now is told when it is over.
    if (!(part in parts.platforms)) await tell(part, trouble, null);
    trouble.told = true;
  }

  async function tell(part: Part, { since, reason }: Trouble, over: Date | null): Promise<void> {
    const time = (instant: Date): string => `${civilDateOf(instant).slice(5)} ${wallTimeOf(instant)}`;
    const reply: Reply = {
      template: 'trouble',
      part: partNames[part] ?? part,
      since: time(since),
      until: over ? time(over) : null,
      reason: maskSecrets(reason).slice(0, 200),
    };
    // Instances notice it at different moments: five minutes of the clock make one trouble.
    const occasion = Math.floor(since.getTime() / toldAfterMs);
    if (part === 'database' && over === null) {
      await tellDirectly(reply, `trouble-${occasion}`);
      return;
    }
    await inTransaction(dataSource, async manager => {
      for (const staffId of office)
        await enqueue(
          manager,
          {
            to: { kind: 'person', staffId },
            reply,
            dedupKey: `trouble:${part}:${occasion}:${over ? 'over' : 'now'}:${staffId}`.slice(0, 190),
            priority: 1,
          },
          clock.now(),
        );
    });
    parts.wakeOutbox();
  }

  /** Past the outbox, which needs the database; once, whatever comes of it. */
  async function tellDirectly(reply: Reply, key: string): Promise<void> {
    const time = wallTimeOf(clock.now());
    if (time < awake.from || time >= awake.to) return;
    for (const staffId of office)
      await channel.send({
        key: `${key}-${staffId}`.slice(0, 64),
        recipient: { kind: 'person', staffId },
        message: renderReply(reply),
        quotable: false,
        replyUrl: null,
        mention: null,
        card: false,
      });
  }

  async function lookOnce(): Promise<void> {
    for (const part of Object.keys(partNames))
      try {
        await examine(part);
      } catch (thrown) {
        logger.error({ event: 'trouble_not_told', part, reason: messageOf(thrown) });
      }
    if (troubles.has('database')) return;
    try {
      const people = await findPeople(dataSource.manager, 'office', civilDateOf(clock.now()));
      office = people.flatMap(({ staffId }) => staffId ?? []);
    } catch {
      // Noticed by the next look at the database.
    }
  }

  const look = (): Promise<void> => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };

  return {
    start: () => {
      timer = setInterval(() => void look(), lookEveryMs);
      timer.unref();
      void look();
    },
    look,
    seconds: () => {
      const now = clock.now().getTime();
      const of = (part: Part): number => Math.max(0, (now - (troubles.get(part)?.since.getTime() ?? now)) / 1000);
      return Object.fromEntries(Object.keys(partNames).map(part => [part, of(part)]));
    },
    stop: async () => {
      if (timer) clearInterval(timer);
      await looking;
    },
  };
}
