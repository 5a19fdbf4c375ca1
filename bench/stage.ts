// What every bench of the whole bot stands on: a real database with the sample ledger, a local DingTalk, processes of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { loadSampleLedger, loadSamplePeople } from '../seeds/load';
import { systemClock } from '../src/clock';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { migrate } from '../src/database/schema';
import { saveStaff } from '../src/directory/people';
import { loadDirectory } from '../src/directory/unit-directory';
import { type Gateway, startGateway } from '../src/simulator/dingtalk-gateway';
import { benchServer } from './own-server';

const robot = { clientId: 'bench', clientSecret: 'bench', robotCode: 'bench', robotName: '督办助手' };

export interface Stage {
  dataSource: DataSource;
  gateway: Gateway;
  people: { staffId: string; name: string }[];
  /** Of the database server; null when it is not ours. */
  databasePid: number | null;
  /** Starts the bot or the bare loop and waits until it is connected. */
  start(what: 'bot' | 'bare'): Promise<ChildProcess>;
  stop(child: ChildProcess): Promise<void>;
  end(): Promise<void>;
}

/** @param talkers - staff of one unit who will talk to the bot */
export async function setStage(talkers: number): Promise<Stage> {
  const server = await benchServer();
  const { url } = server;
  const dataSource = createDataSource(parseDatabaseUrl(url), { silentAfterMs: 300_000 });
  await dataSource.initialize();
  await migrate(dataSource);
  const people = Array.from({ length: talkers }, (_, i) => ({ staffId: `bench${i}`, name: `测试${i}` }));
  await dataSource.transaction(async manager => {
    const now = new Date();
    await loadSampleLedger(manager, now);
    await loadSamplePeople(manager, now);
    const unitId = (await loadDirectory(manager)).unitIdByName.get('区市场监管局') ?? null;
    await saveStaff(
      manager,
      people.map(({ staffId, name }) => ({ userId: staffId, name, unitId, title: null, role: 'staff' as const })),
      now,
    );
  });
  const gateway = await startGateway({ clock: systemClock, apps: [robot], people, groups: [] });
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: url,
    DINGTALK_CLIENT_ID: robot.clientId,
    DINGTALK_CLIENT_SECRET: robot.clientSecret,
    DINGTALK_ROBOT_CODE: robot.robotCode,
    DINGTALK_API_BASE: gateway.baseUrl,
    DINGTALK_OAPI_BASE: gateway.baseUrl,
    DUBAN_PORT: '0',
    DUBAN_LOG: 'error',
  };
  const scripts = { bot: [join(__dirname, '..', 'src', 'cli.js'), 'start'], bare: [join(__dirname, 'bare-loop.js')] };
  const profile = process.env.BENCH_PROFILE;
  return {
    dataSource,
    gateway,
    people,
    databasePid: server.isOwn ? await pidOf(dataSource) : null,
    start: async what => {
      const [script = '', ...args] = scripts[what];
      const child = fork(script, args, {
        env,
        execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await gateway.waitForConnections(1, 30_000);
      return child;
    },
    stop: async child => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await gateway.waitForConnections(0, 15_000);
    },
    end: async () => {
      await gateway.stop();
      await dataSource.destroy();
      await server.stop();
    },
  };
}

async function pidOf(dataSource: DataSource): Promise<number | null> {
  const [row]: { file: string; folder: string }[] = await dataSource.query(
    'SELECT @@pid_file AS file, @@datadir AS folder',
  );
  if (!row) return null;
  try {
    return Number(readFileSync(row.file.startsWith('/') ? row.file : join(row.folder, row.file), 'utf8'));
  } catch {
    return null;
  }
}
