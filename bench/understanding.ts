// How long a message takes to read, over the corpus: microseconds per message (median, p99), memory, start-up cost.
import { readFileSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { holidaySeed } from '../seeds/holidays';
import { WorkCalendar } from '../src/calendar/work-calendar';
import { readUnitDirectory } from '../src/directory/unit-data';
import { UnitNames } from '../src/directory/unit-names';
import { projectFile } from '../src/project-files';
import { type QuotedContext, type TalkContext } from '../src/understanding/frames';
import { type Situation, understand } from '../src/understanding/understand';

interface Message {
  text: string;
  sender_unit: string | null;
  reference_date: string;
  quoted?: QuotedContext;
  context?: TalkContext;
}

const rounds = 20;
const folder = projectFile('test', 'understanding', 'corpus');
const messages = readdirSync(folder)
  .filter(name => name.endsWith('.json') && !name.startsWith('dates'))
  .flatMap(name => JSON.parse(readFileSync(projectFile('test', 'understanding', 'corpus', name), 'utf8')) as Message[]);

const heap = (): number => {
  global.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};
const ms = (since: number): string => (performance.now() - since).toFixed(1);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const heapBefore = heap();
const begun = performance.now();
const seed = holidaySeed();
const calendar = new WorkCalendar(seed.days, seed.years);
const names = new UnitNames(readUnitDirectory(projectFile('seeds', 'units.json')));
say(`directory and calendar     ${ms(begun)} ms`);

const situationOf = ({ sender_unit, reference_date, quoted, context }: Message): Situation => ({
  today: reference_date,
  calendar,
  names,
  senderUnit: sender_unit,
  quoted,
  talk: context,
  taskExists: no => no <= 145,
  listNames: ['营商'],
});

function read(message: Message): number {
  const situation = situationOf(message);
  const from = performance.now();
  understand(message.text, situation);
  return (performance.now() - from) * 1000;
}

const plain: Message = { text: '我局本周任务', sender_unit: '区税务局', reference_date: '2023-06-26' };
const firstAt = performance.now();
read(plain);
say(`first message              ${ms(firstAt)} ms`);
const slipAt = performance.now();
read({ ...plain, text: '区税物局本周任务' });
say(`first name read by sound   ${ms(slipAt)} ms (loads the table of sounds)`);

for (let i = 0; i < 3; i++) for (const message of messages) read(message);
/** The quickest of the rounds for each message: what reading costs, without what the machine does beside it. */
const best = messages.map(() => Infinity);
const all: number[] = [];
for (let i = 0; i < rounds; i++)
  messages.forEach((message, at) => {
    const took = read(message);
    all.push(took);
    best[at] = Math.min(best[at] ?? Infinity, took);
  });

const at = (times: number[], share: number): string => {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
};
const row = (name: string, times: number[]): void => {
  say(
    `${name}  median ${at(times, 0.5)} µs, p90 ${at(times, 0.9)} µs, p99 ${at(times, 0.99)} µs, most ${at(times, 1)} µs`,
  );
};
say(`${messages.length} messages, ${rounds} rounds`);
row('  every reading          ', all);
row('  each at its quickest   ', best);
const bySound = messages
  .map(message => message.text.replace(/税务局/gu, '税物局'))
  .filter(text => text.includes('税物局'));
const slips = bySound.flatMap(text => Array.from({ length: rounds }, () => read({ ...plain, text })));
row('  with a name by sound   ', slips);
const long = '38完成80%，（已经遴选12名，其中6月底前'.repeat(250).slice(0, 5000);
const longTimes = Array.from({ length: rounds }, () => read({ ...plain, text: long }));
row('  5000 characters        ', longTimes);
say(`heap                       ${heapBefore.toFixed(1)} → ${heap().toFixed(1)} MB`);
