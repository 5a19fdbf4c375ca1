// 待办: what waits for the office, with the words that settle each.
import { may } from '../../directory/identity';
import { findOpenClaims } from '../../directory/claims';
import { momentName, monthDay, shorten } from '../../rendering/wording';
import { findPending, type PendingDecision } from '../../tasks/pending';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';

const maxShown = 15;

export const listPending: Handler<Extract<Frame, { intent: 'pending' }>> = async turn => {
  const { list, actor, manager } = turn;
  const decides = may(actor, 'decide_requests');
  const knows = may(actor, 'decide_identities');
  if (!decides && !knows) return { template: 'refused', sentence: '待办只对区优化办和系统管理员开放。' };
  const waiting = decides && list ? await findPending(manager, list.id) : [];
  const claims = knows ? await findOpenClaims(manager) : [];
  const lines = [
    ...waiting.map(lineOf),
    ...claims.map(
      claim =>
        `身份 ${claim.name}（${turn.directory.unitNameById.get(claim.unitId) ?? ''}）→ 回复“确认${claim.name}的身份”或“不同意${claim.name}的身份，理由”`,
    ),
  ];
  const nos = [...new Set(waiting.map(({ itemNo }) => itemNo))];
  if (nos.length > 0 && list) turn.shows = { listId: list.id, itemNos: nos };
  return {
    template: 'pending_list',
    asOf: momentName(turn.now),
    count: lines.length,
    lines: lines.slice(0, maxShown),
    more: Math.max(0, lines.length - maxShown),
  };
};

function lineOf({ kind, itemNo, unitName, text, until }: PendingDecision): string {
  const words = text ? `：${shorten(text, 40)}` : '';
  switch (kind) {
    case 'closure':
      return `第${itemNo}项 申请办结 ${unitName}${words} → 回复“核销 ${itemNo}”或“退回 ${itemNo}，理由”`;
    case 'extension':
      return `第${itemNo}项 申请延期到${until === null ? '' : monthDay(until)} ${unitName}${words} → 回复“同意延期 ${itemNo}”或“不同意延期 ${itemNo}，理由”`;
    case 'blocker':
      return `第${itemNo}项 堵点 ${unitName}${words} → 回复“答复堵点 ${itemNo}：…”`;
  }
}
