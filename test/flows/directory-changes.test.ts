// The directory changed by another process while the bot runs: seen at once in conversation and by the next import.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { projectFile } from '../../src/project-files';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.stop());

async function duban(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: town.database.url,
      DUBAN_NOW: town.clock.now().toISOString(),
    },
  });
  child.stdin.end();
  const code = new Promise<number | null>(resolve => child.on('close', resolve));
  const said = await text(child.stderr);
  expect([args.join(' '), said, await code]).toEqual([args.join(' '), said, 0]);
  return said;
}

/** Asks until the answer has it: what another process has written is seen after a second at the latest. */
async function seen(question: string, wanted: RegExp): Promise<string> {
  const limit = Date.now() + 5000;
  for (;;) {
    const { text: answer } = await town.ask('hefang', groups.district, question);
    if (wanted.test(answer) || Date.now() > limit) return answer;
  }
}

test('an alias, taken away again', async () => {
  expect((await town.ask('hefang', groups.district, '咱办小灶局本月任务')).text).not.toContain('区市场监管局 · ');
  await duban('units', 'alias', '区市场监管局', '小灶局');
  expect(await seen('小灶局本月任务', /区市场监管局/)).toContain('区市场监管局');
  await duban('units', 'alias', '区市场监管局', '小灶局', '--remove');
  expect(await seen('小灶局本月任务', /^(?!.*区市场监管局)/su)).not.toContain('区市场监管局');
});

test('a collective for one task only, by a person’s decision', async () => {
  const before = (await town.ask('hefang', groups.district, '区文旅局全部任务')).text;
  expect(before).not.toContain('第143项');
  await duban('units', 'assign', '143', '区直各有关单位', '区文旅局', '--list', '营商');
  expect((await town.ask('hefang', groups.district, '第143项')).text).toContain('区文旅局');
  await duban('units', 'assign', '143', '区直各有关单位', '区文旅局', '--list', '营商', '--remove');
  expect((await town.ask('hefang', groups.district, '第143项')).text).not.toContain('区文旅局');
});

test('各镇街 expands to the towns: a town sees its tasks, gained and lost with its membership', async () => {
  expect(await seen('泽林镇全部任务', /第143项|共|项/)).toContain('泽林镇');
  const count = (answer: string): number => Number(/(\d+) 项/u.exec(answer)?.[1] ?? 0);
  const with_ = count((await town.ask('hefang', groups.district, '泽林镇全部任务')).text);
  await duban('units', 'member', '各镇街', '泽林镇', '--remove');
  const limit = Date.now() + 5000;
  let without = with_;
  while (without >= with_ && Date.now() < limit)
    without = count((await town.ask('hefang', groups.district, '泽林镇全部任务')).text);
  expect(without).toBeLessThan(with_);
});
