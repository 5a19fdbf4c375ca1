// One message answered: who speaks, what it means, what each act says, all in one transaction.
import { type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { InboxMessage, type OutboxMessage } from '../database/entities/message';
import { ChatGroup, IdentityClaim } from '../database/entities/unit';
import { isDuplicate } from '../database/transaction';
import { identify, ofUnit, speakingFor } from '../directory/identity';
import { type DirectoryView, type UnitDirectory } from '../directory/unit-directory';
import { newId } from '../ids';
import { type IncomingMessage } from '../messages';
import { enqueue, enqueueClaimed, recipientKey, type ToSay } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Frame, type Intent, type QuotedContext } from '../understanding/frames';
import { understand } from '../understanding/understand';
import { handle } from './handlers';
import { keepEvidence } from './handlers/evidence';
import { answerImport } from './handlers/import-list';
import { withList } from './handlers/notices';
import { type ListFile, type ListImports } from './list-imports';
import { type Papers } from './papers';
import { claimOfHeld, heldUnder } from './held-messages';
import { answerTo } from './inbox';
import { joinReports, voidsDraft, writesByNumber } from './join-reports';
import { answerStranger, withClaim } from './strangers';
import { closeTurn, type Contact, openTurn, type Turn } from './turn';
import { keepUnread } from './unread-sentences';
import { chooseList, type ListShelf } from './which-list';
import { chosenUnit, rememberChoice } from './which-unit';

/** What a turn needs of the house around it. */
export interface TurnSurroundings {
  directory: UnitDirectory;
  lists: ListShelf;
  clock: Clock;
  robotName: string;
  /** Where people reach the web site, without a slash at the end. */
  siteUrl: () => string;
  /** Who reads the lists that are sent; without it none can be imported by chat. */
  imports?: ListImports;
  /** Who makes papers; without it links are given instead. */
  papers?: Papers;
}

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

/** What has come of a turn. */
export interface Answer {
  /** false: it was handled meanwhile, or another message comes first; nothing was done. */
  done: boolean;
  /** Others wait behind it. */
  moreWait: boolean;
  /** The answer, where it is claimed already and may be sent as soon as this is committed. */
  claimed: OutboxMessage | null;
  /** Something else was put into the outbox. */
  moreToSend: boolean;
}

/** One turn: everything it writes commits together with the handled mark, or not at all. */
export async function answerMessage(
  parts: TurnSurroundings,
  manager: EntityManager,
  inboxId: string,
  message: IncomingMessage,
  given: {
    speaker: string;
    /** undefined = not asked for yet. */
    contact: Contact | null | undefined;
    /** undefined = not wanted yet. */
    listFile: ListFile | null | undefined;
    directory: DirectoryView;
    calendar: WorkCalendar;
    /** The sender of this process has room for one more. */
    sendsDirectly: boolean;
  },
): Promise<Answer> {
  const { speaker, contact, directory, calendar } = given;
  const now = parts.clock.now();
  const conversationId = message.conversation.id;
  const talk = { conversationId, speakerId: speaker, inboxId, now };
  const opened = await openTurn(manager, { ...talk, recipientKey: recipientKey(answerTo(message)) });
  if (!opened.isNext) return { done: false, moreWait: true, claimed: null, moreToSend: false };
  if (message.conversation.kind === 'group') await ensureGroup(manager, message, now);
  const known = await identify(manager, message, directory, civilDateOf(now));
  const held = claimOfHeld(opened.outcome);
  const claim = held?.claimId ? await manager.findOneBy(IdentityClaim, { id: held.claimId }) : null;
  // What was held is said for the unit of the claim, whatever other posts there are meanwhile.
  const actor = claim ? ofUnit(known, claim.unitId) : known;
  const lists = await parts.lists(manager, opened.listsMark);
  const choice = await chooseList(manager, lists, message, actor.group);
  const { state } = opened;
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
    wasHeld: held !== null,
    contact,
    listFile: given.listFile,
    imports: parts.imports ?? null,
    papers: parts.papers ?? null,
    siteUrl: parts.siteUrl(),
    notices: [],
    shows: null,
  }; // prettier-ignore
  const { reply: said, outcome, heldFor, secret } = await replyOf(parts, turn);
  const reply = said && (await withClaim(turn, said));
  // A held message is answered twice: now, and when it is handled after all.
  const answer = reply && answerOf(inboxId, message, reply, turn.shows, heldFor ? 'held' : 'answer');
  const direct = answer !== null && given.sendsDirectly && !opened.recipientBusy;
  const claimed = direct ? await enqueueClaimed(manager, answer, now) : null;
  if (answer && !direct) await enqueue(manager, answer, now);
  for (const notice of turn.notices) await enqueue(manager, notice, now);
  const { storedState } = opened;
  await closeTurn(manager, { ...talk, state: turn.state, storedState, status: heldFor ? 'held' : 'handled', outcome });
  // Of what bears a 密级 mark only the fact of refusal is kept.
  if (secret) await manager.update(InboxMessage, { id: inboxId }, { payload: null, status: 'refused' });
  const moreToSend = turn.notices.length > 0 || (answer !== null && !direct);
  return { done: true, moreWait: opened.moreWait, claimed, moreToSend };
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
  if (message.kind === 'quota_exhausted') return { reply: null, outcome: 'quota_exhausted' };
  const { frame, also } = read(turn);
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

function read(turn: Turn): { frame: Frame; also: Frame[] } {
  const { list, state, quotedNos, actor } = turn;
  const shown = state.shown?.listId === list?.id ? (state.shown?.itemNos ?? []) : [];
  return understand(turn.message.text, {
    calendar: turn.calendar,
    today: turn.today,
    senderUnit: actor.unit?.name ?? null,
    names: turn.directory.names,
    quoted: quotedContext(turn.message, quotedNos),
    talk: {
      ...(state.pending ? { pending: 'progress_update', tasks: state.pending.items.map(item => item.itemNo) } : {}),
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

async function ensureGroup(manager: EntityManager, message: IncomingMessage, now: Date): Promise<void> {
  const { channel, conversation } = message;
  const known = await manager.findOneBy(ChatGroup, { channel, conversationId: conversation.id });
  if (known) {
    if (conversation.title !== null && known.title !== conversation.title)
      await manager.update(ChatGroup, { id: known.id }, { title: conversation.title.slice(0, 190) });
    return;
  }
  try {
    await manager.insert(ChatGroup, {
      id: newId(),
      channel,
      conversationId: conversation.id,
      title: conversation.title?.slice(0, 190) ?? null,
      status: 'waiting',
      createdAt: now,
    });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
