// One message answered: who speaks, what it means, what each act says.
import { type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { InboxMessage } from '../database/entities/message';
import { type TaskList } from '../database/entities/task';
import { type ChatGroup, IdentityClaim } from '../database/entities/unit';
import { ofUnit } from '../directory/identity';
import { identify, type Speakers, speakingFor } from '../directory/speakers';
import { type DirectoryView } from '../directory/unit-directory';
import { type IncomingMessage } from '../messages';
import { type ToSay } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Intent, type QuotedContext, type Reading } from '../understanding/frames';
import { understandInTime } from '../understanding/understand-in-time';
import { handle } from './handlers';
import { livePending } from './handlers/confirm';
import { keepEvidence } from './handlers/evidence';
import { answerImport } from './handlers/import-list';
import { withList } from './handlers/notices';
import { tellOfWithheldWords } from './handlers/words-withheld';
import { type ListFile, type ListImports } from './list-imports';
import { type Papers } from './papers';
import { claimOfHeld, heldUnder } from './held-messages';
import { answerTo } from './inbox';
import { joinReports, voidsDraft, writesByNumber } from './join-reports';
import { answerStranger, withClaim } from './strangers';
import { type Contact, type Turn } from './turn';
import { type Closing, type OpenedTurn } from './turn-bounds';
import { keepUnread } from './unread-sentences';
import { chooseList } from './which-list';
import { chosenUnit, rememberChoice } from './which-unit';

/** What a turn needs of the house around it. */
export interface TurnSurroundings {
  clock: Clock;
  robotName: string;
  /** Where people reach the web site, without a slash at the end. */
  siteUrl: () => string;
  /** Who reads the lists that are sent; without it none can be imported by chat. */
  imports?: ListImports;
  /** Who makes papers; without it links are given instead. */
  papers?: Papers;
}

const mostUnread = 10;

/** What somebody outside the directory may do in a private chat, where no group has let them in. */
const openToAnyone: ReadonlySet<Intent> = new Set<Intent>(['help', 'identity', 'none', 'clarify']);

/** The answer to a message, as it goes into the outbox: one per message, whatever happens. */
export function answerOf(
  inboxId: string,
  message: IncomingMessage,
  reply: Reply,
  tasksShown: Turn['shows'],
  kind: 'answer' | 'held' = 'answer',
): ToSay {
  return {
    to: answerTo(message),
    reply,
    dedupKey: `${kind}:${inboxId}`,
    replyUrl: message.replyUrl,
    mention: message.conversation.kind === 'group' ? message.sender.staffId : null,
    ...(tasksShown ? { tasksShown } : {}),
  };
}

/** What a turn has come to, before it is stored. */
export interface Composed {
  answer: ToSay | null;
  /** Messages to others that it causes. */
  notices: ToSay[];
  closing: Closing;
  /** A 密级 mark was found: only the fact of refusal is kept. */
  secret: boolean;
}

/** What a turn is given to work with. */
export interface Given {
  /** Reads and writes in the turn's transaction, or only reads (see database/reading-only.ts). */
  manager: EntityManager;
  opened: OpenedTurn;
  lists: TaskList[];
  speakers: Speakers;
  directory: DirectoryView;
  calendar: WorkCalendar;
  findTasks: Turn['findTasks'];
  /** undefined = not asked for yet. */
  contact: Contact | null | undefined;
  /** undefined = not wanted yet. */
  listFile: ListFile | null | undefined;
}

/** Who a message's turn is remembered for. */
export function speakerOf({ sender }: IncomingMessage): string {
  return sender.staffId ?? `nick:${sender.nick}`.slice(0, 128);
}

/** Who speaks, what it means, and what is said to it; what the acts write is written, the answer and the end of the turn are not. */
export async function composeAnswer(
  parts: TurnSurroundings,
  inboxId: string,
  message: IncomingMessage,
  given: Given,
): Promise<Composed> {
  const { manager, opened, directory, calendar, contact } = given;
  const now = parts.clock.now();
  const known = identify(message, given.speakers, directory);
  const held = claimOfHeld(opened.outcome);
  const claim = held?.claimId ? await manager.findOneBy(IdentityClaim, { id: held.claimId }) : null;
  // What was held is said for the unit of the claim, whatever other posts there are meanwhile.
  const actor = claim ? ofUnit(known, claim.unitId) : known;
  const choice = await chooseList(manager, given.lists, message, actor.group);
  const { state, storedState } = opened;
  const chosen = chosenUnit(message.text, { actor, state, directory, now });
  const turn: Turn = {
    manager, inboxId, directory, state, now,
    message: chosen ? { ...message, text: chosen.text } : message,
    actor: chosen ? { ...actor, unit: chosen.unit } : speakingFor(actor, message.text, directory),
    list: choice.list,
    otherLists: choice.names.slice(1),
    listGuessed: choice.guessed,
    calendar,
    today: civilDateOf(now),
    quotedNos: choice.quotedNos,
    findTasks: given.findTasks,
    wasHeld: held !== null,
    contact,
    listFile: given.listFile,
    imports: parts.imports ?? null,
    papers: parts.papers ?? null,
    siteUrl: parts.siteUrl(),
    notices: [],
    shows: null,
  }; // prettier-ignore
  const { reply: said, outcome, heldFor, secret = false } = await replyOf(parts, turn);
  const reply = said && (await withClaim(turn, said));
  const status = heldFor ? 'held' : 'handled';
  return {
    // A held message is answered twice: now, and when it is handled after all.
    answer: reply && answerOf(inboxId, message, reply, turn.shows, heldFor ? 'held' : 'answer'),
    notices: turn.notices,
    closing: { inboxId, speakerId: speakerOf(message), state: turn.state, storedState, status, outcome },
    secret,
  };
}

interface Answered {
  reply: Reply | null;
  outcome: string;
  /** The claim it waits for. */
  heldFor?: string | null;
  secret?: boolean;
}

async function replyOf(parts: TurnSurroundings, turn: Turn): Promise<Answered> {
  const { message, actor } = turn;
  if (message.kind === 'quota_exhausted') {
    await tellOfWithheldWords(turn);
    return { reply: null, outcome: 'quota_exhausted' };
  }
  const { frame, also, unread = [] } = read(turn);
  // 撤回 has been answered when it was said.
  const frames = joinReports([frame, ...also]).filter(act => !(turn.wasHeld && act.intent === 'undo'));
  const outcome = frames.map(act => act.intent).join(', ');
  const { group } = actor;
  if (group && group.status !== 'enabled') {
    const setUp = frames.find(act => act.intent === 'group_setup');
    if (setUp) return { reply: await handle(turn, setUp), outcome };
    return { reply: await introduceOnce(parts, turn, group), outcome: `group_${group.status}` };
  }
  const imported = await answerImport(turn);
  if (imported)
    return {
      reply: imported.reply,
      outcome: imported.mark === null ? 'import_list' : `refused: ${imported.mark}`,
      secret: imported.mark !== null,
    };
  // A draft is confirmed by the next word about it, never after another report or question about a report.
  if (frames.some(voidsDraft)) turn.state.pending = null;
  if (turn.listGuessed && frames.some(writesByNumber))
    return {
      reply: { template: 'which_list', lists: [turn.list?.shortName ?? '', ...turn.otherLists] },
      outcome: 'which_list',
    };
  const stranger = await answerStranger(turn, frames);
  if (stranger) return { ...stranger, outcome: stranger.heldFor === null ? 'stranger' : heldUnder(stranger.heldFor) };
  if (!group && actor.personId === null && frames.some(act => !openToAnyone.has(act.intent)))
    return { reply: { template: 'stranger' }, outcome: 'stranger' };
  if (message.attachments.length > 0 && frames.every(act => act.intent === 'none'))
    return { reply: await keepEvidence(turn), outcome: 'evidence' };
  const replies: Reply[] = [];
  for (const act of frames) {
    const reply = await handle(turn, act);
    if (reply) replies.push(reply);
  }
  if (unread.length > 0) {
    // Which numbers they are says more than that something was not sure.
    const vague = replies.findIndex(({ template }) => template === 'not_sure');
    if (vague >= 0) replies.splice(vague, 1);
    replies.push({ template: 'not_recorded', nos: unread.slice(0, mostUnread) });
  }
  rememberChoice(message.text, replies, turn);
  const [only] = replies;
  if (only && (only.template === 'suggestions' || only.template === 'not_sure')) await keepUnread(turn, outcome);
  const reply: Reply | null = replies.length > 1 ? { template: 'several', parts: replies } : (only ?? null);
  return { reply: reply && frames.some(writesByNumber) ? withList(turn, reply) : reply, outcome };
}

/** The one answer a group gets before it is enabled. */
async function introduceOnce(parts: TurnSurroundings, turn: Turn, group: ChatGroup): Promise<Reply | null> {
  const earlier = await turn.manager.findOne(InboxMessage, {
    where: { conversationId: group.conversationId, outcome: 'group_waiting' },
  });
  if (group.status !== 'waiting' || earlier) return null;
  return { template: 'group_introduction', robot: parts.robotName, groupId: group.conversationId, officeHint: true };
}

function read(turn: Turn): Reading {
  const { list, state, quotedNos, actor } = turn;
  const shown = state.shown?.listId === list?.id ? (state.shown?.itemNos ?? []) : [];
  return understandInTime(turn.message.text, {
    calendar: turn.calendar,
    today: turn.today,
    senderUnit: actor.unit?.name ?? null,
    names: turn.directory.names,
    quoted: quotedContext(turn.message, quotedNos),
    talk: {
      // Of one that has lapsed only the word for it is answered; "是70%" puts nothing right in it any more.
      ...(state.pending
        ? { pending: 'progress_update', tasks: livePending(turn)?.items.map(item => item.itemNo) }
        : {}),
      shown: shown.map((no, i) => ({ pos: i + 1, no })),
      cut: (state.more ?? null) !== null,
    },
    // Handlers look for the tasks themselves, and say which numbers the list does not have.
    taskExists: () => true,
    listNames: list ? [list.shortName, ...turn.otherLists] : [],
  });
}

function quotedContext(message: IncomingMessage, nos: number[]): QuotedContext | undefined {
  if (nos.length === 1) return { type: 'task_card', tasks: nos };
  if (nos.length > 1) return { type: 'task_list', items: nos.map((no, i) => ({ pos: i + 1, no })) };
  return message.quoted?.text ? { type: 'text', text: message.quoted.text } : undefined;
}
