// The chat page: keeps what the server tells, says what the person does.
import { clockWords, conversationNode, fieldValue, messageNode, momentWords, node } from './chat-view.js';
import { plainWords } from './chat-markdown.js';
import { showReading, takeNote, takeNotes } from './chat-operator.js';

const by = id => document.getElementById(id);
const memoryKey = 'duban-chat';

/** What the browser remembers: who speaks, where, and the last message read in each conversation. */
function readMemory() {
  try {
    return { me: null, at: null, read: {}, ...JSON.parse(localStorage.getItem(memoryKey) ?? '{}') };
  } catch {
    return { me: null, at: null, read: {} };
  }
}

const memory = readMemory();
let world = { robotName: '', speakers: [], groups: [] };
let link = { connected: false, faults: {} };
let mornings = { today: null, nextWorkday: null };
let dueDays = [];
let clockAheadMs = 0;
let quoted = null;
let mentioning = true;
/** Messages of each conversation, oldest first; and by id. */
let messages = new Map();
let known = new Map();
const drafts = new Map();
/** After so many messages of one person in a conversation, nothing is suggested any more. */
const youngUntil = 6;

function remember() {
  try {
    localStorage.setItem(memoryKey, JSON.stringify(memory));
  } catch {
    // A browser that keeps nothing shows the page all the same.
  }
}

function tell(sentence) {
  const notice = by('notice');
  notice.textContent = sentence;
  notice.hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (notice.hidden = true), 5000);
}

/** @throws Error with a sentence for the person */
async function ask(act, body) {
  let response;
  try {
    response = await fetch(`/chat/api/${act}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Duban-Chat': '1' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error('连不上本机的体验程序，它可能已经停止。');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.problem ?? '没有成功，请刷新页面再试。');
  return answer;
}

async function attempt(act, body) {
  try {
    return await ask(act, body);
  } catch (thrown) {
    tell(thrown.message);
    return null;
  }
}

const me = () => world.speakers.find(speaker => speaker.staffId === memory.me) ?? null;

function conversationsOf(speaker) {
  const groups = world.groups.filter(group => group.members.includes(speaker.staffId));
  return [
    ...groups.map(group => ({
      id: group.id,
      title: group.title,
      note: `${group.members.length} 人`,
      private: false,
      suggestions: (group.isNew ? speaker.suggestions.newGroup : null) ?? speaker.suggestions.usual,
    })),
    {
      id: speaker.privateId,
      title: world.robotName,
      note: '私聊，每条机器人都收得到',
      private: true,
      suggestions: speaker.suggestions.usual,
    },
  ];
}

const here = () => conversationsOf(me()).find(one => one.id === memory.at) ?? null;
const messagesOf = id => messages.get(id) ?? [];
const narrow = () => matchMedia('(max-width: 720px)').matches;
const isPrivate = id => world.speakers.some(speaker => speaker.privateId === id);

function unreadIn(id) {
  const list = messagesOf(id);
  const read = list.findIndex(message => message.id === memory.read[id]);
  return list.slice(read + 1).filter(message => message.from.staffId !== memory.me).length;
}

/** What is on the screen counts as read. */
function markRead() {
  if (document.hidden || (narrow() && !by('main').classList.contains('talking'))) return;
  const last = messagesOf(memory.at).at(-1);
  if (last && memory.read[memory.at] !== last.id) {
    memory.read[memory.at] = last.id;
    remember();
  }
}

function showSpeakers() {
  const select = by('speaker');
  select.replaceChildren(
    ...world.speakers.map(speaker => {
      const unread = speaker.staffId === memory.me ? 0 : unreadIn(speaker.privateId);
      const words = [speaker.name, speaker.unit, speaker.role].filter(Boolean).join(' · ');
      return node('option', { value: speaker.staffId }, unread > 0 ? `${words}（${unread} 条新私聊）` : words);
    }),
  );
  select.value = memory.me;
}

function showConversations() {
  const list = by('conversations');
  const focused = document.activeElement?.dataset?.id;
  list.replaceChildren(
    ...conversationsOf(me()).map(one => {
      const line = conversationNode(one, messagesOf(one.id).at(-1), unreadIn(one.id), one.id === memory.at);
      line.onclick = () => enter(one.id);
      return line;
    }),
  );
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

const acts = {
  quote: message => {
    quoted = message;
    showComposer();
    by('text').focus();
  },
  again: async message => {
    const answer = await attempt('again', { messageId: message.id });
    if (answer) tell(`已重复投递，这条消息一共送了 ${answer.deliveries} 次。`);
  },
  press: async (message, button, made) => {
    made.disabled = true;
    await attempt('press', { from: memory.me, messageId: message.id, button });
    made.disabled = false;
  },
  show: id => {
    const item = by('messages').querySelector(`[data-id="${CSS.escape(id)}"]`);
    item?.scrollIntoView({ block: 'center' });
    item?.classList.add('flash');
    setTimeout(() => item?.classList.remove('flash'), 1200);
  },
};

function nodesOf(message, previous) {
  const view = { me: memory.me, robotName: world.robotName, find: id => known.get(id), previous };
  return messageNode({ ...message, private: isPrivate(message.conversationId) }, view, acts);
}

function scrollToEnd() {
  const list = by('messages');
  list.scrollTop = list.scrollHeight;
}

function showTalk() {
  const conversation = here();
  by('talk-title').textContent = conversation.title;
  by('talk-note').textContent = conversation.note;
  const list = messagesOf(conversation.id);
  const items = list.flatMap((message, i) => nodesOf(message, list[i - 1]));
  const empty = '还没有消息。点下面的一句试试，或像平常说话一样写。';
  by('messages').replaceChildren(...(items.length > 0 ? items : [node('li', { className: 'empty' }, empty)]));
  scrollToEnd();
}

function showComposer() {
  const conversation = here();
  const mention = by('mention');
  mention.hidden = conversation.private;
  mention.textContent = `@${world.robotName}`;
  mention.setAttribute('aria-pressed', String(mentioning));
  mention.title = mentioning ? '机器人会收到；点一下改为不@' : '机器人收不到；点一下改为@';
  by('text').placeholder = conversation.private || mentioning ? '我局本周任务' : '机器人收不到';
  by('quoting').hidden = quoted === null;
  if (quoted) by('quoting-text').textContent = `引用 ${quoted.from.name}：${plainWords(quoted)}`;
  growText();
}

/** What this person has not said here yet, while the chat is young. */
function showSuggestions() {
  const conversation = here();
  const own = messagesOf(conversation.id).filter(message => message.from.staffId === memory.me);
  const said = new Set(own.map(message => message.text.replace(`@${world.robotName}`, '').trim()));
  const offered = own.length < youngUntil ? conversation.suggestions.filter(words => !said.has(words)) : [];
  const place = by('suggestions');
  place.hidden = offered.length === 0;
  place.replaceChildren(
    ...offered.map(words => {
      const chip = node('button', { type: 'button', className: 'suggestion' }, words);
      chip.onclick = () => void say({ text: words, at: true, quote: null });
      return chip;
    }),
  );
}

function growText() {
  const text = by('text');
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
}

function showAll() {
  markRead();
  showSpeakers();
  showConversations();
  showComposer();
  showSuggestions();
  // Last, because it scrolls to the end of what the others leave it.
  showTalk();
}

function enter(id) {
  drafts.set(memory.at, by('text').value);
  memory.at = id;
  quoted = null;
  by('text').value = drafts.get(id) ?? '';
  by('main').classList.add('talking');
  remember();
  showAll();
  if (!narrow()) by('text').focus();
}

function speakAs(staffId) {
  memory.me = staffId;
  quoted = null;
  const conversations = conversationsOf(me());
  if (!conversations.some(one => one.id === memory.at)) memory.at = conversations[0].id;
  remember();
  showAll();
}

function take(message) {
  if (known.has(message.id)) return;
  known.set(message.id, message);
  const list = messagesOf(message.conversationId);
  const previous = list.at(-1);
  messages.set(message.conversationId, [...list, message]);
  if (message.conversationId === memory.at) {
    const shown = by('messages');
    const atEnd = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 80;
    if (!previous) shown.replaceChildren();
    shown.append(...nodesOf(message, previous));
    showSuggestions();
    if (atEnd || message.from.staffId === memory.me) scrollToEnd();
    markRead();
  }
  showConversations();
  showSpeakers();
}

/** A message says something else from now on: a card, or one that was taken back. */
function change(message) {
  if (!known.has(message.id)) return;
  known.set(message.id, message);
  const list = messagesOf(message.conversationId);
  messages.set(message.conversationId, list.map(one => (one.id === message.id ? message : one)));
  const item = by('messages').querySelector(`[data-id="${CSS.escape(message.id)}"]`);
  if (item && message.conversationId === memory.at) item.replaceWith(nodesOf(message, message).at(-1));
  showConversations();
}

function takeClock(state) {
  clockAheadMs = Date.parse(state.now) - Date.now();
  mornings = state.mornings;
  dueDays = state.dueDays ?? [];
  showClock();
}

const botNow = () => Date.now() + clockAheadMs;

function showClock() {
  const { year, day, time } = clockWords(botNow());
  by('clock-year').textContent = year;
  by('clock-day').textContent = day;
  by('clock-time').textContent = time;
  const { today, nextWorkday } = mornings;
  const todayIsAhead = today !== null && Date.parse(today) > botNow();
  by('today-morning').hidden = !todayIsAhead;
  if (todayIsAhead) by('today-moment').textContent = momentWords(today);
  if (nextWorkday) by('next-moment').textContent = momentWords(nextWorkday);
  by('next-morning').classList.toggle('primary', !todayIsAhead);
}

function showLink() {
  const { connected, faults } = link;
  by('link').textContent = connected ? '机器人在线' : '机器人未连接';
  by('link').classList.toggle('off', !connected);
  const on = [faults.offline, faults.sends !== 'ok', faults.delayMs > 0, faults.acksDropped, faults.quotaExhausted].filter(Boolean).length;
  by('fault-count').hidden = on === 0;
  by('fault-count').textContent = String(on);
  const form = by('faults').elements;
  for (const name of ['offline', 'acksDropped', 'quotaExhausted']) form.namedItem(name).checked = faults[name];
  form.namedItem('sends').value = faults.sends;
  form.namedItem('delayMs').value = String(faults.delayMs);
}

function takeLink(state) {
  link = state;
  showLink();
}

/** Everything anew: at the start, and after the connection was lost. */
async function load() {
  const response = await fetch('/chat/api/state');
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).problem ?? '打不开，请稍后刷新。');
  const state = await response.json();
  world = state;
  messages = new Map();
  known = new Map();
  for (const message of state.messages) {
    known.set(message.id, message);
    messages.set(message.conversationId, [...messagesOf(message.conversationId), message]);
  }
  takeClock(state.clock);
  takeLink(state.link);
  takeNotes(state.wire ?? []);
  speakAs((me() ?? world.speakers[0]).staffId);
}

function listen() {
  const events = new EventSource('/chat/api/events');
  let loading = null;
  const waiting = [];
  events.onopen = () => {
    loading = load()
      .then(() => waiting.splice(0).forEach(run => run()))
      .catch(thrown => tell(thrown.message))
      .finally(() => (loading = null));
  };
  events.addEventListener('message', event => {
    const message = JSON.parse(event.data);
    // What comes while everything is loaded anew is taken after it; what is known by then is passed over.
    if (loading) waiting.push(() => take(message));
    else take(message);
  });
  events.addEventListener('changed', event => {
    const message = JSON.parse(event.data);
    if (loading) waiting.push(() => change(message));
    else change(message);
  });
  events.addEventListener('wire', event => takeNote(JSON.parse(event.data)));
  events.addEventListener('clock', event => takeClock(JSON.parse(event.data)));
  events.addEventListener('link', event => takeLink(JSON.parse(event.data)));
  events.onerror = () => {
    by('link').textContent = '体验程序未连接';
    by('link').classList.add('off');
    if (events.readyState !== EventSource.CLOSED) return;
    events.close();
    setTimeout(listen, 2000);
  };
}

/** @returns false when it could not be said */
async function say(words) {
  const answer = await attempt('say', { from: memory.me, in: memory.at, ...words });
  if (answer) take(answer.message);
  return answer !== null;
}

async function send() {
  const text = by('text');
  const words = text.value;
  if (words.trim() === '') return;
  const sent = { text: words, at: mentioning, quote: quoted?.id ?? null };
  text.value = '';
  quoted = null;
  drafts.delete(memory.at);
  showComposer();
  const sentIn = memory.at;
  if (await say(sent)) return;
  // Nothing a person wrote is lost because it could not be sent.
  if (memory.at !== sentIn) drafts.set(sentIn, words);
  else if (text.value === '') text.value = words;
}

async function turn(button, to) {
  by('clock-problem').textContent = '';
  button.disabled = true;
  try {
    takeClock(await ask('clock', { to }));
    by('clock-panel').close();
    tell(`时钟已转到 ${momentWords(to)}。`);
  } catch (thrown) {
    by('clock-problem').textContent = thrown.message;
  } finally {
    button.disabled = false;
  }
}

async function setFaults(chosen) {
  by('fault-problem').textContent = '';
  try {
    // What has become of the connection comes as an event; the answer was written before it was cut.
    await ask('faults', chosen);
  } catch (thrown) {
    by('fault-problem').textContent = thrown.message;
    showLink();
  }
}

by('speaker').onchange = event => speakAs(event.target.value);
by('back').onclick = () => {
  by('main').classList.remove('talking');
  showConversations();
};
by('mention').onclick = () => {
  mentioning = !mentioning;
  showComposer();
};
by('drop-quote').onclick = () => {
  quoted = null;
  showComposer();
};
by('composer').onsubmit = event => {
  event.preventDefault();
  void send();
};
by('text').oninput = growText;
by('text').onkeydown = event => {
  // Enter that chooses a word of the input method is not meant for us.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void send();
};
by('open-clock').onclick = () => {
  by('clock-problem').textContent = '';
  by('clock-to').value = fieldValue(botNow());
  const ahead = dueDays.filter(day => dayAfter(day, -1) > botDay());
  by('due-form').hidden = ahead.length === 0;
  by('due-day').replaceChildren(
    ...ahead.map(day => node('option', { value: day }, `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日到期（前一天 08:25）`)),
  );
  by('clock-panel').showModal();
};
by('open-faults').onclick = () => {
  const people = messagesOf(memory.at).filter(message => message.from.staffId !== null);
  void showReading(people.at(-1) ?? null, ask);
  by('fault-panel').showModal();
};
/** 08:25 of a day, "2023-06-27". */
const beforeMorning = day => `${day}T08:25:00+08:00`;
const dayAfter = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const botDay = () => fieldValue(botNow()).slice(0, 10);
by('tomorrow').onclick = event => void turn(event.currentTarget, beforeMorning(dayAfter(botDay(), 1)));
by('next-day').onclick = event => void turn(event.currentTarget, new Date(botNow() + 86_400_000).toISOString());
by('due-form').onsubmit = event => {
  event.preventDefault();
  void turn(event.submitter ?? by('due-day'), beforeMorning(dayAfter(by('due-day').value, -1)));
};
/** The bytes of a chosen file, in base64. */
function bytesOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(new Error('这个文件读不出来。'));
    reader.readAsDataURL(file);
  });
}

/** Takes what was chosen in a field, and sends it by `sendBytes`. */
function onChosen(field, largestMegabytes, sendBytes) {
  by(field).onchange = async event => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      if (file.size > largestMegabytes * 1024 * 1024) throw new Error(`最大 ${largestMegabytes} MB。`);
      if (file.size === 0) throw new Error('这个文件是空的。');
      await sendBytes(file, await bytesOf(file));
    } catch (thrown) {
      tell(thrown.message);
    } finally {
      event.target.value = '';
    }
  };
}

onChosen('picture', 3, async (file, data) => {
  const words = by('text').value.trim();
  const sent = { from: memory.me, in: memory.at, text: words, at: mentioning, quote: quoted?.id ?? null };
  const answer = await ask('picture', { ...sent, name: file.name, type: file.type, data });
  by('text').value = '';
  quoted = null;
  showComposer();
  take(answer.message);
});
onChosen('file', 10, async (file, data) => {
  const answer = await ask('file', { from: memory.me, in: memory.at, name: file.name, data });
  take(answer.message);
});
by('today-morning').onclick = event => void turn(event.currentTarget, mornings.today);
by('next-morning').onclick = event => void turn(event.currentTarget, mornings.nextWorkday);
by('clock-form').onsubmit = event => {
  event.preventDefault();
  const value = by('clock-to').value;
  void turn(event.submitter ?? by('clock-to'), `${value}${value.length === 16 ? ':00' : ''}+08:00`);
};
by('faults').onsubmit = event => event.preventDefault();
by('faults').onchange = () => {
  const form = by('faults').elements;
  void setFaults({
    offline: form.namedItem('offline').checked,
    sends: form.namedItem('sends').value,
    delayMs: Number(form.namedItem('delayMs').value),
    acksDropped: form.namedItem('acksDropped').checked,
    quotaExhausted: form.namedItem('quotaExhausted').checked,
  });
};
by('no-faults').onclick = () =>
  void setFaults({ offline: false, sends: 'ok', delayMs: 0, acksDropped: false, quotaExhausted: false });
by('cut').onclick = () => void attempt('cut', {});
for (const panel of document.querySelectorAll('dialog')) {
  panel.querySelector('.close').onclick = () => panel.close();
  // A press beside the drawer closes it.
  panel.onclick = event => {
    if (event.target === panel) panel.close();
  };
}
document.onvisibilitychange = () => {
  if (me()) {
    markRead();
    showConversations();
  }
};
setInterval(showClock, 500);
listen();
