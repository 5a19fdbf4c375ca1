// Cards put into the outbox while something goes wrong, each then changed once; and how they stand in the end.
import { enqueue } from '../../src/outbox/outbox';
import { type Card, type CardChange } from '../../src/rendering/card-reply';
import { type Town } from '../support/town';

/** Far above the numbers anybody asks for. */
const firstNo = 9_000;

interface Row {
  id: string;
  dedupKey: string;
  status: string;
  problem: string | null;
  onCard: number;
}

export class CardsUnderWay {
  private put = 0;
  private readonly changed = new Set<number>();

  constructor(private readonly town: Town) {}

  private card(n: number): Card {
    return {
      template: 'office_notice', kind: 'closure', unit: '区税务局', person: '张三', list: '营商', no: firstNo + n, short: '核对',
      text: null, until: null, others: [],
    }; // prettier-ignore
  }

  /** One more card for an office member. */
  async send(): Promise<void> {
    const n = ++this.put;
    const { dataSource, clock, app } = this.town;
    const to = { kind: 'person', staffId: n % 2 === 0 ? 'hefang' : 'linfeng' } as const;
    const shown = { listId: 'none', itemNos: [firstNo + n] };
    const said = { to, reply: this.card(n), dedupKey: `card:${n}`, tasksShown: shown };
    await enqueue(dataSource.manager, said, clock.now());
    await app.tickNow();
  }

  /** Changes every card that went as one and has not been changed yet. */
  async change(): Promise<void> {
    const { dataSource, clock, app } = this.town;
    for (const row of await this.rows('card:%')) {
      const n = numberOf(row);
      if (row.onCard !== 1 || row.status !== 'sent' || this.changed.has(n)) continue;
      this.changed.add(n);
      const items: CardChange[] = [
        { no: firstNo + n, act: 'accept_closure', fact: null, by: '何芳', at: '06-26 08:26' },
      ];
      await enqueue(
        dataSource.manager,
        {
          to: { kind: 'person', staffId: n % 2 === 0 ? 'hefang' : 'linfeng' },
          reply: { template: 'card_changed', card: this.card(n), items, keeps: 'none' },
          dedupKey: `changed:${n}`,
          changes: row.id,
        },
        clock.now(),
      );
    }
    await app.tickNow();
  }

  private rows(keys: string): Promise<Row[]> {
    return this.town.dataSource.query(
      'SELECT id, dedupKey, status, problem, onCard FROM outbox_messages WHERE dedupKey LIKE ? ORDER BY id',
      [keys],
    );
  }

  /** What is not as it should be; [] when every card was shown once and says what it should. */
  async wrong(): Promise<object[]> {
    const { gateway } = this.town;
    const shown = gateway.conversations().flatMap(({ id }) => gateway.messagesIn(id).filter(one => one.from.robotCode !== null)); // prettier-ignore
    const rows = await this.rows('card:%');
    const changes = new Map((await this.rows('changed:%')).map(row => [numberOf(row), row]));
    const found: object[] = [];
    if (rows.length !== this.put) found.push({ rows: rows.length, put: this.put });
    for (const row of rows) {
      const n = numberOf(row);
      const messages = shown.filter(one => one.text.includes(`第${firstNo + n}项`));
      const plain = messages.filter(one => one.card === undefined).length;
      const right =
        // Refused as a card and as words alike, for rights that are named.
        (row.status === 'failed' && messages.length === 0 && (row.problem ?? '').includes('权限')) ||
        // Words cannot be repeated in doubt; a card can, and never stays in it.
        (row.status === 'uncertain' && row.onCard === 0 && messages.length === plain && plain <= 1) ||
        (row.status === 'sent' && messages.length === 1 && (plain === 1) === (row.onCard === 0));
      if (!right) found.push({ ...row, shown: messages.length, plain });
      const change = changes.get(n);
      // What the platform refuses to change for good stays as it was; it said nothing untrue when it was sent.
      const refused = change?.status === 'expired' && (change.problem ?? '').includes('权限');
      if (change && !refused && (change.status !== 'sent' || !messages[0]?.text.includes('已核销')))
        found.push({ ...change, text: messages[0]?.text });
    }
    return found;
  }

  /** How many went as cards, and how many of those were changed. */
  async counts(): Promise<{ sent: number; changed: number }> {
    const rows = await this.rows('card:%');
    return { sent: rows.filter(row => row.onCard === 1).length, changed: this.changed.size };
  }
}

const numberOf = ({ dedupKey }: Row): number => Number(dedupKey.split(':')[1]);
