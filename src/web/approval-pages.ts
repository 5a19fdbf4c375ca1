// 审批: what waits for the office, each with the form that settles it.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { isCivilDate } from '../calendar/civil-date';
import { TaskList } from '../database/entities/task';
import { inTransaction } from '../database/transaction';
import { findNamesake, findOpenClaims } from '../directory/claims';
import { may } from '../directory/identity';
import { dueName, shorten } from '../rendering/wording';
import { findPending, type PendingDecision } from '../tasks/pending';
import { whenOf } from '../tasks/task-line';
import { findTasks } from '../tasks/task-queries';
import { answerOrClose, closeOrReturn, confirmIdentity, extendOrNot, type TaskDecision } from './decisions';
import { findGroups } from './directory-queries';
import { fullMoment, showPage } from './layout';
import { groupFor } from './people-pages';
import { type SiteParts } from './site-parts';
import { asked, demand, readForm, Refusal, type Visit, visitOf } from './visit';

const longest = 500;
const words = z
  .string()
  .trim()
  .max(longest, `最多 ${longest} 字。`)
  .transform(text => (text === '' ? null : text));
const taskForm = z.object({
  list: z.string().max(36),
  no: z.coerce.number().int(),
  asked: z.coerce.number().int(),
  decision: z.enum(['yes', 'no']),
  reason: words,
  until: z.string().default(''),
});
const claimForm = z.object({ claim: z.string().max(36), decision: z.enum(['yes', 'no']), reason: words });

/** What was done, for the line above the page it leads back to. */
const dones: Record<string, string> = {
  'closure-yes': '已核销', 'closure-no': '已退回', 'extension-yes': '已同意延期', 'extension-no': '未同意延期',
  'blocker-yes': '已关闭堵点', 'blocker-no': '已答复堵点', 'identity-yes': '已确认身份', 'identity-no': '未确认身份',
  'group-yes': '已启用工作群',
}; // prettier-ignore

interface Waiting {
  kind: PendingDecision['kind'];
  list: string;
  listName: string;
  no: number;
  href: string;
  content: string;
  when: string;
  unit: string;
  text: string;
  until: string;
  askedAt: number;
  at: string;
}

/** At most so many of a kind stand on the page, the oldest first; the others follow as these are settled. */
const maxShown = 30;

/** What waits and is shown, and how many of each kind there are. */
async function waitingFor(
  manager: EntityManager,
  visit: Visit,
): Promise<{ waiting: Waiting[]; counts: Map<PendingDecision['kind'], number> }> {
  const waiting: Waiting[] = [];
  const counts = new Map<PendingDecision['kind'], number>();
  for (const list of await manager.find(TaskList, { order: { importedAt: 'ASC', id: 'ASC' } })) {
    const pending = (await findPending(manager, list.id)).filter(({ kind }) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return count <= maxShown;
    });
    const nos = [...new Set(pending.map(({ itemNo }) => itemNo))];
    const tasks = new Map(
      (await findTasks(manager, { listId: list.id, itemNos: nos })).map(task => [task.itemNo, task]),
    );
    for (const one of pending) {
      const task = tasks.get(one.itemNo);
      if (!task) continue;
      waiting.push({
        kind: one.kind,
        list: list.id,
        listName: list.shortName,
        no: one.itemNo,
        href: `/ledger/task/${task.id}`,
        content: shorten(task.content, 80),
        when: whenOf(task, visit.today, visit.calendar),
        unit: one.unitName,
        text: one.text ?? '',
        until: one.until === null ? '' : `${dueName(one.until, visit.today)}（${one.until}）`,
        askedAt: one.createdAt.getTime(),
        at: fullMoment(one.createdAt),
      });
    }
  }
  return { waiting, counts };
}

async function showApprovals(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const decides = may(visit.actor, 'decide_requests');
  const knows = may(visit.actor, 'decide_identities');
  if (!decides && !knows) throw new Refusal(403, '您的岗位没有这一页的权限。');
  const { manager } = parts.dataSource;
  const { waiting, counts } = decides
    ? await waitingFor(manager, visit)
    : { waiting: [], counts: new Map<PendingDecision['kind'], number>() };
  const countOf = (kind: PendingDecision['kind']): number => counts.get(kind) ?? 0;
  const claims = knows ? await findOpenClaims(manager) : [];
  const groups = may(visit.actor, 'set_up_groups') ? await findGroups(manager, 'waiting') : [];
  const lists = await manager.find(TaskList, { order: { importedAt: 'DESC' } });
  const of = (kind: PendingDecision['kind']): Waiting[] => waiting.filter(one => one.kind === kind);
  const no = asked(context, 'no');
  const done = dones[asked(context, 'done')];
  await showPage(context, parts, visit, {
    name: 'approvals',
    title: '审批',
    data: {
      done: done === undefined ? '' : `${/^\d{1,6}$/.test(no) ? `第${no}项` : ''}${done}。`,
      decides,
      knows,
      total: waiting.length + claims.length + groups.length,
      groups: groups.map(groupFor),
      lists: lists.map(list => list.shortName),
      counts: { closure: countOf('closure'), extension: countOf('extension'), blocker: countOf('blocker') },
      maxShown,
      closures: of('closure'),
      extensions: of('extension'),
      blockers: of('blocker'),
      claims: await Promise.all(
        claims.map(async claim => ({
          id: claim.id,
          name: claim.name,
          unit: visit.directory.unitNameById.get(claim.unitId) ?? '',
          source: claim.source === 'contacts' ? '来自通讯录' : '本人所说',
          namesake: (await findNamesake(manager, claim, visit.today)) !== null,
          at: fullMoment(claim.createdAt),
        })),
      ),
    },
  });
}

type Settle = (manager: EntityManager, decision: TaskDecision, visit: Visit) => Promise<void>;

function settleTask(parts: SiteParts, name: string, settle: Settle): (context: Context) => Promise<void> {
  return async context => {
    const visit = visitOf(context);
    demand(visit, name === 'blocker' ? 'answer_blockers' : 'decide_requests');
    const form = readForm(context, taskForm);
    if (form.until !== '' && !isCivilDate(form.until)) throw new Refusal(400, '日期不对，没有改动。');
    const decision: TaskDecision = {
      listId: form.list,
      itemNo: form.no,
      askedAt: form.asked,
      accept: form.decision === 'yes',
      reason: form.reason,
      until: form.until === '' ? null : form.until,
    };
    await inTransaction(parts.dataSource, manager => settle(manager, decision, visit));
    parts.wakeOutbox();
    context.redirect(`/approvals?done=${name}-${form.decision}&no=${form.no}`);
    context.status = 303;
  };
}

export function addApprovalPages(router: Router, parts: SiteParts): void {
  router.get('/approvals', context => showApprovals(context, parts));
  router.post('/approvals/closure', settleTask(parts, 'closure', closeOrReturn));
  router.post('/approvals/extension', settleTask(parts, 'extension', extendOrNot));
  router.post('/approvals/blocker', settleTask(parts, 'blocker', answerOrClose));
  router.post('/approvals/identity', async context => {
    const visit = visitOf(context);
    demand(visit, 'decide_identities');
    const { claim, decision, reason } = readForm(context, claimForm);
    await inTransaction(parts.dataSource, manager =>
      confirmIdentity(manager, { claimId: claim, accept: decision === 'yes', reason }, visit),
    );
    parts.wakeOutbox();
    context.redirect(`/approvals?done=identity-${decision}`);
    context.status = 303;
  });
}
