// duban remind: what a morning's cards are and to whom they go; without --dry-run, sends today's.
import { type Command } from 'commander';
import { type DataSource } from 'typeorm';
import { civilDateOf, isCivilDate, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { inTransaction } from '../database/transaction';
import { loadWorkCalendar } from '../database/work-days';
import { AppError } from '../errors';
import { gapBefore, isSettled, runSlot } from '../jobs/job-runs';
import { previewOthers } from '../jobs/escalations';
import { findMorningJobs, missedSince, type MorningJob, planOutcome, runMorning } from '../jobs/morning-reminder';
import { morningCloses } from '../reminders/enqueue-plan';
import { rungName } from '../reminders/explain';
import { type CardRecipient } from '../reminders/card-recipient';
import { type PersonalMessage } from '../reminders/leader-card';
import { type MorningPlan, planReminders } from '../reminders/plan-reminders';
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';
import { printJson, tell } from './exit-codes';

interface RemindOptions {
  at?: string;
  dryRun?: boolean;
  json?: boolean;
  explain?: boolean;
}

export interface RemindConnection {
  dataSource: DataSource;
  clock: Clock;
  close(): Promise<void>;
}

/** A planned morning and when it is, "08:30". */
interface Morning {
  time: string;
  plan: MorningPlan;
  /** What else goes to leaders and the office on that day; of a preview only. */
  others: PersonalMessage[];
}

function badInput(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

/** The plans of a day's mornings, which differ only where lists have a time of their own, as one. */
function joined(plans: MorningPlan[]): MorningPlan {
  const [first, ...others] = plans;
  if (!first) throw new Error('no morning is planned at all');
  return others.reduce(
    (all, plan) => ({
      ...all,
      cards: [...all.cards, ...plan.cards],
      allClear: [...all.allClear, ...plan.allClear],
      unreachable: [...all.unreachable, ...plan.unreachable.filter(one => !all.unreachable.some(({ unit }) => unit === one.unit))],
      moved: [...all.moved, ...plan.moved.filter(one => !all.moved.some(({ to }) => to.id === one.to.id))],
      explain: [...all.explain, ...plan.explain],
    }),
    first,
  );
} // prettier-ignore

async function preview(
  { dataSource, clock }: RemindConnection,
  at: CivilDate,
  calendar: WorkCalendar,
  explain: boolean,
): Promise<Morning> {
  const now = clock.now();
  const jobs = await findMorningJobs(dataSource.manager, at);
  const plans: MorningPlan[] = [];
  for (const job of jobs) {
    const slot = job.slotOn(at, calendar);
    // Any other day's preview takes it that the mornings before it went out.
    const isAhead = slot !== null && at === civilDateOf(now) && !(await isSettled(dataSource.manager, job, slot));
    const plan = await inTransaction(dataSource, async manager => {
      const gap = isAhead ? await gapBefore(manager, job, { slot, now, calendar }) : null;
      const since = isAhead ? await missedSince(manager, { slot, now, missedSince: gap }, job.key) : null;
      return planReminders(manager, {
        at,
        calendar,
        missedSince: since,
        listIds: job.listIds,
        ...(explain ? { explain: 'all' } : {}),
      });
    });
    plans.push(plan);
  }
  const plan = joined(plans);
  const others = await inTransaction(dataSource, manager => previewOthers(manager, { at, calendar, now }, plan));
  return { time: firstTime(jobs, at), plan, others };
}

function firstTime(jobs: MorningJob[], at: CivilDate): string {
  return jobs.map(job => job.timeOn(at)).sort()[0] ?? '';
}

async function send({ dataSource, clock }: RemindConnection, at: CivilDate, calendar: WorkCalendar): Promise<Morning> {
  const now = clock.now();
  if (at !== civilDateOf(now)) throw badInput(`只能发今天（${civilDateOf(now)}）的提醒；看别的日子请加 --dry-run。`);
  if (!calendar.isWorkday(at)) throw badInput(`${at} 不是工作日，不发提醒。`);
  const jobs = await findMorningJobs(dataSource.manager, at);
  const open = jobs.flatMap(job => {
    const slot = job.slotOn(at, calendar);
    return slot && now >= slot.opensAt && now < slot.closesAt ? [{ job, slot }] : [];
  });
  if (open.length === 0)
    throw badInput(`提醒只在 ${firstTime(jobs, at)} 到 ${morningCloses} 之间发出；预览请加 --dry-run。`);
  const plans: MorningPlan[] = [];
  for (const { job, slot } of open) {
    const run: MorningJob['run'] = async (manager, turn) => {
      const plan = await runMorning(manager, turn, job);
      plans.push(plan);
      return planOutcome(plan);
    };
    await runSlot(dataSource, { ...job, run }, { slot, now, calendar });
  }
  if (plans.length === 0) throw badInput(`${at} 的提醒已经发过，不再重复。`);
  return { time: firstTime(jobs, at), plan: joined(plans), others: [] };
}

async function runRemind(connect: () => Promise<RemindConnection>, options: RemindOptions): Promise<void> {
  if (options.at !== undefined && !isCivilDate(options.at))
    throw badInput(`“${options.at}”不是日期，请写成 2023-06-26 这样。`);
  if (options.explain && !options.dryRun) throw badInput('--explain 只能与 --dry-run 一起用。');
  const connection = await connect();
  try {
    const at = options.at ?? civilDateOf(connection.clock.now());
    const calendar = await loadWorkCalendar(connection.dataSource.manager);
    const morning = options.dryRun
      ? await preview(connection, at, calendar, options.explain ?? false)
      : await send(connection, at, calendar);
    if (options.json) printJson(planAsJson(morning, options.explain ?? false));
    else process.stdout.write(`${planAsText(morning, options.explain ?? false)}\n`);
    if (!options.dryRun) tell(`已放入发件箱：${planOutcome(morning.plan)}。`);
  } finally {
    await connection.close();
  }
}

/** What programs may rely on (product description §10). */
function planAsJson({ plan, time, others }: Morning, explain: boolean): unknown {
  const to = ({ kind, id }: CardRecipient): Omit<CardRecipient, 'name'> => ({ kind, id });
  const standing = plan.cards.filter(card => card.standing.length > 0).map(card => ({ to: to(card.to), units: card.standing })); // prettier-ignore
  const moved = plan.moved.map(({ to: recipient, until }) => ({ to: to(recipient), until }));
  return {
    at: `${plan.at}T${time}:00+08:00`,
    workday: plan.workday,
    // A card about standing tasks alone owes nothing by a date.
    cards: plan.cards.filter(card => card.units.length > 0).map(card => ({ to: to(card.to), units: card.units })),
    allClear: plan.allClear.map(clear => ({ to: to(clear.to) })),
    unreachable: plan.unreachable,
    ...(standing.length > 0 ? { standing } : {}),
    ...(moved.length > 0 ? { moved } : {}),
    ...(others.length > 0
      ? { others: others.map(({ staffId, reply }) => ({ to: { kind: 'person', id: staffId }, what: reply.template })) }
      : {}),
    ...(explain ? { explain: plan.explain } : {}),
  };
}

function planAsText({ plan, time, others }: Morning, explain: boolean): string {
  const message = (to: CardRecipient, reply: Reply): string => {
    const { markdown, buttons } = renderReply(reply);
    const pressed = buttons.map(({ label }) => `［${label}］`).join(' ');
    return [`—— ${to.kind === 'group' ? '群' : '个人'} ${to.name}（${to.id}）——`, markdown, pressed, ''].join('\n');
  };
  const heading = plan.workday ? `${plan.at} ${time}：${planOutcome(plan)}。` : `${plan.at} 不是工作日，不发提醒。`;
  return [
    heading,
    '',
    ...plan.cards.map(card => message(card.to, card.reply)),
    ...plan.allClear.map(clear => message(clear.to, clear.reply)),
    ...others.map(({ staffId, name, reply }) => message({ kind: 'person', id: staffId, name }, reply)),
    ...plan.unreachable.map(({ unit, reason }) => `联系不到 ${unit}：${reason}`),
    ...plan.moved.map(({ to, until }) => `${to.name}（${to.id}）的提醒推迟到 ${until}`),
    ...(explain ? plan.explain.map(explanationAsText) : []),
  ]
    .join('\n')
    .trimEnd();
}

function explanationAsText({ unit, list, no, due, rung, reason }: MorningPlan['explain'][number]): string {
  return `${rung === null ? '·' : '→'} ${list} 第${no}项 ${unit} 期限${due}${rung === null ? '' : `【${rungName(rung)}】`}：${reason}`;
}

/** @param connect - opens the database to work on, and the clock that says what today is */
export function addRemindCommand(program: Command, connect: () => Promise<RemindConnection>): void {
  program
    .command('remind')
    .description('到期提醒：预览某个早晨的全部卡片，或立即发出今天的')
    .option('--at <日期>', '哪一天的早晨，如 2023-06-26；不写为今天')
    .option('--dry-run', '只预览，不发送')
    .option('--json', '把结果按 JSON 写到标准输出')
    .option('--explain', '预览时说明每项任务为什么提醒或不提醒')
    .action((options: RemindOptions) => runRemind(connect, options));
}
