// 导出台账: a one-time link to the file, in a private chat; what stands in it is decided when it is fetched, by who fetches it.
import { z } from 'zod';
import { type ActorUnit, findUnit, may } from '../../directory/identity';
import { createLink, linkMinutes } from '../../directory/web-links';
import { type TaskList } from '../../database/entities/task';
import { type FileWanted } from '../../rendering/file-wanted';
import { type Reply } from '../../rendering/reply';
import { momentName } from '../../rendering/wording';
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

/** Puts a file on its way to the private chat of whoever asked. */
function sendFile(turn: Turn, what: string, instead: string, file: FileWanted): void {
  const { staffId } = turn.actor;
  if (staffId === null) return;
  turn.notices.push({
    to: { kind: 'person', staffId },
    reply: { template: 'file_sent', what, instead, file },
    dedupKey: `file:${turn.inboxId}`,
  });
}

/** 生成通报: the office alone; the bot only makes it, people send it. */
async function makeBulletin(turn: Turn, list: TaskList): Promise<Reply> {
  const { actor, manager, now, today, calendar, inboxId } = turn;
  const { personId } = actor;
  if (personId === null || !may(actor, 'see_all_units'))
    return { template: 'refused', sentence: '通报由区优化办生成。' };
  if (!turn.papers) return { template: 'refused', sentence: '请在网页的“通报”里生成。' };
  const cause = { personId, personName: actor.name, inboxMessageId: inboxId, now, today, calendar };
  const { id, year, issue } = await turn.papers.takeBulletin(manager, list, cause);
  const what = `${year}年第${issue}期通报`;
  sendFile(turn, what, '请登录网页，在“通报”里下载。', { kind: 'bulletin', personId, snapshotId: id });
  const note = '请修改后按程序印发；机器人只生成，不代发。';
  return { template: 'paper_made', what, asOf: momentName(now), note };
}

/** 生成简报: the week as a paper. */
function makeBriefing(turn: Turn): Reply {
  const { actor, now } = turn;
  if (actor.personId === null || !may(actor, 'see_all_units'))
    return { template: 'refused', sentence: '简报由区优化办生成。' };
  const what = '本周工作简报';
  sendFile(turn, what, '请登录网页，在“通报”里下载。', { kind: 'briefing', personId: actor.personId });
  return { template: 'paper_made', what, asOf: momentName(now), note: '每周五下午也会自动发给督办专员一份要点。' };
}

export const exportLedger: Handler<ExportFrame> = async (turn, frame): Promise<Reply> => {
  const { actor, manager, list, message, now } = turn;
  if (actor.personId === null) return { template: 'stranger' };
  if (!list) return { template: 'no_list' };
  if (/通报/u.test(message.text)) return makeBulletin(turn, list);
  if (/[简周]报/u.test(message.text)) return makeBriefing(turn);
  if (message.conversation.kind === 'group')
    return { template: 'refused', sentence: '文件只在私聊里给：请单独给我发“导出台账”。' };
  const { personId } = actor;
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
  sendFile(turn, `台账（${unit?.name ?? '全区'}）`, '请用上面的链接下载。', { kind: 'ledger', personId, wanted });
  return {
    template: 'web_link',
    what: `下载台账（${unit?.name ?? '全区'}）`,
    url: `${turn.siteUrl}/download/${secret}`,
    minutes: linkMinutes,
  };
};
