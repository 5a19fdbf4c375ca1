// What an operator asks of the whole bot: how fast it starts, how much it needs at rest, how it stops, a hundred messages a second,
// ten thousand at once, and questions on a nation's ledger: npm run bench:load [-- start rate burst large]
import { once } from 'node:events';
import { newId } from '../src/ids';
import { percentile } from './percentile';
import { usedBy } from './processes';
import { setStage, type Stage } from './stage';

const talkers = 200;
const promised = { startMs: 1500, idleMb: 150, drainMs: 10_000, rateP99Ms: 150, largeP95Ms: 200 };
const burstSize = Number(process.env.BENCH_BURST ?? 10_000);
const large = { units: 10_000, tasks: 200_000, changesEach: 5 };
const rateSeconds = 20;

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const verdict = (value: number, limit: number): string => (value <= limit ? 'kept' : 'NOT kept');

async function start(stage: Stage): Promise<void> {
  const begun = performance.now();
  const bot = await stage.start('bot');
  const startMs = performance.now() - begun;
  await pause(3000);
  const idle = usedBy(bot.pid ?? 0).memoryMb;
  stage.people.forEach(({ staffId }) => stage.gateway.say({ from: staffId, in: 'private', text: '我局本周任务' }));
  const stopping = performance.now();
  const ended = once(bot, 'exit');
  bot.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  const drainMs = performance.now() - stopping;
  await stage.gateway.waitForConnections(0, 15_000);
  say(`start-up to connected ${startMs.toFixed(0)} ms (${verdict(startMs, promised.startMs)}); idle ${idle.toFixed(0)} MB (${verdict(idle, promised.idleMb)}); stopped with ${talkers} messages under way in ${drainMs.toFixed(0)} ms, exit ${code ?? '?'} (${verdict(drainMs, promised.drainMs)})`); // prettier-ignore
}

/** Says one thing after another at an even pace, whatever the answers do. */
async function atRate(stage: Stage, perSecond: number, seconds: number): Promise<number[]> {
  const waits: number[] = [];
  const saidAt = new Map<string, number[]>();
  const end = stage.gateway.events.subscribe(event => {
    if (event.kind !== 'message' || event.message.from.robotCode === null) return;
    const at = saidAt.get(event.message.conversationId)?.shift();
    if (at !== undefined) waits.push(performance.now() - at);
  });
  const total = perSecond * seconds;
  const begun = performance.now();
  for (let i = 0; i < total; i++) {
    const { staffId } = stage.people[i % talkers] ?? { staffId: '' };
    const chat = stage.gateway.privateChat(staffId);
    saidAt.set(chat, [...(saidAt.get(chat) ?? []), performance.now()]);
    stage.gateway.say({ from: staffId, in: 'private', text: i % 3 === 0 ? `1完成60%，第${i}次` : '我局本周任务' });
    await pause(begun + ((i + 1) * 1000) / perSecond - performance.now());
  }
  const limit = performance.now() + 120_000;
  while (waits.length < total && performance.now() < limit) await pause(20);
  end();
  if (waits.length < total) say(`${total - waits.length} of ${total} NOT answered`);
  return waits.sort((a, b) => a - b);
}

async function rate(stage: Stage): Promise<void> {
  const bot = await stage.start('bot');
  await atRate(stage, 20, 5);
  const waits = await atRate(stage, 100, rateSeconds);
  const p99 = percentile(waits, 0.99);
  say(`100 messages/s for ${rateSeconds} s: p50 ${percentile(waits, 0.5).toFixed(0)} p95 ${percentile(waits, 0.95).toFixed(0)} p99 ${p99.toFixed(0)} ms (${verdict(p99, promised.rateP99Ms)})`); // prettier-ignore
  await stage.stop(bot);
}

async function burst(stage: Stage): Promise<void> {
  const bot = await stage.start('bot');
  const answers = new Map<string, string[]>();
  let answered = 0;
  const end = stage.gateway.events.subscribe(event => {
    if (event.kind !== 'message' || event.message.from.robotCode === null) return;
    answered++;
    const number = /第(\d+)次/.exec(event.message.text)?.[1];
    const { conversationId } = event.message;
    if (number !== undefined) answers.set(conversationId, [...(answers.get(conversationId) ?? []), number]);
  });
  const begun = performance.now();
  for (let i = 0; i < burstSize; i++) {
    const { staffId } = stage.people[i % talkers] ?? { staffId: '' };
    stage.gateway.say({ from: staffId, in: 'private', text: `1完成60%，第${i}次` });
    if (i % 200 === 199) await pause(0);
  }
  const limit = performance.now() + 1_200_000;
  while (answered < burstSize && performance.now() < limit) await pause(100);
  const seconds = (performance.now() - begun) / 1000;
  end();
  const inOrder = [...answers.values()].every(numbers => numbers.every((one, i) => i === 0 || Number(one) > Number(numbers[i - 1]))); // prettier-ignore
  say(`a burst of ${burstSize}: ${answered} answered in ${seconds.toFixed(0)} s, ${inOrder ? 'in order' : 'NOT in order'} per conversation, peak ${usedBy(bot.pid ?? 0).peakMb.toFixed(0)} MB`); // prettier-ignore
  await stage.stop(bot);
}

/** A nation's ledger: so many units and tasks, and a history for each. Made by the server itself, from a table of digits. */
async function fill(stage: Stage): Promise<void> {
  const { dataSource } = stage;
  const at = '2023-05-01 00:00:00';
  const run = (sql: string): Promise<unknown> => dataSource.query(sql);
  await run('CREATE TABLE digits (d INT PRIMARY KEY)');
  await run('INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
  const numbers = (places: number): string => {
    const names = Array.from({ length: places }, (_, i) => `d${i}`);
    return `(SELECT ${names.map((name, i) => `${name}.d * ${10 ** i}`).join(' + ')} AS n FROM ${names.map(name => `digits ${name}`).join(', ')}) x`;
  };
  const listId = newId();
  await run(`INSERT INTO units (id, name, kind, level, settled, createdAt) SELECT CONCAT('unit-', n), CONCAT('第', n, '单位'), 'bureau', 'district', 1, '${at}' FROM ${numbers(4)} WHERE n < ${large.units}`);
  await run(`INSERT INTO task_lists (id, title, shortName, year, importedAt) VALUES ('${listId}', '全国清单', '全国', 2023, '2100-01-01 00:00:00')`);
  await run(`INSERT INTO tasks (id, listId, itemNo, label, content, deadlineText, due, longTerm, vague, openEnded, state, version, createdAt)
             SELECT CONCAT('task-', n), '${listId}', n + 1, CAST(n + 1 AS CHAR), CONCAT('推进第', n, '项重点工作落实，按月报送进展'), '12月底', DATE_ADD(CURDATE(), INTERVAL MOD(n, 300) DAY), 0, 0, 0, 'active', 1, '${at}' FROM ${numbers(6)} WHERE n < ${large.tasks}`);
  await run(`INSERT INTO task_units (id, taskId, role, position, unitId, collectiveId, done)
             SELECT CONCAT('lead-', n), CONCAT('task-', n), 'lead', 0, CONCAT('unit-', MOD(n, ${large.units})), '', 0 FROM ${numbers(6)} WHERE n < ${large.tasks}`);
  for (let i = 0; i < large.changesEach; i++)
    await run(`INSERT INTO changes (id, taskId, unitId, personId, inboxMessageId, kind, \`before\`, \`after\`, text, late, saidAt, recordedAt)
               SELECT CONCAT('c${i}-', n), CONCAT('task-', n), CONCAT('unit-', MOD(n, ${large.units})), 'p', CONCAT('m${i}-', n), 'report', '{}', '{}', '按计划推进', 0, '${at}', '${at}' FROM ${numbers(6)} WHERE n < ${large.tasks}`);
  await run('DROP TABLE digits');
  // Each talker speaks for a unit of the nation.
  await run(`UPDATE posts q JOIN channel_identities i ON i.personId = q.personId SET q.unitId = CONCAT('unit-', 17 * CAST(SUBSTRING(i.externalId, 6) AS UNSIGNED)) WHERE i.externalId LIKE 'bench%'`);
} // prettier-ignore

async function onLarge(stage: Stage): Promise<void> {
  const begun = performance.now();
  await fill(stage);
  say(`${large.tasks} tasks, ${large.units} units, ${large.tasks * large.changesEach} progress rows made in ${((performance.now() - begun) / 1000).toFixed(0)} s`); // prettier-ignore
  const bot = await stage.start('bot');
  await atRate(stage, 10, 5);
  const waits = await atRate(stage, 50, rateSeconds);
  const p95 = percentile(waits, 0.95);
  say(`50 messages/s on it: p50 ${percentile(waits, 0.5).toFixed(0)} p95 ${p95.toFixed(0)} (${verdict(p95, promised.largeP95Ms)}) p99 ${percentile(waits, 0.99).toFixed(0)} ms, peak ${usedBy(bot.pid ?? 0).peakMb.toFixed(0)} MB`); // prettier-ignore
  await stage.stop(bot);
}

async function main(): Promise<void> {
  const all = { start, rate, burst, large: onLarge };
  const names = process.argv.slice(2);
  const stage = await setStage(talkers);
  for (const [name, part] of Object.entries(all)) if (names.length === 0 || names.includes(name)) await part(stage);
  await stage.end();
}

void main();
