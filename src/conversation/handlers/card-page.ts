// 下一页: goes on where a morning card, or its last page, left off; with what is still open.
import { may } from '../../directory/identity';
import { findCardRest, recipientKey } from '../../outbox/outbox';
import { type CardRest } from '../../rendering/reminder-reply';
import { dayWithWeekday } from '../../rendering/wording';
import { taskLine } from '../../tasks/task-line';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { type Frame } from '../../understanding/frames';
import { answerTo } from '../inbox';
import { type Handler, type Turn } from '../turn';
import { answerMore } from './answer-query';

type MoreFrame = Extract<Frame, { intent: 'more' }>;

const tasksOnPage = 12;
/** A card is turned for a week. */
const turnedForMs = 7 * 86_400_000;
const pageWords = /页|翻/u;

/** 更多 goes on with the list that was asked for; 下一页, or 更多 where nothing was asked, with the card. */
export const answerMoreOrPage: Handler<MoreFrame> = async (turn, frame) => {
  if (turn.state.more && !pageWords.test(turn.message.text)) return answerMore(turn, frame);
  const rest = await findCardRest(
    turn.manager,
    recipientKey(answerTo(turn.message)),
    new Date(turn.now.getTime() - turnedForMs),
  );
  if (rest.length === 0 || !may(turn.actor, 'see_own_unit')) return answerMore(turn, frame);
  const { units, left } = page(rest, await openTasks(turn, rest));
  if (units.length === 0) return { template: 'nothing_more' };
  const all = units.flatMap(({ tasks }) => tasks);
  const listId = all[0]?.listId ?? '';
  if (all.every(task => task.listId === listId))
    turn.shows = { listId, itemNos: [...new Set(all.map(task => task.itemNo))] };
  return {
    template: 'card_page',
    date: dayWithWeekday(turn.today),
    units: units.map(({ unit, unitId, tasks }) => ({
      unit,
      tasks: tasks.map(task =>
        taskLine(task, {
          today: turn.today,
          calendar: turn.calendar,
          unit: { id: unitId, collectiveIds: [] },
          showProgress: true,
        }),
      ),
    })),
    remaining: new Set(left.map(({ unitId }) => unitId)).size,
    rest: left,
  };
};

interface Page {
  units: { unit: string; unitId: string; tasks: TaskView[] }[];
  left: CardRest[];
}

/** As many units as a page holds; a unit with more than that begins the next page with what is left of it. */
function page(rest: CardRest[], open: ReadonlyMap<string, TaskView>): Page {
  const units: Page['units'] = [];
  let room = tasksOnPage;
  for (const [i, entry] of rest.entries()) {
    const tasks = entry.nos.map(no => open.get(`${entry.listId} ${no}`)).filter(task => task !== undefined);
    if (tasks.length === 0) continue;
    if (tasks.length > room && units.length > 0) return { units, left: rest.slice(i) };
    units.push({ unit: entry.unit, unitId: entry.unitId, tasks: tasks.slice(0, room) });
    if (tasks.length > room) {
      const nos = tasks.slice(room).map(task => task.itemNo);
      return { units, left: [{ ...entry, nos }, ...rest.slice(i + 1)] };
    }
    room -= tasks.length;
  }
  return { units, left: [] };
}

/** What of a card's rest is still active, by list and number. */
async function openTasks({ manager }: Turn, rest: CardRest[]): Promise<Map<string, TaskView>> {
  const byList = new Map<string, Set<number>>();
  for (const { listId, nos } of rest)
    for (const no of nos) byList.set(listId, (byList.get(listId) ?? new Set()).add(no));
  const open = new Map<string, TaskView>();
  for (const [listId, nos] of byList)
    for (const task of await findTasks(manager, { listId, itemNos: [...nos], states: ['active'] }))
      open.set(`${listId} ${task.itemNo}`, task);
  return open;
}
