// The whole bot against a bare loop that does only the unavoidable, in one run: messages per second, waiting times, processor
// time and memory. Both are processes of their own behind the same local DingTalk, over real sockets, on the same real database.
import { type ChildProcess } from 'node:child_process';
import { percentile } from './percentile';
import { usedBy } from './processes';
import { setStage, type Stage } from './stage';

const talkers = 64;
const secondsEach = Number(process.env.BENCH_SECONDS ?? 4);
/** Each process answers so many messages before it is measured: a bot runs for months, its first seconds are mostly compiling. */
const warmUp = Number(process.env.BENCH_WARM_UP ?? 2000);
const inFlights = [1, 16, 64];
/** The two take turns so often, so that whatever else the machine does falls on both. */
const rounds = Number(process.env.BENCH_ROUNDS ?? 2);

type Kind = 'questions' | 'updates';

interface Measured {
  waits: number[];
  seconds: number;
  /** Of the process and of the database server. */
  cpuMs: number;
  databaseCpuMs: number;
  peakMb: number;
}

/** Each talker says the next thing when the last one is answered. @param enough - ends it after so many instead of by the time */
async function measure(
  stage: Stage,
  child: ChildProcess,
  kind: Kind,
  inFlight: number,
  enough?: number,
): Promise<Measured> {
  const { gateway, people, databasePid } = stage;
  const waits: number[] = [];
  let said = 0;
  const used = (): [number, number] => [usedBy(child.pid ?? 0).cpuMs, databasePid ? usedBy(databasePid).cpuMs : 0];
  const before = used();
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
      while (enough === undefined ? performance.now() < ends : waits.length < enough) {
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
  const after = used();
  return {
    waits,
    seconds: (performance.now() - begun) / 1000,
    cpuMs: after[0] - before[0],
    databaseCpuMs: after[1] - before[1],
    peakMb: usedBy(child.pid ?? 0).peakMb,
  };
}

function joined(all: Measured[]): Measured {
  const sum = (of: (one: Measured) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    waits: all.flatMap(({ waits }) => waits).sort((a, b) => a - b),
    seconds: sum(one => one.seconds),
    cpuMs: sum(one => one.cpuMs),
    databaseCpuMs: sum(one => one.databaseCpuMs),
    peakMb: Math.max(...all.map(one => one.peakMb)),
  };
}

async function main(): Promise<void> {
  const stage = await setStage(talkers);
  for (const kind of ['questions', 'updates'] as const) {
    const all = inFlights.map(inFlight => ({ inFlight, bot: [] as Measured[], bare: [] as Measured[] }));
    for (let round = 0; round < rounds; round++)
      for (const what of ['bot', 'bare'] as const) {
        const child = await stage.start(what);
        await measure(stage, child, kind, talkers, warmUp);
        for (const one of all) one[what].push(await measure(stage, child, kind, one.inFlight));
        await stage.stop(child);
      }
    for (const { inFlight, bot, bare } of all)
      process.stdout.write(`${lineOf(kind, inFlight, joined(bot), joined(bare))}\n`);
  }
  await stage.end();
}

function lineOf(kind: Kind, inFlight: number, bot: Measured, bare: Measured): string {
  const perSecond = ({ waits, seconds }: Measured): number => waits.length / seconds;
  const one = (measured: Measured): string => {
    const { waits, cpuMs, databaseCpuMs, peakMb } = measured;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map(share => percentile(waits, share).toFixed(1));
    const each = (ms: number): string => (ms / waits.length).toFixed(2);
    return `${perSecond(measured).toFixed(0)}/s p50 ${p50} p95 ${p95} p99 ${p99} ms, ${each(cpuMs)} + database ${each(databaseCpuMs)} ms of processor a message, ${peakMb.toFixed(0)} MB`;
  };
  return `${kind} ×${inFlight}: bot ${one(bot)}; bare loop ${one(bare)}; ratio ${(perSecond(bot) / perSecond(bare)).toFixed(2)}`;
}

void main();
