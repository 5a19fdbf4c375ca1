// An outbox on a real database, with dispatchers and a chat platform's stand-in; shared by the outbox tests.
import { type DataSource } from 'typeorm';
import { TurnedClock } from '../../src/clock';
import { OutboxMessage } from '../../src/database/entities/message';
import { retried } from '../../src/database/transaction';
import { createLogger } from '../../src/logger';
import { type Channel, type Recipient } from '../../src/messages';
import { createDispatcher, type Dispatcher } from '../../src/outbox/dispatcher';
import { enqueue, type ToSay } from '../../src/outbox/outbox';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { ChannelStandIn } from './channel-stand-in';

export const sent = { outcome: 'sent', providerKey: null } as const;
export const startsAt = new Date('2023-06-26T09:00:00+08:00');

type Execute = (sql: string, values: unknown[], done: (error: Error | null, result: unknown) => void) => void;
type Query = DataSource['query'];

export class OutboxBench {
  database!: FreshDatabase;
  clock!: TurnedClock;
  channel!: ChannelStandIn;
  logged: string[] = [];
  private readonly dispatchers: Dispatcher[] = [];
  private said = 0;

  async open(): Promise<void> {
    this.database = await freshDatabase();
  }

  async begin(): Promise<void> {
    await this.database.dataSource.query('DELETE FROM outbox_messages');
    this.clock = new TurnedClock(startsAt);
    this.channel = new ChannelStandIn();
    this.logged = [];
    this.said = 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.dispatchers.splice(0).map(dispatcher => dispatcher.stop()));
  }

  /** A dispatcher, started; `dataSource` may be one that stalls or fails. */
  dispatch(parts: { channel?: Channel; dataSource?: DataSource } = {}): Dispatcher {
    const dispatcher = createDispatcher({
      dataSource: parts.dataSource ?? this.database.dataSource,
      channel: parts.channel ?? this.channel,
      clock: this.clock,
      logger: createLogger('debug', line => this.logged.push(line)),
    });
    this.dispatchers.push(dispatcher);
    dispatcher.start();
    return dispatcher;
  }

  /** Puts a sentence into the outbox. */
  async say(to: string | Recipient, sentence: string, more: Partial<ToSay> = {}): Promise<boolean> {
    const recipient: Recipient = typeof to === 'string' ? { kind: 'person', staffId: to } : to;
    const reply = { template: 'refused', sentence } as const;
    const dedupKey = `said:${++this.said}`;
    return enqueue(this.database.dataSource.manager, { to: recipient, reply, dedupKey, ...more }, this.clock.now());
  }

  rows(): Promise<OutboxMessage[]> {
    return this.database.dataSource.manager.find(OutboxMessage, { order: { id: 'ASC' } });
  }

  async row(dedupKey = 'said:1'): Promise<OutboxMessage> {
    return this.database.dataSource.manager.findOneByOrFail(OutboxMessage, { dedupKey });
  }

  /** Waits until every row has one of these states. */
  settled(...statuses: OutboxMessage['status'][]): Promise<void> {
    return until(async () => (await this.rows()).every(row => statuses.includes(row.status)));
  }

  /** Lets the leases of the claimed rows last, however slow the machine is. */
  async keepLeases(): Promise<void> {
    await this.database.dataSource.query(
      "UPDATE outbox_messages SET leaseUntil = UTC_TIMESTAMP(3) + INTERVAL 29 SECOND WHERE status = 'claimed'",
    );
  }

  /** Lets the leases of the claimed rows end now. */
  async endLeases(where = '1 = 1'): Promise<void> {
    // It looks by one index while marks come by another: the server may choose it as a deadlock's victim.
    await retried(() =>
      this.database.dataSource.query(
        `UPDATE outbox_messages SET leaseUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE status = 'claimed' AND ${where}`,
      ),
    );
  }

  /** The test's data source, but for what `around` does with each statement. */
  dataSourceWith(around: (sql: string, run: () => Promise<unknown>) => Promise<unknown>): DataSource {
    const real = this.database.dataSource;
    const other = Object.create(real) as DataSource;
    other.query = ((sql: string, values?: unknown[]) => around(sql, () => real.query(sql, values))) as Query;
    // Prepared statements go to the pool itself (database/statement.ts).
    const { pool } = real.driver as unknown as { pool: { execute: Execute } };
    const execute: Execute = (sql, values, done) => {
      const run = (): Promise<unknown> =>
        new Promise((resolve, reject) => {
          pool.execute(sql, values, (error, result) => {
            if (error) reject(error);
            else resolve(result);
          });
        });
      around(sql, run).then(
        result => {
          done(null, result);
        },
        (thrown: unknown) => {
          done(thrown as Error, undefined);
        },
      );
    };
    Object.defineProperty(other, 'driver', { value: Object.create(real.driver, { pool: { value: { execute } } }) });
    return other;
  }
}

/** Looks again until a condition holds; the test's own time limit ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 3));
}
