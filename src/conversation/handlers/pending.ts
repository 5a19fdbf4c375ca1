// 待办: what waits for the office, with the words that settle each.
import { TaskList } from '../../database/entities/task';
import { may } from '../../directory/identity';
import { findOpenClaims } from '../../directory/claims';
import { momentName, monthDay, shorten } from '../../rendering/wording';
import { findPending, type PendingDecision } from '../../tasks/pending';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';

const maxShown = 15;

export const listPending: Handler<Extract<Frame, { intent: 'pending' }>> = async turn => {
  const { actor, manager } = turn;
  const decides = may(actor, 'decide_requests');
  const knows = may(actor, 'decide_identities');
  if (!decides && !knows) return { template: 'refused', sentence: '待办只对区优化办和系统管理员开放。' };
  const waiting: Waiting[] = [];
  for (const { id, shortName } of decides ? await listsMeant(turn) : [])
    for (const one of await findPending(manager, id))
      waiting.push({
        ...one,
        listId: id,
        ref: turn.otherLists.length > 0 ? `${shortName}${one.itemNo}` : String(one.itemNo),
      });
  const claims = knows ? await findOpenClaims(manager) : [];
  const lines = [
    ...waiting.map(lineOf),
    ...claims.map(
      claim =>
        `身份 ${claim.name}（${turn.directory.unitNameById.get(claim.unitId) ?? ''}）→ 回复“确认${claim.name}的身份”或“不同意${claim.name}的身份，理由”`,
    ),
  ];
  // What a quote of this list means can be remembered of one list only.
  const listIds = new Set(waiting.map(({ listId }) => listId));
  const [listId] = listIds;
  if (listId !== undefined && listIds.size === 1)
    turn.shows = { listId, itemNos: [...new Set(waiting.map(({ itemNo }) => itemNo))] };
  return {
    template: 'pending_list',
    asOf: momentName(turn.now),
    count: lines.length,
    lines: lines.slice(0, maxShown),
    more: Math.max(0, lines.length - maxShown),
  };
};

interface Waiting extends PendingDecision {
  listId: string;
  /** How the task is named in an answer: "38", "营商38". */
  ref: string;
}

/** The list meant here; all of them where nothing says which. */
async function listsMeant({ list, listGuessed, manager }: Turn): Promise<TaskList[]> {
  if (listGuessed) return manager.find(TaskList, { order: { importedAt: 'DESC', id: 'DESC' } });
  return list ? [list] : [];
}

function lineOf({ kind, ref, unitName, text, until }: Waiting): string {
  const name = /^\d/u.test(ref) ? `第${ref}项` : ref.replace(/(\d+)$/u, ' 第$1项');
  const words = text ? `：${shorten(text, 40)}` : '';
  switch (kind) {
    case 'closure':
      return `${name} 申请办结 ${unitName}${words} → 回复“核销 ${ref}”或“退回 ${ref}，理由”`;
    case 'extension':
      return `${name} 申请延期到${until === null ? '' : monthDay(until)} ${unitName}${words} → 回复“同意延期 ${ref}”或“不同意延期 ${ref}，理由”`;
    case 'blocker':
      return `${name} 堵点 ${unitName}${words} → 回复“答复堵点 ${ref}：…”`;
  }
}
