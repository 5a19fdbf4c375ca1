// 模拟群聊, the face of the local DingTalk: speak as anyone, quote, press, turn the clock, switch faults on.
import { readFile } from 'node:fs/promises';
import Router from '@koa/router';
import { bodyParser } from '@koa/bodyparser';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TurnedClock } from '../clock';
import { projectFile } from '../project-files';
import { guardChatPage } from './chat-page-guard';
import {
  again, check, filing, picturing, pictureType, pressing, Refused, saying, sayRefusals, turning,
} from './chat-page-requests'; // prettier-ignore
import { applyFaults, faultChoices, noFaults } from './chosen-faults';
import { type Gateway } from './dingtalk-gateway';
import { type ShownMessage } from './gateway-events';
import { OperatorLog } from './operator-log';
import { PageStream } from './page-stream';
import { morningsAhead, turnProblem } from './turn-clock';

/** Someone to speak as. `unit` and `role` are words for the page, e.g. 区税务局, 联络员. */
export interface Speaker {
  staffId: string;
  name: string;
  unit: string;
  role: string;
  /** Sentences offered to a newcomer that work for this person; `newGroup` = in a group not enabled yet, null = the usual ones. */
  suggestions: { usual: string[]; newGroup: string[] | null };
}

export interface ChatPage {
  /** GET / (to the page), GET /chat, and what the page needs below /chat/. */
  router: Router;
  /** Ends the open pages' streams, which would hold the web server. */
  close(): void;
}

const pageFiles: Record<string, { file: string; type: string }> = {
  '/chat': { file: 'chat.html', type: 'text/html; charset=utf-8' },
  '/chat/chat.css': { file: 'chat.css', type: 'text/css; charset=utf-8' },
  '/chat/chat.js': { file: 'chat.js', type: 'text/javascript; charset=utf-8' },
  '/chat/chat-markdown.js': { file: 'chat-markdown.js', type: 'text/javascript; charset=utf-8' },
  '/chat/chat-operator.js': { file: 'chat-operator.js', type: 'text/javascript; charset=utf-8' },
  '/chat/chat-view.js': { file: 'chat-view.js', type: 'text/javascript; charset=utf-8' },
  '/chat/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' },
};

/** Shown for pictures of an earlier start: only words are kept. */
const gonePicture =
  '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><text x="8" y="26" font-size="14" fill="#646a73">图片没有保留</text></svg>';
/**
 * Makes the chat page of a local DingTalk; only a browser on this machine may use it.
 *
 * @param parts.speakers - asked at each load of the page, so that it follows the directory
 * @param parts.newGroups - groups the robot is not enabled in at first
 * @param parts.calendar - for the mornings that are offered
 * @param parts.dueDays - dates something open is due on, offered for turning to the day before
 * @param parts.explain - how the bot reads a message, as plain data for the drawer
 * @param parts.onTurned - called after the clock was turned; the request waits for it
 */
export function createChatPage(parts: {
  gateway: Gateway;
  clock: TurnedClock;
  speakers: () => Promise<Speaker[]>;
  newGroups: ReadonlySet<string>;
  calendar: WorkCalendar;
  dueDays?: () => Promise<string[]>;
  explain?: (message: ShownMessage) => Promise<object>;
  onTurned: () => Promise<void>;
}): ChatPage {
  const { gateway, clock, calendar } = parts;
  const { world } = gateway;
  let chosen = noFaults;

  let dueDays: string[] = [];
  const readDueDays = async (): Promise<string[]> => (await parts.dueDays?.()) ?? [];
  const clockState = (): object => ({ now: clock.now(), mornings: morningsAhead(clock.now(), calendar), dueDays });
  const linkState = (): object => ({ connected: gateway.connectionCount() > 0, faults: chosen });
  const log = new OperatorLog(() => clock.now());
  const stream = new PageStream(() => ({ event: 'clock', data: clockState() }));
  const unsubscribe = gateway.events.subscribe(event => {
    const note = log.take(event);
    if (note) stream.send('wire', note);
    if (event.kind === 'message') stream.send('message', event.message);
    if (event.kind === 'changed') stream.send('changed', event.message);
    if (event.kind === 'socket_opened' || event.kind === 'socket_closed') stream.send('link', linkState());
  });

  /** The conversations of one person: the groups they are in, and the private chat with the robot. */
  function chatsOf(staffId: string): { groups: Set<string>; privateId: string } {
    if (!world.findPerson(staffId)) throw new Refused('没有这个人，请刷新页面再试。');
    const groups = world.groups.filter(group => group.members.includes(staffId)).map(group => group.conversationId);
    return { groups: new Set(groups), privateId: gateway.privateChat(staffId) };
  }

  function requireMember(staffId: string, conversationId: string): void {
    const { groups, privateId } = chatsOf(staffId);
    if (conversationId !== privateId && !groups.has(conversationId)) throw new Refused('这个人不在这个群里。');
  }

  function requireMessage(id: string): ShownMessage {
    const message = world.findMessage(id);
    if (!message) throw new Refused('这条消息已经不在了。');
    return message;
  }

  function say(body: unknown): object {
    const { from, in: conversationId, text, at, quote } = check(saying, body);
    if (text.trim() === '') throw new Refused('请先写点什么。');
    requireMember(from, conversationId);
    if (quote !== null && requireMessage(quote).conversationId !== conversationId)
      throw new Refused('只能引用同一个会话里的消息。');
    return { message: gateway.say({ from, in: conversationId, text, at, quote: quote ?? undefined }) };
  }

  function sayPicture(body: unknown): object {
    const { from, in: conversationId, text, at, quote, name, data } = check(picturing, body);
    requireMember(from, conversationId);
    if (quote !== null && requireMessage(quote).conversationId !== conversationId)
      throw new Refused('只能引用同一个会话里的消息。');
    const bytes = Buffer.from(data, 'base64');
    if (pictureType(bytes) === null) throw new Refused('这不是 PNG 或 JPEG 图片。');
    const file = { name, bytes, picture: true };
    return { message: gateway.say({ from, in: conversationId, text, at, quote: quote ?? undefined, file }) };
  }

  function sendFile(body: unknown): object {
    const { from, in: conversationId, name, data } = check(filing, body);
    requireMember(from, conversationId);
    const file = { name, bytes: Buffer.from(data, 'base64') };
    return { message: gateway.say({ from, in: conversationId, text: '', at: false, file }) };
  }

  async function explain(body: unknown): Promise<object> {
    const { messageId } = check(again, body);
    const message = requireMessage(messageId);
    if (message.from.staffId === null || !parts.explain) throw new Refused('只能看人说的话怎么理解。');
    return parts.explain(message);
  }

  function press(body: unknown): object {
    const { from, messageId, button } = check(pressing, body);
    const message = requireMessage(messageId);
    requireMember(from, message.conversationId);
    if (!message.buttons[button]) throw new Refused('这张卡片没有这个按钮。');
    return { message: gateway.press(from, messageId, button) };
  }

  function deliverAgain(body: unknown): object {
    const { messageId } = check(again, body);
    requireMessage(messageId);
    if (!gateway.deliverAgain(messageId))
      throw new Refused('没有投递：机器人没有连接，或这条消息是上次启动时发的，或没有 @机器人。');
    return { deliveries: gateway.deliveriesOf(messageId).length };
  }

  async function turnClock(body: unknown): Promise<object> {
    const to = new Date(check(turning, body).to);
    const problem = turnProblem(to, clock.now());
    if (problem !== null) throw new Refused(problem);
    clock.turnTo(to);
    await parts.onTurned();
    dueDays = await readDueDays();
    stream.send('clock', clockState());
    return clockState();
  }

  function setFaults(body: unknown): object {
    chosen = check(faultChoices, body);
    applyFaults(gateway, chosen);
    stream.send('link', linkState());
    return linkState();
  }

  function cutOnce(): object {
    gateway.cutAll();
    return linkState();
  }

  async function wholeState(): Promise<object> {
    const speakers = await parts.speakers();
    dueDays = await readDueDays();
    return {
      robotName: world.apps[0]?.robotName ?? '',
      clock: clockState(),
      link: linkState(),
      speakers: speakers.map(speaker => ({ ...speaker, privateId: gateway.privateChat(speaker.staffId) })),
      groups: world.groups.map(group => ({
        id: group.conversationId,
        title: group.title,
        members: group.members,
        isNew: parts.newGroups.has(group.conversationId),
      })),
      messages: world.allMessages(),
      wire: log.all(),
    };
  }

  const router = new Router();
  router.get('/', context => {
    context.redirect('/chat');
  });
  router.use('/chat', guardChatPage, sayRefusals);
  for (const [path, { file, type }] of Object.entries(pageFiles))
    router.get(path, async context => {
      context.type = type;
      context.set('Cache-Control', 'no-cache');
      context.body = await readFile(projectFile('templates', 'web', file));
    });
  router.get('/chat/api/state', async context => {
    context.set('Cache-Control', 'no-store');
    context.body = await wholeState();
  });
  router.get('/chat/api/events', context => {
    stream.open(context, 'link', linkState());
  });
  router.get('/chat/picture/:id', context => {
    const found = gateway.files.shownIn(context.params['id'] ?? '');
    context.set('Cache-Control', 'no-store');
    context.type = 'image/svg+xml';
    context.body = gonePicture;
    if (!found?.picture) return;
    context.type = pictureType(found.bytes) ?? 'application/octet-stream';
    context.body = found.bytes;
  });
  router.get('/chat/media/:id', context => {
    const found = gateway.files.uploadedAs(context.params['id'] ?? '');
    context.set('Cache-Control', 'no-store');
    context.type = found?.picture === true ? 'image/png' : found ? 'application/octet-stream' : 'image/svg+xml';
    context.body = found?.bytes ?? gonePicture;
    if (found && found.picture !== true)
      context.set('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`);
  });
  router.post('/chat/api/picture', bodyParser({ enableTypes: ['json'], jsonLimit: '5mb' }), context => {
    context.body = sayPicture((context.request as { body?: unknown }).body);
  });
  router.post('/chat/api/file', bodyParser({ enableTypes: ['json'], jsonLimit: '15mb' }), context => {
    context.body = sendFile((context.request as { body?: unknown }).body);
  });
  const parseJson = bodyParser({ enableTypes: ['json'], jsonLimit: '64kb' });
  const acts: Record<string, (body: unknown) => object | Promise<object>> = {
    say,
    press,
    again: deliverAgain,
    clock: turnClock,
    faults: setFaults,
    cut: cutOnce,
    explain,
  };
  for (const [name, act] of Object.entries(acts))
    router.post(`/chat/api/${name}`, parseJson, async context => {
      context.body = await act((context.request as { body?: unknown }).body);
    });

  return {
    router,
    close: () => {
      unsubscribe();
      stream.close();
    },
  };
}
