// 待办: what waits for the office, with the words that settle each.
import { TaskList } from '../../database/entities/task';
import { may } from '../../directory/identity';
import { type IdentityClaim } from '../../database/entities/unit';
import { findOpenClaims } from '../../directory/claims';
import { momentName, monthDay, shorten } from '../../rendering/wording';
import { findPending, type PendingDecision } from '../../tasks/pending';
import { type Frame, type QueryFrame } from '../../understanding/frames';
import { type Reply } from '../../rendering/reply';
import { type Handler, type Turn } from '../turn';
import { namesakeOf } from './claim';
import { answerQuery } from './answer-query';
import { answerNothing } from './introduce';
import { listedNumber } from './notices';

const maxShown = 15;
const ownBlocked: QueryFrame = {
  intent: 'query_tasks',
  scope: 'own',
  role: 'any',
  status: null,
  state: 'blocked',
  range: null,
};

export const listPending: Handler<Extract<Frame, { intent: 'pending' }>> = async turn => {
  const { actor, manager } = turn;
  const decides = may(actor, 'decide_requests');
  const knows = may(actor, 'decide_identities');
  // 有哪些堵点, asked by a unit: its own.
  if (!decides && !knows && actor.personId !== null && /[堵难卡]点|困难|难题/u.test(turn.message.text))
    return answerQuery(turn, ownBlocked);
  if (!decides && !knows) return { template: 'refused', sentence: '待办只对区优化办和系统管理员开放。' };
  const waiting: Waiting[] = [];
  for (const { id, shortName } of decides ? await listsMeant(turn) : [])
    for (const one of await findPending(manager, id))
      waiting.push({
        ...one,
        listId: id,
        ref: turn.otherLists.length > 0 ? listedNumber(shortName, one.itemNo) : String(one.itemNo),
      });
  const claims = knows ? await findOpenClaims(manager) : [];
  const lines = [...waiting.map(lineOf), ...(await Promise.all(claims.map(claim => lineOfClaim(turn, claim))))];
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

async function lineOfClaim(turn: Turn, claim: IdentityClaim): Promise<string> {
  const { name } = claim;
  const unit = turn.directory.unitNameById.get(claim.unitId) ?? '';
  const namesake = await namesakeOf(turn, claim);
  return namesake === null
    ? `身份 ${name}（${unit}）→ 回复“确认${name}的身份”或“不同意${name}的身份，理由”`
    : `身份 ${name}（${unit}；名录中已有${name}（${namesake}），是另一账号）→ 核实后回复“确认${name}的身份，同名的另一位”或“不同意${name}的身份，理由”`;
}

/** A bare 同意, 批准, 通过 … settles nothing: which of what waits is meant has to be said. */
const bareDecision = /^(?:我)?(?:不?(?:予以?)?(?:同意|批准|通过|核准|核销)|退回|驳回)(?:了|吧)?[\s.!。！]*$/u;

/** Not understood; but somebody who decides, says only 同意 and quotes nothing is told what waits. */
export const answerBareDecision: Handler<Extract<Frame, { intent: 'none' }>> = async (turn, frame) =>
  (await hintOfPending(turn)) ?? answerNothing(turn, frame);

async function hintOfPending(turn: Turn): Promise<Reply | null> {
  const { actor, message } = turn;
  if (message.quoted !== null || !bareDecision.test(message.text.replace(/@\S+/gu, '').trim())) return null;
  if (!may(actor, 'decide_requests') && !may(actor, 'decide_identities')) return null;
  const waiting = await listPending(turn, { intent: 'pending' });
  if (waiting?.template !== 'pending_list' || waiting.count === 0) return null;
  return {
    template: 'several',
    parts: [{ template: 'refused', sentence: '没有办理：请说明是哪一项，或引用那条申请回复。' }, waiting],
  };
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
