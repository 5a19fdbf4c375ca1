// 导出台账: a one-time link to the file, in a private chat; what stands in it is decided when it is fetched, by who fetches it.
import { z } from 'zod';
import { type ActorUnit, findUnit, may } from '../../directory/identity';
import { createLink, linkMinutes } from '../../directory/web-links';
import { type Reply } from '../../rendering/reply';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';

/** What a link to a ledger is for, as it is kept with the link. */
export const ledgerWanted = z.object({
  listId: z.string(),
  unitId: z.string().nullable(),
  status: z.enum(['undone', 'overdue', 'done', 'in_progress', 'long_term', 'no_feedback']).nullable(),
  start: z.string().nullable(),
  end: z.string().nullable(),
});

type ExportFrame = Extract<Frame, { intent: 'export' }>;

/** Whose tasks; null = everybody's. */
function unitMeant(turn: Turn, frame: ExportFrame): ActorUnit | null | Reply {
  const { actor } = turn;
  if (frame.scope === 'all') return null;
  if (frame.scope === 'unit') {
    const name = typeof frame.unit === 'string' ? frame.unit : frame.unit?.[0];
    return (
      (name === undefined ? null : findUnit(name, turn.directory)) ?? {
        template: 'which_unit',
        candidates: name === undefined ? [] : [name],
      }
    );
  }
  // The office that names nobody speaks of the district.
  if (may(actor, 'see_all_units') && !/我|本单位|本[局办委镇]|咱|俺/u.test(turn.message.text)) return null;
  return (
    actor.unit ?? {
      template: 'which_unit',
      candidates: actor.posts.flatMap(post => (post.unit ? [post.unit.name] : [])),
    }
  );
}

export const exportLedger: Handler<ExportFrame> = async (turn, frame): Promise<Reply> => {
  const { actor, manager, list, message, now } = turn;
  if (actor.personId === null) return { template: 'stranger' };
  if (!list) return { template: 'no_list' };
  if (message.conversation.kind === 'group')
    return { template: 'refused', sentence: '文件只在私聊里给：请单独给我发“导出台账”。' };
  const unit = unitMeant(turn, frame);
  if (unit && 'template' in unit) return unit;
  const wanted: z.infer<typeof ledgerWanted> = {
    listId: list.id,
    unitId: unit?.id ?? null,
    status: frame.status ?? null,
    start: frame.range?.start ?? null,
    end: frame.range?.end ?? null,
  };
  const secret = await createLink(manager, { personId: actor.personId, purpose: 'ledger', wanted }, now);
  if (secret === null)
    return { template: 'refused', sentence: `您刚要过多个链接，请用最近的一个，或过 ${linkMinutes} 分钟再试。` };
  return {
    template: 'web_link',
    what: `下载台账（${unit?.name ?? '全区'}）`,
    url: `${turn.siteUrl}/download/${secret}`,
    minutes: linkMinutes,
  };
};
