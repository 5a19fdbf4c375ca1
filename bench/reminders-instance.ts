// One instance of the reminding half of the bot, as a process of its own: scheduler and dispatcher on the database, sending to a
// plain HTTP sink. For the bench, and for the test that kills such processes. Told by IPC what time it is.
import 'reflect-metadata';
import { request } from 'node:http';
import { TurnedClock } from '../src/clock';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { findJobs } from '../src/jobs/jobs';
import { createScheduler } from '../src/jobs/scheduler';
import { createLogger } from '../src/logger';
import { type Channel, type SendRequest, type SendResult } from '../src/messages';
import { createDispatcher } from '../src/outbox/dispatcher';

/** What the parent says: the time it is from now on, or that it is enough. */
export type Command = { turnTo: number } | { stop: true };

function post(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST' }, answer => {
      answer.resume();
      answer.on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function sinkChannel(url: string): Channel {
  return {
    name: 'dingtalk',
    title: '钉钉',
    start: async () => Promise.resolve(),
    stop: async () => Promise.resolve(),
    status: () => ({ name: 'sink', connected: true, since: null, lastFrameAt: null, lastError: null, notes: [] }),
    send: async ({ key, recipient }: SendRequest): Promise<SendResult> => {
      const status = await post(url, JSON.stringify({ key, recipient }));
      return status === 200 ? { outcome: 'sent', providerKey: key } : { outcome: 'unknown', reason: `HTTP ${status}` };
    },
  };
}

async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl = '', SINK_URL: sinkUrl = '', STARTS_AT: startsAt = '' } = process.env;
  const dataSource = createDataSource(parseDatabaseUrl(databaseUrl), { poolSize: 6 });
  await dataSource.initialize();
  const clock = new TurnedClock(new Date(startsAt));
  const logger = createLogger(process.env.DUBAN_LOG ?? 'silent');
  const dispatcher = createDispatcher({ dataSource, channel: sinkChannel(sinkUrl), clock, logger });
  const scheduler = createScheduler({
    dataSource,
    clock,
    logger,
    // The test counts what retention would take away after a year.
    jobs: async (manager, today) => (await findJobs(manager, today)).filter(({ name }) => name !== 'retention'),
    wakeOutbox: () => {
      dispatcher.wake();
    },
    hostClockMatters: false,
  });
  process.on('message', (command: Command) => {
    if ('stop' in command) {
      void scheduler
        .stop()
        .then(() => dispatcher.stop())
        .then(() => dataSource.destroy())
        .then(() => process.exit(0));
      return;
    }
    clock.turnTo(new Date(command.turnTo));
    void scheduler.tickNow();
    dispatcher.wake();
  });
  process.on('disconnect', () => process.exit(0));
  dispatcher.start();
  scheduler.start();
  process.send?.('ready');
}

void main();
