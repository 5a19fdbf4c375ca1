// A card as it stands after what has happened: who may read it decides what of it is put there. Pure.
import { type Card, type CardChange, type CardReply } from '../rendering/card-reply';
import { momentName } from '../rendering/wording';
import { type TaskEvent } from './card-events';
import { restoredName } from './handlers/write-reports';

type Changed = Extract<CardReply, { template: 'card_changed' }>;
type Keeps = Changed['keeps'];

/** Acts that are no news to whoever reads a card: 催办, and a new version of the list, which is told otherwise. */
const untold: ReadonlySet<TaskEvent['act']> = new Set<TaskEvent['act']>(['urge', 'amend']);

/** What settles an office's card, by what it asks for. */
const settles: Record<string, ReadonlySet<TaskEvent['act']>> = {
  closure: new Set<TaskEvent['act']>(['accept_closure', 'return_closure', 'withdraw_closure', 'suspend', 'terminate']),
  // A newer request has a card of its own.
  extension: new Set<TaskEvent['act']>([
    'accept_extension',
    'refuse_extension',
    'withdraw_extension',
    'request_extension',
    'accept_closure',
    'suspend',
    'terminate',
  ]),
  blocker: new Set<TaskEvent['act']>(['answer_blocker', 'close_blocker', 'withdraw_blocker', 'terminate']),
};

/**
 * @param events - since the card was sent, oldest first
 * @returns the card as it is to be, and the id of the last event it tells of; null when it may stay as it is
 */
export function changedCard(card: Card, events: TaskEvent[]): { reply: Changed; last: string } | null {
  const told = card.template === 'office_notice' ? toldToOffice(card, events) : toldToUnit(card, events);
  const last = told.events.at(-1);
  if (!last) return null;
  // Of each task the latest counts: a card is no history.
  const latest = new Map(told.events.map(event => [event.no, event]));
  return {
    reply: { template: 'card_changed', card, items: [...latest.values()].map(changeOf), keeps: told.keeps },
    last: last.id,
  };
}

interface Told {
  events: TaskEvent[];
  keeps: Keeps;
}

function toldToOffice(card: Extract<Card, { template: 'office_notice' }>, events: TaskEvent[]): Told {
  const told = events.filter(
    event =>
      (settles[card.kind]?.has(event.act) && (event.unit === null || event.unit === card.unit)) ||
      // Taken back by the unit itself.
      (card.kind === 'closure' && event.unit === card.unit && isWithdrawal(event)),
  );
  return { events: told, keeps: 'none' };
}

function isWithdrawal({ before, after }: TaskEvent): boolean {
  return before?.state === 'closing' && after?.state === 'active';
}

/** A morning card of one unit tells of that unit and of the office; others' reports are not for its readers. */
function toldToUnit(card: Extract<Card, { template: 'morning_card' }>, events: TaskEvent[]): Told {
  const units = new Set([...card.units, ...card.standing].map(({ unit }) => unit));
  const [unit] = units;
  if (units.size !== 1) return { events: [], keeps: 'all' };
  const told = events.filter(event => !untold.has(event.act) && (event.unit === null || event.unit === unit));
  const latest = told.filter(event => event.no === card.only?.no).at(-1);
  const isDone = latest?.after?.done === true || latest?.act === 'accept_closure' || latest?.act === 'terminate';
  return { events: told, keeps: isDone ? 'without_reporting' : 'all' };
}

function changeOf(event: TaskEvent): CardChange {
  return {
    no: event.no,
    act: event.act as CardChange['act'],
    fact: event.after && restoredName(event.after),
    by: event.by,
    at: momentName(event.at),
  };
}
