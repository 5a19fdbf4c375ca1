// 打扰: what the bot has asked of each unit in the last days, and the messages behind each number.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { addDays, wallTimeOf } from '../calendar/civil-date';
import { may } from '../directory/identity';
import { dayWithWeekday } from '../rendering/wording';
import { type BurdenDay, findBurden, findBurdenMessages, minutesBetween } from '../reports/burden';
import { pageOf, pager } from './directory-pages';
import { titleOfReply } from './message-title';
import { fullMoment, showPage } from './layout';
import { type SiteParts } from './site-parts';
import { asked, Refusal, type Visit, visitOf } from './visit';

const spanDays = 30;
const maxMessages = 100;
const unitsAPage = 50;

/** The units whose figures a person may see; null = all. */
function unitsFor(visit: Visit): Set<string> | null {
  if (may(visit.actor, 'see_all_units') || may(visit.actor, 'see_operations')) return null;
  return new Set(visit.actor.posts.flatMap(post => (post.unit ? [post.unit.id] : [])));
}

function shownDay({ day, firstAt, messages, items, answeredAt }: BurdenDay): object {
  return {
    day: dayWithWeekday(day),
    first: wallTimeOf(firstAt),
    messages,
    items,
    answered: answeredAt === null ? '' : wallTimeOf(answeredAt),
    minutes: answeredAt === null ? -1 : minutesBetween(firstAt, answeredAt),
  };
}

async function showBurden(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const { directory, today } = visit;
  const days = { first: addDays(today, 1 - spanDays), last: today };
  const mine = unitsFor(visit);
  const unit = asked(context, 'unit');
  const opened = directory.unitNameById.get(unit) ?? (unit === 'none' ? '各群（不属一个单位）' : '');
  if (opened !== '' && mine !== null && !mine.has(unit)) throw new Refusal(403, '您的岗位只能看本单位的。');
  const burden = await findBurden(manager, days, id => directory.unitNameById.get(id));
  const messages =
    opened === '' ? [] : await findBurdenMessages(manager, days, unit === 'none' ? '' : unit, maxMessages);
  const page = pageOf(context);
  const shown = burden.units.filter(one => mine === null || mine.has(one.unitId));
  const link = (id: string, part: 'messages' | 'days'): string => `/board/burden?unit=${id}#${part}`;
  const openedDays = burden.units.find(one => one.unitId === unit)?.days ?? [];
  await showPage(context, parts, visit, {
    name: 'burden',
    title: '打扰',
    data: {
      spanDays,
      whole: mine === null,
      total: burden.total,
      others: { ...burden.others, href: link('none', 'messages') },
      units: shown.slice((page - 1) * unitsAPage, page * unitsAPage).map(({ days: _, ...one }) => ({
        ...one,
        minutes: one.minutes ?? -1,
        href: link(one.unitId, 'messages'),
        days: link(one.unitId, 'days'),
      })),
      pager: pager(context, page, shown.length, unitsAPage),
      opened,
      openedDays: openedDays.map(shownDay),
      messages: messages.map(message => ({
        at: fullMoment(message.sentAt),
        to: message.name,
        title: titleOfReply(message.reply),
        items: message.items,
      })),
      cut: messages.length === maxMessages,
    },
  });
}

export function addBurdenPage(router: Router, parts: SiteParts): void {
  router.get('/board/burden', context => showBurden(context, parts));
}
