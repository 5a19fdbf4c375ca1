// The whole bot against a bare loop that does only the unavoidable, in one run: messages per second, waiting times, memory.
// Both are processes of their own behind the same local DingTalk, over real sockets, on the same real database.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { loadSampleLedger, loadSamplePeople } from '../seeds/load';
import { systemClock } from '../src/clock';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { migrate } from '../src/database/schema';
import { saveStaff } from '../src/directory/people';
import { loadDirectory } from '../src/directory/unit-directory';
import { projectFile } from '../src/project-files';
import { type Gateway, startGateway } from '../src/simulator/dingtalk-gateway';
import { startPrivateDatabase } from '../src/trial/private-database';

const talkers = 64;
const secondsEach = Number(process.env.BENCH_SECONDS ?? 4);
const robot = { clientId: 'bench', clientSecret: 'bench', robotCode: 'bench', robotName: '督办助手' };
const people = Array.from({ length: talkers }, (_, i) => ({ staffId: `bench${i}`, name: `测试${i}` }));

type Kind = 'questions' | 'updates';

interface Measured {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Each talker says the next thing when the last one is answered. */
async function measure(gateway: Gateway, kind: Kind, inFlight: number): Promise<Measured> {
  const waits: number[] = [];
  let said = 0;
  const begun = performance.now();
  const ends = begun + secondsEach * 1000;
  const waiting = new Map<string, () => void>();
  const end = gateway.events.subscribe(event => {
    if (event.kind === 'message' && event.message.from.robotCode !== null)
      waiting.get(event.message.conversationId)?.();
  });
  await Promise.all(
    people.slice(0, inFlight).map(async ({ staffId }) => {
      const chat = gateway.privateChat(staffId);
      while (performance.now() < ends) {
        const at = performance.now();
        const answered = new Promise<void>(resolve => waiting.set(chat, resolve));
        const text = kind === 'questions' ? '我局本周任务' : `1完成60%，第${++said}次`;
        gateway.say({ from: staffId, in: 'private', text });
        await answered;
        waits.push(performance.now() - at);
      }
    }),
  );
  end();
  const seconds = (performance.now() - begun) / 1000;
  waits.sort((a, b) => a - b);
  return {
    perSecond: waits.length / seconds,
    p50: percentile(waits, 0.5),
    p95: percentile(waits, 0.95),
    p99: percentile(waits, 0.99),
  };
}

async function started(
  script: string,
  args: string[],
  env: Record<string, string>,
  gateway: Gateway,
): Promise<ChildProcess> {
  const child = fork(script, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    execArgv: process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await gateway.waitForConnections(1, 30_000);
  return child;
}

async function stopped(child: ChildProcess, gateway: Gateway): Promise<void> {
  child.kill('SIGTERM');
  await gateway.waitForConnections(0, 15_000);
}

async function main(): Promise<void> {
  const own = process.env.DATABASE_URL
    ? null
    : await startPrivateDatabase({
        folder: projectFile('.duban'),
        database: 'duban_bench',
        ephemeral: true,
        onProgress: sentence => void process.stderr.write(`${sentence}\n`),
      });
  const url = process.env.DATABASE_URL ?? own?.url ?? '';
  const dataSource = createDataSource(parseDatabaseUrl(url));
  await dataSource.initialize();
  await migrate(dataSource);
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
    DATABASE_URL: url,
    DINGTALK_CLIENT_ID: robot.clientId,
    DINGTALK_CLIENT_SECRET: robot.clientSecret,
    DINGTALK_ROBOT_CODE: robot.robotCode,
    DINGTALK_API_BASE: gateway.baseUrl,
    DINGTALK_OAPI_BASE: gateway.baseUrl,
    DUBAN_PORT: '0',
    DUBAN_LOG: 'error',
  };
  const results: { kind: Kind; inFlight: number; bot: Measured; bare: Measured }[] = [];
  for (const kind of ['questions', 'updates'] as const)
    for (const inFlight of [1, 16, 64]) {
      const bot = await started(join(__dirname, '..', 'src', 'cli.js'), ['start'], env, gateway);
      await measure(gateway, kind, Math.min(4, inFlight));
      const ofBot = await measure(gateway, kind, inFlight);
      await stopped(bot, gateway);
      const bare = await started(join(__dirname, 'bare-loop.js'), [], env, gateway);
      await measure(gateway, kind, Math.min(4, inFlight));
      const ofBare = await measure(gateway, kind, inFlight);
      await stopped(bare, gateway);
      results.push({ kind, inFlight, bot: ofBot, bare: ofBare });
      process.stdout.write(`${lineOf(kind, inFlight, ofBot, ofBare)}\n`);
    }
  await gateway.stop();
  await dataSource.destroy();
  await own?.stop();
}

function lineOf(kind: Kind, inFlight: number, bot: Measured, bare: Measured): string {
  const one = ({ perSecond, p50, p95, p99 }: Measured): string =>
    `${perSecond.toFixed(0)}/s p50 ${p50.toFixed(1)} p95 ${p95.toFixed(1)} p99 ${p99.toFixed(1)} ms`;
  return `${kind} ×${inFlight}: bot ${one(bot)}; bare loop ${one(bare)}; ratio ${(bot.perSecond / bare.perSecond).toFixed(2)}`;
}

void main();
