// 提醒: who will get what on the next morning and why; what was sent, what failed, what nobody knows of, and what to do about it.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { isCivilDate, type CivilDate } from '../calendar/civil-date';
import { inTransaction } from '../database/transaction';
import { type DirectoryView } from '../directory/unit-directory';
import { findResendable, noteReceived, sendAgain, sendAllAgain } from '../outbox/settle-unsent';
import { type Explanation, rungName } from '../reminders/explain';
import {
  type CardDraft,
  explainUnits,
  type MorningOutline,
  type MorningPlan,
  outlineMorning,
  type PlannedCard,
} from '../reminders/plan-reminders';
import { dayWithWeekday } from '../rendering/wording';
import { renderReply } from '../rendering/render';
import { type PartyFilter } from '../tasks/task-outlines';
import { fullMoment, showPage } from './layout';
import { pageOf, pager } from './directory-pages';
import { MarkedShelf } from './marked-shelf';
import { titleOfReply } from './message-title';
import { type SiteParts } from './site-parts';
import { asked, causeOf, demand, readForm, Refusal, type Visit, visitOf } from './visit';

const maxSent = 50;
const maxUnsent = 200;
const maxReasons = 100;
const maxUnitsExplained = 20;
const cardsAPage = 20;

const statusNames: Record<string, string> = {
  ready: '待发送',
  claimed: '发送中',
  sent: '已发送',
  uncertain: '不确定是否送达',
  failed: '发送失败',
  expired: '过期未发',
};

interface OutboxRow {
  id: string;
  recipientKey: string;
  reply: string;
  status: string;
  problem: string | null;
  createdAt: Date;
  sentAt: Date | null;
  notAfter: Date | null;
  name: string | null;
}

async function findMessages(manager: EntityManager, where: string, limit: number, now: Date): Promise<object[]> {
  const rows: OutboxRow[] = await manager.query(
    `SELECT o.id, o.recipientKey, o.reply, o.status, o.problem, o.createdAt, o.sentAt, o.notAfter,
            COALESCE(g.title, p.name) AS name
       FROM (SELECT * FROM outbox_messages o WHERE ${where} ORDER BY o.id DESC LIMIT ${limit}) o
       LEFT JOIN chat_groups g ON o.recipientKey = CONCAT('group:', g.conversationId) AND g.channel = o.channel
       LEFT JOIN channel_identities i ON o.recipientKey = CONCAT('person:', i.externalId) AND i.channel = o.channel
       LEFT JOIN people p ON p.id = i.personId
      ORDER BY o.id DESC`,
  );
  return rows.map(row => ({
    id: row.id,
    to: row.name ?? row.recipientKey.replace(/^(group|person):/, ''),
    group: row.recipientKey.startsWith('group:'),
    title: titleOfReply(row.reply),
    status: statusNames[row.status] ?? row.status,
    problem: row.problem ?? '',
    at: fullMoment(row.sentAt ?? row.createdAt),
    failed: row.status === 'failed',
    uncertain: row.status === 'uncertain',
    late: row.notAfter !== null && row.notAfter < now,
  }));
}

/** Units and collectives with these words in their names; no more than a few units, which is what one can read. */
function partiesNamed(words: string, directory: DirectoryView): PartyFilter {
  const named = (names: ReadonlyMap<string, string>): string[] =>
    [...names].filter(([, name]) => name.includes(words)).map(([id]) => id);
  return {
    unitIds: named(directory.unitNameById).slice(0, maxUnitsExplained),
    collectiveIds: named(directory.collectiveNameById),
  };
}

/** What a page shows of a morning. */
interface Shown {
  plan: MorningPlan;
  explain: readonly Explanation[];
  words: string;
  /** How many cards there are, and those on the page. */
  cardCount: number;
  cards: readonly PlannedCard[];
}

const isAbout =
  (words: string) =>
  ({ to, units }: CardDraft): boolean =>
    words === '' || to.name.includes(words) || units.some(({ unit }) => unit.includes(words));

function planFor({ plan, explain, words, cardCount, cards }: Shown): Record<string, unknown> {
  const explained = explain.filter(one => words === '' || one.unit.includes(words));
  const reasons = explained.filter(one => one.rung !== null);
  const others = explained.filter(one => one.rung === null);
  const line = (one: Explanation): object => ({
    unit: one.unit,
    list: one.list,
    no: one.no,
    due: one.due,
    reason: one.reason,
  });
  return {
    day: plan.at,
    dayName: dayWithWeekday(plan.at),
    workday: plan.workday,
    cardCount,
    cards: cards.map(card => ({
      to: card.to.name,
      group: card.to.kind === 'group',
      units: [
        ...card.units.map(entry => ({
          unit: entry.unit,
          why: `${entry.due} 到期，${rungName(entry.rung)}`,
          nos: entry.tasks.join('、'),
        })),
        ...card.standing.map(entry => ({ unit: entry.unit, why: '长期推进，本期反馈', nos: entry.tasks.join('、') })),
      ],
      text: renderReply(card.reply).markdown,
    })),
    allClear: plan.allClear.map(clear => clear.to.name),
    unreachable: plan.unreachable.map(({ unit, reason }) => ({ unit, reason })),
    moved: plan.moved.map(({ to, until }) => ({ to: to.name, until })),
    reasons: reasons.slice(0, maxReasons).map(line),
    others: others.slice(0, maxReasons).map(line),
    reasonCount: reasons.length,
    otherCount: others.length,
    cut: maxReasons,
  };
}

/** The morning to show: the one asked for, else the next workday's. */
function morningOf(context: Context, visit: Visit): CivilDate {
  const on = asked(context, 'on');
  return isCivilDate(on) ? on : visit.calendar.after(visit.today);
}

const dones: Record<string, string> = {
  again: '已重新排队发送。',
  all: '没有过期的都已重新排队发送。',
  received: '已记为收到。',
};

async function showReminders(context: Context, parts: SiteParts, shelf: MarkedShelf<MorningOutline>): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'see_operations');
  const { manager } = parts.dataSource;
  const at = morningOf(context, visit);
  const { calendar, directory } = visit;
  const outline = await shelf.get(manager, at, directory, () =>
    outlineMorning(manager, { at, calendar, explain: maxReasons }),
  );
  const { plan } = outline;
  const words = asked(context, 'q').trim();
  const page = pageOf(context);
  const drafts = outline.drafts.filter(isAbout(words));
  const explain =
    words === '' || !plan.workday
      ? plan.explain
      : await explainUnits(manager, { at, calendar, parties: partiesNamed(words, directory) });
  const cards = await outline.layOut(manager, drafts.slice((page - 1) * cardsAPage, page * cardsAPage));
  await showPage(context, parts, visit, {
    name: 'reminders',
    title: '提醒',
    data: {
      done: dones[asked(context, 'done')] ?? '',
      plan: planFor({ plan, explain, words, cardCount: drafts.length, cards }),
      words,
      pager: pager(context, page, drafts.length, cardsAPage),
      resendable: (await findResendable(manager, visit.now)).length,
      unsent: await findMessages(manager, "o.status IN ('failed', 'uncertain')", maxUnsent, visit.now),
      expired: await findMessages(manager, "o.status = 'expired'", maxSent, visit.now),
      waiting: await findMessages(manager, "o.status IN ('ready', 'claimed')", maxUnsent, visit.now),
      sent: await findMessages(manager, "o.status = 'sent' AND o.priority > 0", maxSent, visit.now),
    },
  });
}

const messageForm = z.object({ message: z.string().max(36) });

export function addReminderPages(router: Router, parts: SiteParts): void {
  const shelf = new MarkedShelf<MorningOutline>(2);
  router.get('/reminders', context => showReminders(context, parts, shelf));
  router.post('/reminders/again-all', async context => {
    const visit = visitOf(context);
    demand(visit, 'see_operations');
    readForm(context, z.object({}));
    await inTransaction(parts.dataSource, manager => sendAllAgain(manager, causeOf(visit)));
    parts.wakeOutbox();
    context.redirect('/reminders?done=all');
    context.status = 303;
  });
  const acts = { again: sendAgain, received: noteReceived };
  for (const [name, act] of Object.entries(acts))
    router.post(`/reminders/${name}`, async context => {
      const visit = visitOf(context);
      demand(visit, 'see_operations');
      const { message } = readForm(context, messageForm);
      const changed = await inTransaction(parts.dataSource, manager => act(manager, message, causeOf(visit)));
      if (!changed) throw new Refusal(409, '这条消息的情况已有变化，没有改动。请回到提醒页看最新的情况。');
      parts.wakeOutbox();
      context.redirect(`/reminders?done=${name}`);
      context.status = 303;
    });
}
