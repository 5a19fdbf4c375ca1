// Answers that this process has claimed as it stored them: kept here until there is room to send, in order for each recipient.
import { type OutboxMessage } from '../database/entities/message';

/** After a standstill the lease may be another's any moment. */
const maxWaitMs = 5000;
const unsentRemembered = 1000;

type Row = Pick<OutboxMessage, 'id' | 'recipientKey'>;

export class HandedOver<R extends Row> {
  private waiting: { row: R; behind: readonly string[]; at: number }[] = [];
  /** Waiting here, or being sent by this process. */
  private readonly own = new Set<string>();
  private readonly sendingTo = new Set<string>();
  /** What was not sent after all comes again by way of the table: what was to follow it must not overtake it. */
  private readonly unsent = new Set<string>();

  get size(): number {
    return this.waiting.length;
  }

  /** Whether all of these are in the hands of this process, so that another to the same recipient may follow them here. */
  holds(ids: readonly string[]): boolean {
    return ids.every(id => this.own.has(id));
  }

  /** @param behind - what was on its way to the same recipient when the row was stored */
  add(row: R, behind: readonly string[]): void {
    this.own.add(row.id);
    this.waiting.push({ row, behind, at: performance.now() });
  }

  /** The next one to whose recipient nothing is being sent; `mayGo` false = it has to be given back. null = none. */
  next(): { row: R; mayGo: boolean } | null {
    for (const one of this.waiting) {
      const { row, behind, at } = one;
      if (this.sendingTo.has(row.recipientKey)) continue;
      this.waiting = this.waiting.filter(other => other !== one);
      if (performance.now() - at >= maxWaitMs) {
        this.forget(row.id);
        continue;
      }
      const mayGo = !behind.some(id => this.unsent.has(id));
      if (!mayGo) this.forget(row.id);
      return { row, mayGo };
    }
    return null;
  }

  /** Any row that this process sends, handed over or not. */
  began(row: Row): void {
    this.own.add(row.id);
    this.sendingTo.add(row.recipientKey);
  }

  ended(row: Row, sent: boolean): void {
    this.sendingTo.delete(row.recipientKey);
    if (sent) this.own.delete(row.id);
    else this.forget(row.id);
  }

  /** Empties it. */
  takeAll(): R[] {
    const rows = this.waiting.map(({ row }) => row);
    this.waiting = [];
    return rows;
  }

  private forget(id: string): void {
    this.own.delete(id);
    this.unsent.add(id);
    const [oldest] = this.unsent;
    if (this.unsent.size > unsentRemembered && oldest !== undefined) this.unsent.delete(oldest);
  }
}
