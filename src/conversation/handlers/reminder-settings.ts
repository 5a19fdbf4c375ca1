// 明天再提醒, 这周别提醒了, 恢复提醒: moves what a person or a group is reminded of, never a deadline.
import { addDays, type CivilDate, mondayOf, wallTimeOf } from '../../calendar/civil-date';
import { loadSettings } from '../../database/list-settings';
import { AuditEntry } from '../../database/entities/schedule';
import { may, unitsToReportFor } from '../../directory/identity';
import { newId } from '../../ids';
import { recipientKey, type SentCard } from '../../outbox/outbox';
import { type Reply } from '../../rendering/reply';
import { dayWithWeekday, dueName } from '../../rendering/wording';
import { endMoves, moveReminders } from '../../tasks/reminder-moves';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { cardMeant } from './card-meant';
import { missingTasks } from './missing-tasks';
import { causeOf } from './notices';
import { areSettled, settledReply } from './settled-card';

type SettingsFrame = Extract<Frame, { intent: 'reminder_settings' }>;

const longestDays = 31;
/** "明天再提醒", "周五再叫我": not now, but then; anything else that refuses is for the days named. */
const comesAgain = /(?<![别要])再(?:提醒|通知|叫|推送|说)|才(?:提醒|通知)|稍后|晚点|迟点|待会|一会/u;

/** Whose reminders are meant here, or why they cannot be moved. */
function recipientOf(turn: Turn): { key: string; whose: string } | Reply {
  const { actor } = turn;
  if (!actor.group) {
    const { staffId } = actor;
    if (staffId === null || !actor.posts.some(post => post.role === 'liaison'))
      return { template: 'refused', sentence: '没有改动：到期提醒只发给联络员和工作群，您不在其中。' };
    return { key: recipientKey({ kind: 'person', staffId }), whose: '给您的提醒' };
  }
  const { scope, unitId, conversationId } = actor.group;
  const own = scope === 'unit' && unitsToReportFor(actor).some(unit => unit.id === unitId);
  if (!own && !may(actor, 'see_all_units'))
    return {
      template: 'refused',
      sentence:
        scope === 'unit'
          ? '没有改动：本群的提醒由绑定单位的同志或区优化办推迟。'
          : '没有改动：全区群的提醒只能由区优化办推迟；给您个人的提醒请在与我的单聊里说。',
    };
  return { key: recipientKey({ kind: 'group', conversationId }), whose: '本群的提醒' };
}

export const setReminders: Handler<SettingsFrame> = async (turn, frame) => {
  if (turn.actor.personId === null) return { template: 'stranger' };
  if (frame.action !== 'mute' && frame.action !== 'unmute')
    return { template: 'refused', sentence: '没有改动：提醒的日子和时间由区优化办统一设定。您可以说“明天再提醒”。' };
  const recipient = recipientOf(turn);
  if ('template' in recipient) return recipient;
  return frame.action === 'mute' ? putOff(turn, frame, recipient) : resume(turn, frame, recipient);
};

async function putOff(
  turn: Turn,
  frame: SettingsFrame,
  { key, whose }: { key: string; whose: string },
): Promise<Reply> {
  const { manager, today, calendar } = turn;
  const again = comesAgain.test(turn.message.text);
  const resumeOn = resumeDay(frame.until ?? null, again, today);
  if (resumeOn <= today) return { template: 'refused', sentence: '没有改动：请说今天以后的日子，如“明天再提醒”。' };
  if (resumeOn > addDays(today, longestDays))
    return { template: 'refused', sentence: `没有改动：提醒最多推迟${longestDays}天。` };
  const card = await cardMeant(turn);
  const chosen = await tasksMeant(turn, frame, card);
  if ('template' in chosen) return chosen;
  const { tasks, everything } = chosen;
  const open = tasks.filter(task => task.state === 'active' || task.state === 'ongoing');
  if (areSettled(tasks)) return settledReply(tasks);
  if (again && everything && !card) return { template: 'refused', sentence: `没有改动：最近没有${whose}，不用推迟。` };
  await moveReminders(manager, {
    recipientKey: key,
    taskIds: everything ? null : open.map(({ id }) => id),
    // What is put off comes again with that day; what is refused for some days is not asked a second time.
    fromDay: again ? (card?.day ?? today) : card?.day === today ? addDays(today, 1) : today,
    resumeOn,
    personId: turn.actor.personId ?? '',
    now: turn.now,
  });
  await record(turn, 'put_off_reminders', key, { tasks: everything ? null : open.map(task => task.itemNo), resumeOn });
  const morning = calendar.isWorkday(resumeOn) ? resumeOn : calendar.after(resumeOn);
  const first = open.filter(task => task.due !== null && task.due >= today && task.due < morning);
  return {
    template: 'reminder_moved',
    whose,
    nos: everything ? [] : open.map(task => task.itemNo),
    until: dayWithWeekday(morning),
    again,
    dueBefore: first.map(task => ({ no: task.itemNo, due: dueName(task.due ?? '', today) })).slice(0, 5),
  };
}

/** 明天再提醒 comes back on that day; 今天别提醒 on the day after; without a day, tomorrow, or with next week. */
function resumeDay(until: CivilDate | null, again: boolean, today: CivilDate): CivilDate {
  if (until !== null) return again ? until : addDays(until, 1);
  return again ? addDays(today, 1) : addDays(mondayOf(today), 7);
}

/** The tasks that are named or quoted; without either all of what the last card was about, of which it shows some. */
async function tasksMeant(
  turn: Turn,
  frame: SettingsFrame,
  card: SentCard | null,
): Promise<{ tasks: TaskView[]; everything: boolean } | Reply> {
  const { manager, list, quotedNos } = turn;
  const named = frame.tasks?.map(task => task.no) ?? [];
  if (named.length > 0 || (quotedNos.length > 0 && !card)) {
    if (!list) return { template: 'no_list' };
    const nos = named.length > 0 ? named : quotedNos;
    const tasks = await findTasks(manager, { listId: list.id, itemNos: nos });
    const missing = nos.filter(no => !tasks.some(task => task.itemNo === no));
    return missing.length > 0 ? missingTasks(turn, missing) : { tasks, everything: false };
  }
  const tasks = card?.shown ? await findTasks(manager, card.shown) : [];
  return { tasks, everything: true };
}

async function resume(
  turn: Turn,
  frame: SettingsFrame,
  { key, whose }: { key: string; whose: string },
): Promise<Reply> {
  const { manager, today, calendar, now, list } = turn;
  const opens = (await loadSettings(manager)).morningOf(null, today);
  const next = calendar.isWorkday(today) && wallTimeOf(now) < opens ? today : calendar.after(today);
  const nos = frame.tasks?.map(task => task.no) ?? [];
  const tasks = nos.length > 0 && list ? await findTasks(manager, { listId: list.id, itemNos: nos }) : null;
  const ended = await endMoves(manager, key, tasks?.map(({ id }) => id) ?? null, next);
  if (ended === 0) return { template: 'refused', sentence: `${whose}没有推迟，照常发出。` };
  await record(turn, 'resume_reminders', key, { tasks: tasks ? nos : null, resumeOn: next });
  return { template: 'reminders_resumed', whose, from: dayWithWeekday(next) };
}

async function record(turn: Turn, act: string, key: string, after: object): Promise<void> {
  const personId = turn.actor.personId ?? '';
  await turn.manager.insert(AuditEntry, {
    id: newId(),
    at: turn.now,
    personId,
    actor: causeOf(turn, personId).personName,
    act,
    object: `reminders:${key}`.slice(0, 190),
    before: {},
    after,
    inboxMessageId: turn.inboxId,
  });
}
