// The connection to the database: entities, migrations, UTC, READ COMMITTED, sockets that cannot hang; never synchronizes.
import 'reflect-metadata';
import * as mysql2 from 'mysql2';
import { DataSource } from 'typeorm';
import { type ConnectionSettings } from './connection-url';
import { ImportDraft, ImportDraftPiece } from './entities/import-draft';
import { ConversationState, InboxMessage, OutboxMessage, SendPace, UnreadSentence } from './entities/message';
import { Blocker, Change, ClosureRequest, ExtensionRequest, TaskActEntry } from './entities/progress';
import { Escalation, ListSettingsRow, ReminderMove } from './entities/reminder';
import { ReportSnapshot } from './entities/report';
import { AuditEntry, CalendarDay, CalendarYear, JobRun, SchemaLock } from './entities/schedule';
import { Measure, Section, Task, TaskList, TaskUnit } from './entities/task';
import {
  ChannelIdentity,
  ChatGroup,
  Collective,
  CollectiveAlias,
  CollectiveMember,
  Person,
  Post,
  Unit,
  UnitAlias,
  IdentityClaim,
} from './entities/unit';
import { WebLimit, WebLink, WebSession } from './entities/web';
import { migrations } from './migrations';
import { watchPool } from './silent-server';

const entities = [
  ListSettingsRow,
  Escalation,
  SendPace,
  ReminderMove,
  Unit, UnitAlias, Collective, CollectiveAlias, CollectiveMember, Person, Post, ChannelIdentity, ChatGroup,
  TaskList, Section, Measure, Task, TaskUnit, Change, ClosureRequest,
  ExtensionRequest,
  TaskActEntry,
  IdentityClaim,
  UnreadSentence, Blocker,
  WebLimit, WebLink, WebSession,
  ReportSnapshot,
  ImportDraft, ImportDraftPiece,
  InboxMessage, ConversationState, OutboxMessage, CalendarDay, CalendarYear, JobRun, AuditEntry, SchemaLock,
]; // prettier-ignore

const connectTimeoutMs = 3000;
const poolSize = 16;

/**
 * The driver handed to TypeORM: a pool whose every connection speaks UTC and READ COMMITTED and waits at most 5 s for a lock.
 * TypeORM's own `timezone` sets neither, and a hook after `initialize` misses the first connection.
 */
function driverWith(silentAfterMs: number): typeof mysql2 {
  const createPool = (options: mysql2.PoolOptions): mysql2.Pool => {
    // Without `trace` no stack is taken for every statement: that alone was 4 % of a turn.
    const pool = mysql2.createPool({ ...options, trace: false });
    watchPool(pool, silentAfterMs);
    pool.on('connection', connection => {
      connection.query(
        "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5, sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
      );
      connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    });
    return pool;
  };
  return { ...mysql2, createPool } as typeof mysql2;
}

/**
 * A data source, not yet connected (call `initialize`).
 *
 * @param settings - where the server is; see parseDatabaseUrl
 * @param options.silentAfterMs - how long a query may go without a byte of answer; 15 s, longer for imports
 */
export function createDataSource(
  settings: ConnectionSettings,
  options: { silentAfterMs?: number; poolSize?: number; type?: 'mysql' | 'mariadb' } = {},
): DataSource {
  return new DataSource({
    type: options.type ?? 'mysql',
    driver: driverWith(options.silentAfterMs ?? 15_000),
    ...(settings.socketPath ? { socketPath: settings.socketPath } : { host: settings.host, port: settings.port }),
    username: settings.user,
    password: settings.password,
    database: settings.database,
    ssl: settings.ssl,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    dateStrings: ['DATE'],
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: connectTimeoutMs,
    poolSize: options.poolSize ?? poolSize,
    entities,
    migrations,
    migrationsTableName: 'schema_steps',
    migrationsTransactionMode: 'none',
    synchronize: false,
    logging: false,
  });
}
