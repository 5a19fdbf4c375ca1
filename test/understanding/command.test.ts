// duban understand as the office runs it: frames in the words of docs/understanding.md, --explain, and no matter where the host is.
import { spawn } from 'node:child_process';
import { text as readAll } from 'node:stream/consumers';
import { projectFile } from '../../src/project-files';
import { type Annotated, readJson } from './annotation';

const examples = readJson('examples', 'utterances.json') as Annotated[];

async function understandCommand(args: string[], input = '', timeZone = 'Asia/Shanghai'): Promise<string> {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), 'understand', ...args], {
    env: { PATH: process.env.PATH ?? '', TZ: timeZone },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  return readAll(child.stdout);
}

interface Explained {
  intent: string;
  explain: {
    slots: { kind: string; words: string; value?: unknown }[];
    rules: { rule: string; words: string }[];
    rejected: { why: string; words: string }[];
  };
}

const asked = '第38项完成８０％，我局下周任务，区税务局呢';
const turnedDown: [string, string][] = [
  ['38下周能完成', 'no fact'],
  ['听说38完成了', 'hearsay'],
  ['如果38完成了', 'condition'],
  ['例如：38完成80%', 'example'],
  ['38区税务局已完成', 'another unit'],
  ['38 9月底完成', 'a time still to come'],
  ['“38完成80%”', 'quotation'],
  ['已完成', 'fact without a task'],
];

describe('--explain', () => {
  const read = new Map<string, Explained>();
  beforeAll(async () => {
    const sentences = [asked, ...turnedDown.map(([sentence]) => sentence)];
    const lines = sentences.map(text =>
      JSON.stringify({ text, sender_unit: '区行政审批局', reference_date: '2023-08-16' }),
    );
    const out = await understandCommand(['--explain'], lines.join('\n'));
    out
      .trim()
      .split('\n')
      .forEach((line, i) => read.set(sentences[i] ?? '', JSON.parse(line) as Explained));
  });

  test('which words became what, and which rules fired', () => {
    expect(read.get(asked)).toMatchObject({
      intent: 'progress_update',
      explain: {
        slots: [
          { kind: 'tasks', words: '第38项', value: { nos: [38], exact: true } },
          { kind: 'percent', words: '８０％', value: { percent: 80 } },
          { kind: 'own', words: '我局', value: { unit: '区行政审批局' } },
          { kind: 'date', words: '下周', value: { range: { start: '2023-08-21', end: '2023-08-27' } } },
          { kind: 'unit', words: '区税务局', value: { names: ['区税务局'] } },
        ],
        rules: [{ rule: 'progress_update: in_progress' }, { rule: 'query_tasks' }, { rule: 'query_tasks' }],
      },
    });
  });

  test.each(turnedDown)('%s is turned down: %s', (sentence, why) => {
    const found = read.get(sentence);
    expect(['none', 'clarify']).toContain(found?.intent);
    expect(found?.explain.rejected.map(step => step.why)).toContain(why);
  });
});

test('a note is everything the sender added, the difficulty too', async () => {
  const out = await understandCommand(['3推进中，已开会，卡在数据共享，需区税务局协调', '--unit', '区市场监管局']);
  expect(JSON.parse(out)).toEqual({
    intent: 'progress_update',
    tasks: [{ no: 3, status: 'in_progress', note: '已开会，卡在数据共享，需区税务局协调' }],
  });
});

test('the host’s time zone does not matter', async () => {
  const lines = examples.map(item => JSON.stringify(item)).join('\n');
  const [shanghai, ...elsewhere] = await Promise.all(
    ['Asia/Shanghai', 'America/Los_Angeles', 'Pacific/Kiritimati', 'UTC'].map(zone =>
      understandCommand([], lines, zone),
    ),
  );
  for (const out of elsewhere) expect(out).toBe(shanghai);
});

test('a reader that has seen enough (duban understand | head -1) is no fault', async () => {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), 'understand'], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = readAll(child.stderr);
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify({ id: 'a', text: '38完成80%' })}\n`.repeat(20_000));
  child.stdout.once('data', () => child.stdout.destroy());
  expect([await ended, await said]).toEqual([0, '']);
});
