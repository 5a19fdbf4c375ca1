// Groups and people: 启用本群, 本群绑定 …, 我是谁, help, and what to say to a sentence that was not understood.
import { addDays } from '../../calendar/civil-date';
import { type ChatGroup } from '../../database/entities/unit';
import { TaskList } from '../../database/entities/task';
import { changeGroup } from '../../directory/chat-groups';
import { type Actor, findUnit, may } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { findPending } from '../../tasks/pending';
import { findTasks } from '../../tasks/task-queries';
import { isSettled } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { cardMeant } from './card-meant';

type GroupFrame = Extract<Frame, { intent: 'group_setup' }>;

export const roleNames = {
  staff: '工作人员',
  liaison: '联络员',
  leader: '负责人',
  office: '督办专员',
  admin: '管理员',
};

/** The name of what a group is tied to: a unit's, 全区, or null. */
export function boundTo(turn: Turn, group: ChatGroup): string | null {
  if (group.scope === 'district') return '全区';
  return group.unitId === null ? null : (turn.directory.unitNameById.get(group.unitId) ?? null);
}

/** 启用本群, 停用本群, 本群绑定 …, 本群清单 …: the office or an administrator, in a group; written into the audit log. */
export const setUpGroup: Handler<GroupFrame> = async (turn, frame) => {
  const { group } = turn.actor;
  if (!group) return { template: 'refused', sentence: '这句话要在工作群里说。' };
  if (!may(turn.actor, 'set_up_groups'))
    return { template: 'refused', sentence: '群设置只能由区优化办或系统管理员办理，没有改动。' };
  const changes = await changesOf(turn, group, frame);
  if ('template' in changes) return changes;
  await changeGroup(
    turn.manager,
    group,
    { action: frame.action, set: changes.set },
    { personId: turn.actor.personId, actor: turn.actor.name, now: turn.now, inboxMessageId: turn.inboxId },
  );
  return changes.reply();
};

async function changesOf(
  turn: Turn,
  group: ChatGroup,
  frame: GroupFrame,
): Promise<{ set: Partial<ChatGroup>; reply: () => Reply } | Reply> {
  const list = turn.list?.shortName ?? null;
  switch (frame.action) {
    case 'enable':
      return {
        set: { status: 'enabled' },
        reply: () => ({ template: 'group_enabled', list, scope: boundTo(turn, group) }),
      };
    case 'disable':
      return { set: { status: 'disabled' }, reply: () => ({ template: 'group_disabled' }) };
    case 'bind': {
      if (group.status !== 'enabled') return { template: 'refused', sentence: '请先说“启用本群”，再绑定。' };
      if (frame.target === '全区')
        return {
          set: { scope: 'district', unitId: null },
          reply: () => ({ template: 'group_bound', target: '全区', list }),
        };
      const unit = frame.target === undefined ? null : findUnit(frame.target, turn.directory);
      if (!unit) return unknownTarget(frame, []);
      return {
        set: { scope: 'unit', unitId: unit.id },
        reply: () => ({ template: 'group_bound', target: unit.name, list }),
      };
    }
    case 'list': {
      if (group.status !== 'enabled') return { template: 'refused', sentence: '请先说“启用本群”，再设清单。' };
      const lists = await turn.manager.find(TaskList);
      const wanted = frame.target ?? frame.unknownTarget ?? '';
      const found = lists.find(candidate => candidate.shortName === wanted || candidate.title === wanted);
      if (!found)
        return unknownTarget(
          frame,
          lists.map(candidate => candidate.shortName),
        );
      return {
        set: { listId: found.id },
        reply: () => ({ template: 'group_list', list: found.shortName, title: found.title }),
      };
    }
  }
}

function unknownTarget(frame: GroupFrame, suggestions: string[]): Reply {
  return { template: 'group_target_unknown', target: frame.target ?? frame.unknownTarget ?? '（没有写）', suggestions };
}

/** One task of the speaker's own unit, so that examples can be used as they stand. */
async function ownTaskNo(turn: Turn): Promise<number | null> {
  const { unit } = turn.actor;
  if (!unit || !turn.list) return null;
  const tasks = await findTasks(turn.manager, { listId: turn.list.id, unit, states: ['active'] });
  return (tasks.find(task => task.due !== null) ?? tasks[0])?.itemNo ?? null;
}

function helpRole(actor: Actor): 'unit' | 'office' | 'admin' | 'member' {
  if (may(actor, 'see_all_units')) return 'office';
  if (may(actor, 'report_progress')) return 'unit';
  return may(actor, 'set_up_groups') ? 'admin' : 'member';
}

/** What the speaker could do right now. */
async function momentOf(turn: Turn): Promise<string | null> {
  const { actor, list, manager, now, state, today } = turn;
  if (state.pending && new Date(state.pending.expiresAt) >= now)
    return `有 ${state.pending.items.length} 项反馈等您确认：回复“是”记录，回复“取消”作罢。`;
  if (actor.group?.status === 'enabled' && actor.group.scope === null && may(actor, 'set_up_groups'))
    return '本群还没有绑定：请说“本群绑定 单位名称”或“本群绑定 全区”。';
  if (may(actor, 'decide_requests')) {
    const waiting = list ? (await findPending(manager, list.id)).length : 0;
    return waiting > 0 ? `现在有 ${waiting} 项待办，回复“待办”可看。` : null;
  }
  const { unit } = actor;
  if (!unit || !list || !may(actor, 'report_progress')) return null;
  const due = { start: null, end: addDays(today, -1) };
  const late = await findTasks(manager, { listId: list.id, unit, states: ['active'], due });
  return late.length > 0 ? `${unit.name}现在逾期 ${late.length} 项，回复“逾期的”可看。` : null;
}

export const answerHelp: Handler<Extract<Frame, { intent: 'help' }>> = async turn => ({
  template: 'help',
  role: helpRole(turn.actor),
  exampleNo: await ownTaskNo(turn),
  moment: await momentOf(turn),
});

// What people say out of courtesy, to which no answer is due: 收到, 好的领导, 辛苦了, 马上落实, [赞].
const courtesies =
  /收到|已?阅|好的?|行|可以|嗯+|哦+|噢+|啊+|哈+|嘿+|是的?|对的?|知道|明白|了解|清楚|谢谢|感谢|多谢|谢|辛苦|麻烦|不客气|没事|没关系|客气|抱歉|不好意思|马上|立即|抓紧|尽快|照办|遵照|坚决|认真|按要求|落实|执行|办理|办|去办|安排|领导|各位|大家|同志们?|主任|局长|科长|书记|老师|您|你|我们?|这就|一定|稍后|稍等|回头|晚点|了|的|地|吧|呀|啦|呢|哟|ok|okay|thanks?|赞|棒|加油|厉害|同意|支持|早上?|上午|中午|下午|晚上|周末|节日|愉快|快乐|安|好/giu;
const greetings =
  /^(?:@\S+\s*)?(?:您好|你好|哈喽|hello|hi|在吗|在不在|有人吗|大家好|早上好|上午好|下午好)[\s!！?？。.,，~～]*$/iu;

function isCourtesy(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/\[[^\]\s]{1,6}\]|@\S+/gu, '');
  return !/[\p{L}\p{N}]/u.test(plain.replace(courtesies, ''));
}

/**
 * Not understood. Courtesies are left alone; a greeting is answered with what the bot can do; everything else that was
 * said to the bot gets two suggestions that would work, so that nobody takes silence for "recorded".
 */
export const answerNothing: Handler<Extract<Frame, { intent: 'none' }>> = async turn => {
  const { text, kind } = turn.message;
  if (kind !== 'text' && kind !== 'audio') return null;
  if (greetings.test(text.normalize('NFKC').trim())) return answerHelp(turn, { intent: 'help' });
  if (isCourtesy(text)) return null;
  const no = await ownTaskNo(turn);
  const role = helpRole(turn.actor);
  if (role === 'office') return { template: 'suggestions', suggestions: ['全区本周任务', '还有谁没反馈'] };
  if (role === 'unit')
    return { template: 'suggestions', suggestions: ['我局本周任务', `${no ?? 38} 完成80%，说明进展`] };
  if (role === 'admin') return { template: 'suggestions', suggestions: ['启用本群', '待办'] };
  return { template: 'suggestions', suggestions: ['第38项', '区税务局下月任务'] };
};

const wanted = /延期|延长|宽限|推迟|展期/u;
const saysDone = /^(?:@\S+\s*)?(?:都|全部|已经?)*(?:完成|办结|搞定|做完|办完)[了啦!！。.\s]*$/u;

export const askBack: Handler<Extract<Frame, { intent: 'clarify' }>> = async (turn, frame) => {
  switch (frame.about) {
    case 'which_task': {
      const { quotedNos } = turn;
      // "已完成", pressed or said after the morning's card: the tasks it shows are what may be meant.
      const shown = quotedNos.length > 0 ? null : ((await cardMeant(turn))?.shown ?? null);
      const listId = shown?.listId ?? turn.list?.id;
      const nos = (shown?.itemNos ?? quotedNos).slice(0, 10);
      const tasks = nos.length > 0 && listId ? await findTasks(turn.manager, { listId, itemNos: nos }) : [];
      // What is settled already is not what is meant, unless all of it is.
      const unsettled = tasks.filter(task => !isSettled(task.state));
      const open = unsettled.length > 0 ? unsettled : tasks;
      return {
        template: 'which_task',
        // In the order of what is quoted, where positions are counted.
        candidates: nos
          .flatMap(no => open.filter(task => task.itemNo === no))
          .map(task => ({ no: task.itemNo, short: shorten(task.content, 24) })),
        ...(wanted.test(turn.message.text) ? { wants: 'extension' as const } : {}),
        ...(saysDone.test(turn.message.text.trim()) ? { wants: 'done' as const } : {}),
      };
    }
    case 'position':
      return { template: 'which_position' };
    case 'which_unit':
      return { template: 'which_unit', candidates: frame.candidates ?? [] };
    case 'too_wide':
      return { template: 'too_wide' };
    case 'unsure':
      return { template: 'not_sure', candidates: frame.candidates ?? [] };
  }
};
