// duban understand: how a sentence is read, as JSON; the office's way to see it, and ours. Needs no database.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type Command } from 'commander';
import { z } from 'zod';
import { holidaySeed } from '../../seeds/holidays';
import { civilDateOf, isCivilDate } from '../calendar/civil-date';
import { readDateRange } from '../calendar/date-phrases';
import { WorkCalendar } from '../calendar/work-calendar';
import { readUnitDirectory } from '../directory/unit-data';
import { UnitNames } from '../directory/unit-names';
import { AppError, messageOf } from '../errors';
import { previewImport } from '../importer/preview';
import { projectFile } from '../project-files';
import { type Explain, type Slot } from '../understanding/explain';
import { type Frame } from '../understanding/frames';
import { plainText } from '../understanding/plain-text';
import { understand } from '../understanding/understand';

interface UnderstandOptions {
  unit?: string;
  at?: string;
  dates?: boolean;
  explain?: boolean;
  units?: string;
  taskList?: string;
}

const date = z.string().refine(isCivilDate, '应为 2023-06-26 这样的日期');
const mention = z.object({ pos: z.number().int(), no: z.number().int() });
const itemShape = z.object({
  id: z.unknown().optional(),
  text: z.string(),
  sender_unit: z.string().nullish(),
  reference_date: date.nullish(),
  quoted: z
    .union([
      z.object({ type: z.enum(['task_card', 'reminder']), tasks: z.array(z.number().int()) }),
      z.object({ type: z.literal('task_list'), items: z.array(mention) }),
      z.object({ type: z.literal('text'), text: z.string() }),
    ])
    .nullish(),
  context: z
    .object({
      pending: z.string().nullish(),
      tasks: z.array(z.number().int()).nullish(),
      last_update: z.array(z.number().int()).nullish(),
      shown: z.array(mention).nullish(),
    })
    .nullish(),
});

type Item = z.infer<typeof itemShape>;

function badInput(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

function readItems(lines: string): Item[] {
  return lines.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw badInput(
        `第${i + 1}行不是 JSON。每行写一个，如 {"id":1,"text":"我局本周任务","sender_unit":"区税务局","reference_date":"2023-06-26"}`,
      );
    }
    const read = itemShape.safeParse(value);
    if (read.success) return [read.data];
    const [issue] = read.error.issues;
    throw badInput(`第${i + 1}行的 ${issue?.path.join('.') ?? ''} 不对：${issue?.message ?? ''}`);
  });
}

/** The reader of single items, on a directory and a list. */
function readerOf(options: UnderstandOptions): (item: Item) => object {
  const directory = readUnitDirectory(options.units ?? projectFile('seeds', 'units.json'));
  const names = new UnitNames(directory);
  const seed = holidaySeed();
  const calendar = new WorkCalendar(seed.days, seed.years);
  const list = listOf(options.taskList ?? projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'));
  const now = civilDateOf(new Date());
  const unitOf = (name: string | null | undefined): string | null => {
    if (name === null || name === undefined || name === '') return null;
    const resolved = names.resolve(name);
    return resolved.kind === 'unit' ? resolved.name : name;
  };
  return ({ id, text, sender_unit, reference_date, quoted, context }) => {
    const today = reference_date ?? options.at ?? now;
    const named = id === undefined ? {} : { id };
    if (options.dates) return { ...named, range: readDateRange(plainText(text).text, { today, calendar }) };
    const steps: Steps = { slots: [], rules: [], rejected: [] };
    const { frame, also } = understand(text, {
      today,
      calendar,
      names,
      senderUnit: unitOf(sender_unit ?? options.unit),
      ...(quoted ? { quoted } : {}),
      ...(context
        ? {
            talk: {
              ...(context.pending ? { pending: context.pending } : {}),
              ...(context.tasks ? { tasks: context.tasks } : {}),
              ...(context.last_update ? { last_update: context.last_update } : {}),
              ...(context.shown ? { shown: context.shown } : {}),
            },
          }
        : {}),
      taskExists: no => list.nos.has(no),
      listNames: [list.shortName],
      ...(options.explain ? { explain: notedIn(steps) } : {}),
    });
    return {
      ...named,
      ...asSpecified(frame),
      ...(also.length > 0 ? { also: also.map(asSpecified) } : {}),
      ...(options.explain ? { explain: steps } : {}),
    };
  };
}

/** Which words became which slot, which rules decided on which words, and what was turned down and why. */
interface Steps {
  slots: Slot[];
  rules: { rule: string; words: string }[];
  rejected: { why: string; words: string }[];
}

function notedIn({ slots, rules, rejected }: Steps): Explain {
  return {
    slot: slot => slots.push(slot),
    rule: (rule, words) => rules.push({ rule, words }),
    rejected: (why, words) => rejected.push({ why, words }),
  };
}

/** A frame in the words of docs/understanding.md: what the bot keeps apart (note, difficulty, what is asked for) is one note there. */
function asSpecified(frame: Frame): object {
  if (frame.intent === 'report_blocker') {
    const { need: _need, said, ...rest } = frame;
    return said === undefined ? rest : { ...rest, note: said };
  }
  if (frame.intent !== 'progress_update') return frame;
  return {
    ...frame,
    tasks: frame.tasks.map(({ blocker: _blocker, said, ...task }) =>
      said === undefined ? task : { ...task, note: said },
    ),
  };
}

function listOf(file: string): { shortName: string; nos: Set<number> } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new AppError('bad_input', `读不到文件 ${file}：${messageOf(cause)}`, { expose: true, cause });
  }
  const { list, tasks } = previewImport(bytes, basename(file));
  return { shortName: list.shortName, nos: new Set(tasks.map(task => task.no)) };
}

async function runUnderstand(text: string | undefined, options: UnderstandOptions): Promise<void> {
  if (options.at !== undefined && !isCivilDate(options.at))
    throw badInput(`“${options.at}”不是日期，请写成 2023-06-26 这样。`);
  const items = text === undefined ? readItems(await readAll(process.stdin)) : [{ text }];
  const read = readerOf(options);
  process.stdout.write(items.map(item => `${JSON.stringify(read(item))}\n`).join(''));
}

export function addUnderstandCommand(program: Command): void {
  program
    .command('understand [text]')
    .description('看一句话会被怎样理解；不写句子时从标准输入逐行读 JSON')
    .option('--unit <单位>', '说话人的单位，如 区税务局')
    .option('--at <日期>', '说话的日期，如 2023-06-26；不写为今天')
    .option('--dates', '只看句子说的是哪段时间')
    .option('--explain', '说明哪些词读成了什么、用了哪条规则、什么没有采纳以及为什么')
    .option('--units <文件>', '单位名录；不写为自带的示例名录')
    .option('--task-list <文件>', '清单文件，用来知道有哪些序号；不写为自带的示例清单')
    .action(runUnderstand);
}
