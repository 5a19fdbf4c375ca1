// A whole town for flow tests: database with the sample list, a local DingTalk, and the bot connected to it by the real SDK.
import { createHash } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { loadSampleLedger, loadSamplePeople, sampleGroups } from '../../seeds/load';
import { channelOf } from '../../src/address';
import { type App, startApp } from '../../src/app';
import { type DingtalkOptions } from '../../src/channels/dingtalk/dingtalk-channel';
import { type Platform } from '../../src/channels/platform';
import { TurnedClock } from '../../src/clock';
import { type StaffPost, saveStaff } from '../../src/directory/people';
import { type DirectoryView, loadDirectory } from '../../src/directory/unit-directory';
import { readStaffSheet } from '../../src/importer/import-staff';
import { createLogger } from '../../src/logger';
import { type Gateway, startGateway } from '../../src/simulator/dingtalk-gateway';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { type StreamTimes } from '../../src/simulator/stream-endpoint';
import { type FreshDatabase, freshDatabase } from './database';

export const groups = {
  district: 'cidDistrictDemo==',
  market: 'cidMarketDemo==',
  tax: 'cidTaxDemo==',
  unknown: 'cidNewDemo==',
} as const;

export const robot = {
  clientId: 'dingtestclient',
  clientSecret: 'test-secret',
  robotCode: 'dingtestrobot',
  robotName: '督办助手',
};

export interface Town {
  gateway: Gateway;
  clock: TurnedClock;
  dataSource: DataSource;
  database: FreshDatabase;
  app: App;
  /** Says something to the bot and waits for its answer in the same conversation. */
  ask(from: string, where: string, text: string, quote?: ShownMessage): Promise<ShownMessage>;
  /** Says something and waits until it has been dealt with, whether answered or not; the robot's messages since. */
  tell(from: string, where: string, text: string, quote?: ShownMessage): Promise<ShownMessage[]>;
  /** Waits until the bot has taken a message: to be called at once after it was said. */
  acknowledged(messageId: string): Promise<void>;
  /** Waits until nothing received is unhandled and nothing due is unsent, of one platform or of all. */
  settled(channel?: string): Promise<void>;
  /** Stops the bot and starts it again on the same database and clock; with other further platforms where told. */
  restart(other?: Pick<TownOptions, 'platforms'>): Promise<void>;
  stop(): Promise<void>;
}

export interface TownOptions {
  /** The clock begins here; in the evening unless told, when no morning card comes between question and answer. */
  at?: string;
  /** How the bot is connected, and shorter times, for tests of what goes wrong there. */
  connection?: Pick<DingtalkOptions, 'timing' | 'limits' | 'byCallback' | 'cardTemplateId' | 'cardRestMs'>;
  times?: Partial<StreamTimes>;
  /** Log lines of this level go here; nowhere unless told. */
  log?: { level: string; write: (line: string) => void };
  /** Without the sample people and groups: an office that has just installed it. */
  empty?: boolean;
  /** Rows of a staff sheet beside the sample people, in its columns; they are in every group. */
  staff?: string[];
  /** Further platforms beside the local DingTalk, made anew at each start. */
  platforms?: () => Platform[];
}

const isRobots = (message: ShownMessage): boolean => message.from.robotCode !== null;
const checkEveryMs = 10;
const settleWithinMs = 15_000;

const staffColumns = '姓名,钉钉UserId,单位,职务,角色';
const staffOf = (rows: string[], directory: DirectoryView): StaffPost[] =>
  readStaffSheet(Buffer.from([staffColumns, ...rows].join('\n')), 'staff.csv', directory);

export async function startTown(options: TownOptions = {}): Promise<Town> {
  const at = new Date(options.at ?? '2023-06-26T17:10:00+08:00');
  const clock = new TurnedClock(at);
  const fill = async (dataSource: DataSource): Promise<void> =>
    dataSource.transaction(async manager => {
      await loadSampleLedger(manager, at);
      if (!options.empty) await loadSamplePeople(manager, at);
      if (options.staff) await saveStaff(manager, staffOf(options.staff, await loadDirectory(manager)), at);
    });
  const content = JSON.stringify([at, options.empty ?? false, options.staff ?? []]);
  const name = `town-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
  const database = await freshDatabase({ name, make: fill });
  const { dataSource } = database;
  const sample = sampleGroups();
  const people: { id: string; name: string }[] = await dataSource.query(
    'SELECT c.externalId AS id, p.name FROM channel_identities c JOIN people p ON p.id = c.personId',
  );
  const known = new Map(people.map(({ id, name }) => [id, name]));
  const members = new Set(sample.groups.flatMap(group => group.members));
  for (const { staffId, name } of sample.strangers) known.set(staffId, name);
  const added = (options.staff ?? [])
    .flatMap(row => row.split(',')[1] ?? [])
    .filter(id => channelOf(id) === 'dingtalk');
  const gateway = await startGateway({
    clock,
    ...(options.times ? { times: options.times } : {}),
    apps: [{ ...robot, cardTemplateId: options.connection?.cardTemplateId ?? undefined }],
    people: [...new Set([...members, ...known.keys()])]
      .filter(id => channelOf(id) === 'dingtalk')
      .map(staffId => ({
        staffId,
        name: known.get(staffId) ?? staffId,
      })),
    groups: sample.groups.map(({ conversationId, title, members: staffIds }) => ({
      conversationId,
      title,
      members: [...new Set([...staffIds, ...added])],
    })),
  });
  const start = (platforms = options.platforms): Promise<App> =>
    startApp({
      platforms: platforms?.() ?? [],
      dataSource,
      clock,
      logger: options.log ? createLogger(options.log.level, options.log.write) : createLogger('silent'),
      web: { host: '127.0.0.1', port: 0 },
      dingtalk: { ...robot, apiBase: gateway.baseUrl, oapiBase: gateway.baseUrl, ...options.connection },
    });
  let app = await start();
  const connections = options.connection?.byCallback ? 0 : 1;
  await gateway.waitForConnections(connections);

  const say = (from: string, where: string, text: string, quote?: ShownMessage): ShownMessage =>
    gateway.say({ from, in: where, text, at: where !== 'private', ...(quote ? { quote: quote.id } : {}) });

  async function settled(channel = '%'): Promise<void> {
    const limit = Date.now() + settleWithinMs;
    for (;;) {
      const [inbox]: { n: string }[] = await dataSource.query(
        `SELECT COUNT(*) AS n FROM inbox_messages WHERE status = 'waiting'`,
      );
      const [outbox]: { n: string }[] = await dataSource.query(
        `SELECT COUNT(*) AS n FROM outbox_messages
          WHERE (status = 'claimed' OR (status = 'ready' AND nextAt <= ?)) AND channel LIKE ?`,
        [clock.now(), channel],
      );
      if (Number(inbox?.n ?? 0) === 0 && Number(outbox?.n ?? 0) === 0) return;
      if (Date.now() > limit) throw new Error(`not settled: ${inbox?.n ?? '?'} received, ${outbox?.n ?? '?'} to send`);
      await new Promise(resolve => setTimeout(resolve, checkEveryMs));
    }
  }

  const town: Town = {
    gateway,
    clock,
    dataSource,
    database,
    get app() {
      return app;
    },
    ask: async (from, where, text, quote) => {
      const said = say(from, where, text, quote);
      return gateway.waitFor(message => isRobots(message) && message.conversationId === said.conversationId, {
        after: said.id,
      });
    },
    acknowledged: async messageId => {
      await gateway.waitForEvent(event =>
        event.kind === 'acknowledged' && event.delivery.messageId === messageId ? true : null,
      );
    },
    tell: async (from, where, text, quote) => {
      const said = say(from, where, text, quote);
      await town.acknowledged(said.id);
      await settled();
      return gateway.world
        .messagesAfter(said.id)
        .filter(message => isRobots(message) && message.conversationId === said.conversationId);
    },
    settled,
    restart: async other => {
      await app.stop();
      app = await start(other?.platforms);
      await gateway.waitForConnections(1);
    },
    stop: async () => {
      await app.stop();
      await gateway.stop();
      await database.drop();
    },
  };
  return town;
}

/** Every percentage and text kept for a unit's part in a task, as the tables hold them. */
export async function partOf(
  town: Town,
  itemNo: number,
  unit: string,
): Promise<{ percent: number | null; text: string | null; done: boolean; state: string; reports: number }> {
  const [row]: { percent: number | null; text: string | null; done: number; state: string; reports: string }[] =
    await town.dataSource.query(
      `SELECT q.percent, q.lastText AS text, q.done, t.state,
              (SELECT COUNT(*) FROM changes c WHERE c.taskId = t.id AND c.unitId = q.unitId AND c.kind = 'report') AS reports
         FROM task_units q
         JOIN tasks t ON t.id = q.taskId
         JOIN units u ON u.id = q.unitId
        WHERE t.itemNo = ? AND u.name = ?`,
      [itemNo, unit],
    );
  if (!row) throw new Error(`${unit} has no part in 第${itemNo}项`);
  return { ...row, done: Boolean(row.done), reports: Number(row.reports) };
}

/** How many acts of any kind the ledger has recorded. */
export async function changeCount(town: Town): Promise<number> {
  const [row]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM changes');
  return Number(row?.n ?? 0);
}
