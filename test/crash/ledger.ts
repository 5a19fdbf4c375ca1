// What people said, what the bot acknowledged, and what was shown: kept by the tests alone, and compared with the tables in the end.
import { addDays, type CivilDate, civilDateOf, instantOf } from '../../src/calendar/civil-date';
import { loadWorkCalendar } from '../../src/database/work-days';
import { type CardRecipient } from '../../src/reminders/card-recipient';
import { planReminders } from '../../src/reminders/plan-reminders';
import { groups, type Town } from '../support/town';

const quietWithinMs = 120_000;

export const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const twice = <T>(all: T[]): T[] => all.filter((one, i) => all.indexOf(one) !== i);
const titleOf = (text: string): string | null => /\d+月\d+日[^\n]*重点任务提醒/u.exec(text)?.[0] ?? null;
/** "6月27日" of 2023-06-27. */
const dayTitle = (day: CivilDate): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

/** All zero in a run in which nothing went wrong. */
export interface Figures {
  said: number;
  acknowledged: number;
  acknowledgedAndLost: number;
  setAside: number;
  updates: number;
  updatesLost: number;
  updatesTwice: number;
  actsTwice: number;
  answersTwice: number;
  receiptsTwice: number;
  receiptsUntrue: number;
  mornings: number;
  cards: number;
  cardsTwice: number;
  remindersLost: number;
  sent: number;
  uncertain: number;
  unsent: number;
}

/** What must be zero whatever happens. */
export const nothingWrong = {
  acknowledgedAndLost: 0,
  setAside: 0,
  updatesLost: 0,
  updatesTwice: 0,
  actsTwice: 0,
  answersTwice: 0,
  receiptsTwice: 0,
  receiptsUntrue: 0,
  cardsTwice: 0,
  remindersLost: 0,
} satisfies Partial<Figures>;

export class Ledger {
  private readonly noteOf = new Map<string, string>();
  private readonly said = new Set<string>();
  private readonly acknowledged = new Set<string>();
  private readonly owed: { day: CivilDate; to: CardRecipient }[] = [];
  private mornings = 0;
  /** The last morning on which cards are due. */
  private awaited: CivilDate | null = null;
  private readonly end: () => void;

  constructor(private readonly town: Town) {
    this.end = town.gateway.events.subscribe(event => {
      if (event.kind === 'acknowledged' && event.delivery.acknowledgedWith === 200)
        this.acknowledged.add(event.delivery.messageId);
      if (event.kind === 'message' && event.message.from.robotCode === null) this.said.add(event.message.id);
      // The platform does not push what nobody is connected for: it never reached the bot.
      if (event.kind === 'lost') this.said.delete(event.messageId);
    });
  }

  /** Reports, questions, an application and its decision. */
  speak(round: number): void {
    const { gateway } = this.town;
    for (let i = 0; i < 4; i++) {
      const note = `巡查${round}轮${i}次`;
      const said = gateway.say({ from: 'wanglei', in: groups.market, text: `1完成60%，${note}`, at: true });
      this.noteOf.set(said.id, note);
      gateway.say({ from: pick(['hefang', 'linfeng']), in: groups.district, text: '全区逾期任务', at: true });
    }
    gateway.say({ from: 'hefang', in: groups.district, text: `退回 1，第${round}次核验材料不全`, at: true });
    gateway.say({ from: 'wanglei', in: 'private', text: '我局本周任务' });
  }

  /** Turns the clock to the next morning, and notes whom it owes a card. Nothing may be under way. */
  async nextMorning(): Promise<void> {
    const { dataSource, clock } = this.town;
    const day = addDays(civilDateOf(clock.now()), 1);
    const calendar = await loadWorkCalendar(dataSource.manager);
    const plan = await planReminders(dataSource.manager, { at: day, calendar });
    this.owed.push(...plan.cards.map(({ to }) => ({ day, to })));
    if (plan.workday) this.awaited = day;
    this.mornings++;
    clock.turnTo(instantOf(day, '08:36'));
  }

  /** Waits until everything said is acknowledged and handled, and everything due is sent; errors of a server in trouble are waited out. */
  async quiet(): Promise<void> {
    const limit = performance.now() + quietWithinMs;
    for (;;) {
      const missing = [...this.said].filter(id => !this.acknowledged.has(id)).length;
      const open = await this.open().catch((thrown: unknown) => String(thrown));
      if (missing === 0 && open === 0) return;
      if (performance.now() > limit) throw new Error(`not quiet: ${missing} unacknowledged, ${open} open`);
      await pause(50);
    }
  }

  private async open(): Promise<number> {
    const { dataSource, clock } = this.town;
    const [row]: { n: string; run: string }[] = await dataSource.query(
      `SELECT (SELECT COUNT(*) FROM inbox_messages WHERE status = 'waiting')
            + (SELECT COUNT(*) FROM outbox_messages WHERE status = 'claimed' OR (status = 'ready' AND (nextAt <= ? OR dedupKey LIKE 'morning%'))) AS n,
              (SELECT COUNT(*) FROM job_runs WHERE job = 'morning-reminder' AND slot LIKE ?) AS run`,
      [clock.now(), `${this.awaited ?? ''}%`],
    );
    return Number(row?.n ?? 0) + (this.awaited !== null && Number(row?.run) === 0 ? 1 : 0);
  }

  /** Compares all there is; nothing may be under way any more. */
  async figures(): Promise<Figures> {
    this.end();
    const query = <T>(sql: string): Promise<T[]> => this.town.dataSource.query(sql);
    const texts = await query<{ text: string }>("SELECT text FROM changes WHERE kind = 'report'");
    const kept = texts.map(row => row.text);
    const stored = await query<{ messageId: string; status: string }>('SELECT messageId, status FROM inbox_messages');
    const known = new Set(stored.map(row => row.messageId));
    const acts = await query<{ id: string }>(
      'SELECT inboxMessageId AS id FROM task_acts WHERE inboxMessageId IS NOT NULL',
    );
    const outbox = await query<{ status: string; recipientKey: string; dedupKey: string }>(
      'SELECT status, recipientKey, dedupKey FROM outbox_messages',
    );
    const notes = [...this.noteOf].filter(([id]) => this.acknowledged.has(id)).map(([, note]) => note);
    const { gateway } = this.town;
    const shown = gateway.conversations().flatMap(({ id }) =>
      gateway
        .messagesIn(id)
        .filter(message => message.from.robotCode !== null)
        .map(message => ({ where: id, text: message.text })),
    );
    const receipts = shown.flatMap(({ text }) => /巡查\d+轮\d+次/u.exec(text)?.[0] ?? []);
    const cards = shown.flatMap(({ where, text }) => {
      const title = titleOf(text);
      return title === null ? [] : [{ where, title }];
    });
    const inDoubt = outbox.filter(row => row.status === 'uncertain');
    const whereOf = (to: CardRecipient): string => (to.kind === 'group' ? to.id : gateway.privateChat(to.id));
    const count = (...states: string[]): number => outbox.filter(row => states.includes(row.status)).length;
    return {
      said: this.said.size,
      acknowledged: this.acknowledged.size,
      acknowledgedAndLost: [...this.acknowledged].filter(id => !known.has(id)).length,
      setAside: stored.filter(({ status }) => status === 'set_aside').length,
      updates: notes.length,
      updatesLost: notes.filter(note => !kept.some(text => text.includes(note))).length,
      updatesTwice: twice(kept).length,
      actsTwice: twice(acts.map(row => row.id)).length,
      answersTwice: twice(outbox.map(row => row.dedupKey)).length,
      receiptsTwice: twice(receipts).length,
      receiptsUntrue: receipts.filter(note => !kept.some(text => text.includes(note))).length,
      mornings: this.mornings,
      cards: cards.length,
      cardsTwice: twice(cards.map(card => `${card.where} ${card.title}`)).length,
      remindersLost: this.owed.filter(
        ({ day, to }) =>
          !cards.some(card => card.where === whereOf(to) && card.title.startsWith(dayTitle(day))) &&
          !inDoubt.some(row => row.recipientKey === `${to.kind}:${to.id}` && row.dedupKey.endsWith(day)),
      ).length,
      sent: count('sent'),
      uncertain: inDoubt.length,
      unsent: count('ready', 'claimed', 'failed'),
    };
  }
}
