// Writes reports that need no question (any more), tells whom they concern, and says the receipt.
import { civilDateOf } from '../../calendar/civil-date';
import { type Blocker, type ProgressSnapshot } from '../../database/entities/progress';
import { type TaskUnit } from '../../database/entities/task';
import { type ActorUnit } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { momentName, shorten } from '../../rendering/wording';
import { type LockedTask } from '../../tasks/changes';
import { type Report, reportProgress } from '../../tasks/report-progress';
import { minutesToAnswer, type Turn } from '../turn';
import { listedNumber, refOf, tellOffice } from './notices';

/** A receipt repeats so much of what was said; all of it is kept. */
const echoed = 80;

/** A report that may be written: the task is locked, and the unit has a part in it. */
export interface Ready {
  lock: LockedTask;
  unit: ActorUnit;
  party: TaskUnit;
  report: Report;
  short: string;
}

/** What a person said about a task, in a few words. */
export function saidName({ status, percent, text, blocker }: Report): string {
  const fact =
    status === 'done'
      ? '已完成'
      : percent === null
        ? status === 'not_started'
          ? '未启动'
          : '推进中'
        : `进度 ${percent}%`;
  const words = [text, blocker && `堵点：${blocker}`].filter(Boolean).join('；');
  return words ? `${fact}：${words}` : fact;
}

/** "未反馈", "已完成", "80%" */
export function factName(snapshot: ProgressSnapshot): string {
  if (snapshot.reportedAt === null) return '未反馈';
  if (snapshot.done) return '已完成';
  return snapshot.percent === null ? (snapshot.status === 'not_started' ? '未启动' : '推进中') : `${snapshot.percent}%`;
}

/** How a snapshot is called when it is restored. */
export function restoredName(snapshot: ProgressSnapshot): string {
  const fact = factName(snapshot);
  return snapshot.text ? `${fact}（${shorten(snapshot.text, 40)}）` : fact;
}

/** Writes reports that need no question (any more) and says the receipt. */
export async function writeReports(turn: Turn, ready: Ready[]): Promise<Reply[]> {
  const { actor, manager, now } = turn;
  if (actor.personId === null) return [{ template: 'stranger' }];
  const cause = {
    personId: actor.personId,
    inboxMessageId: turn.inboxId,
    saidAt: new Date(turn.message.sentAt),
    now,
  };
  const items: { no: number; line: string }[] = [];
  const repeated: { no: number; at: string }[] = [];
  const unitNames = new Set<string>();
  let recorded = 0;
  for (const { lock, unit, party, report, short } of ready) {
    const no = lock.task.itemNo;
    const outcome = await reportProgress(manager, {
      locked: lock,
      party,
      report,
      cause,
      attachments: turn.message.attachments,
    });
    if (outcome.kind === 'repeated') {
      repeated.push({ no, at: momentName(outcome.at).slice(6) });
      continue;
    }
    unitNames.add(unit.name);
    if (outcome.kind === 'older') {
      if (report.blocker !== null)
        await tellOffice(turn, {
          kind: 'blocker',
          itemNo: no,
          reply: noticeOf(turn, { unit: unit.name, no, short, kind: 'blocker', text: report.blocker }),
        });
      items.push({
        no,
        line: `记入历史（${shorten(saidName(report), echoed)}）：${momentName(outcome.newerAt)} 已有更新的反馈，当前进度不变`,
      });
      continue;
    }
    recorded++;
    const late = outcome.change.late ? '；逾期反馈' : '';
    const closing = outcome.after.state === 'closing' && outcome.before.state !== 'closing';
    items.push({ no, line: `${receiptLine(outcome.before, outcome.after, report, closing)}${late}` });
    const about = { unit: unit.name, no, short };
    if (outcome.before.state === 'closing' && outcome.after.state === 'active')
      await tellOffice(turn, {
        kind: 'closure_withdrawn',
        itemNo: no,
        reply: { template: 'closure_withdrawn', no, short, unit: unit.name, person: actor.name },
      });
    if (closing)
      await tellOffice(turn, {
        kind: 'closure',
        itemNo: no,
        reply: noticeOf(turn, {
          ...about,
          kind: 'closure',
          text: report.text,
          others: otherLeads(turn, lock, unit.id),
        }),
      });
    if (report.blocker !== null)
      await tellOffice(turn, {
        kind: 'blocker',
        itemNo: no,
        reply: noticeOf(turn, { ...about, kind: 'blocker', text: report.blocker }),
      });
  }
  const parts: Reply[] = [];
  if (items.length > 0)
    parts.push({
      template: 'receipt',
      unit: [...unitNames].join('、'),
      person: actor.name,
      at: whenOf(turn),
      items,
      recorded,
      undoMinutes: minutesToAnswer,
    });
  if (repeated.length > 0) parts.push({ template: 'already_recorded', items: repeated });
  if (items.length > 0 && turn.list) turn.shows = { listId: turn.list.id, itemNos: items.map(item => item.no) };
  return parts;
}

/** When a receipt says it was: now, or when it was said where it has waited for days. */
function whenOf({ now, message, wasHeld }: Turn): string {
  const saidAt = new Date(message.sentAt);
  if (!wasHeld || civilDateOf(saidAt) === civilDateOf(now)) return momentName(now).slice(6);
  return `${momentName(saidAt)} 反馈`;
}

function receiptLine(before: ProgressSnapshot, after: ProgressSnapshot, report: Report, closing: boolean): string {
  const [was, is] = [factName(before), factName(after)];
  const change = was === is ? `进度 ${is}（未变）` : `进度 ${was}→${is}`;
  const text = report.text ? `：${shorten(report.text, echoed)}` : '';
  const blocker = report.blocker ? `；堵点：${shorten(report.blocker, echoed)}（已转区优化办）` : '';
  return `${change}${text}${blocker}${closing ? '；已申请办结，等待区优化办核销' : ''}`;
}

function noticeOf(
  turn: Turn,
  notice: {
    kind: 'closure' | 'blocker';
    unit: string;
    no: number;
    short: string;
    text: Blocker['text'] | null;
    others?: string[];
  },
): Reply {
  return {
    template: 'office_notice',
    person: turn.actor.name,
    list: turn.list?.shortName ?? '',
    ref: refOf(turn, notice.no),
    said: listedNumber(turn.list?.shortName ?? '', notice.no),
    until: null,
    others: [],
    ...notice,
  };
}

/** Lead units that have not reported their part done, for whoever decides. */
function otherLeads(turn: Turn, { parties }: LockedTask, unitId: string): string[] {
  return parties
    .filter(party => party.role === 'lead' && party.unitId !== '' && party.unitId !== unitId && !party.done)
    .map(party => {
      const name = turn.directory.unitNameById.get(party.unitId) ?? '';
      return `${name}（${party.lastReportedAt === null ? '未反馈' : party.percent === null ? '推进中' : `${party.percent}%`}）`;
    });
}
