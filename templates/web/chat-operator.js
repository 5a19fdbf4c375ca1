// The operator's drawer: how the last sentence was read, and what went over the wire.
import { node } from './chat-view.js';

const by = id => document.getElementById(id);
const parts = { 'tab-reading': 'reading', 'tab-wire': 'wire', 'tab-faults': 'fault-part' };
const keptNotes = 100;

/** Shows one part of the drawer. */
function show(tabId) {
  for (const [tab, part] of Object.entries(parts)) {
    by(tab).setAttribute('aria-selected', String(tab === tabId));
    by(tab).tabIndex = tab === tabId ? 0 : -1;
    by(part).hidden = tab !== tabId;
  }
}

function moment(at) {
  return new Date(Date.parse(at) + 8 * 3600 * 1000).toISOString().slice(11, 19);
}

const ways = { to: '→ 机器人', from: '← 机器人', link: '连接' };

function noteNode(note) {
  const head = [node('span', { className: `way ${note.way}` }, ways[note.way]), ` ${moment(note.at)} ${note.title}`];
  if (note.raw === '') return node('li', {}, ...head);
  return node('li', {}, node('details', {}, node('summary', {}, ...head), node('pre', { tabIndex: 0 }, note.raw)));
}

export function takeNote(note) {
  const list = by('wire-notes');
  list.prepend(noteNode(note));
  while (list.children.length > keptNotes) list.lastChild.remove();
}

export function takeNotes(notes) {
  by('wire-notes').replaceChildren(...notes.map(noteNode).reverse());
}

/** Shows how a message was read; `ask` fetches it, `message` null = nobody has said anything here. */
export async function showReading(message, ask) {
  const place = by('reading');
  if (message === null) {
    place.replaceChildren(node('p', { className: 'hint' }, '这个会话里还没有人说话。说一句，再来看机器人怎么理解。'));
    return;
  }
  const said = node('blockquote', {}, `${message.from.name}：${message.text}`);
  try {
    const { frames, notes } = await ask('explain', { messageId: message.id });
    place.replaceChildren(
      said,
      node('h3', {}, '读作'),
      node('pre', { tabIndex: 0 }, frames.map(frame => JSON.stringify(frame, null, 2)).join('\n')),
      node('h3', {}, '为什么'),
      notes.length > 0 ? node('ul', {}, ...notes.map(words => node('li', {}, words))) : node('p', { className: 'hint' }, '没有词语让机器人认作一件事。'),
      node('p', { className: 'hint' }, '规则是确定的，不用模型也不联网；命令行里是 duban understand --explain。'),
    );
  } catch (thrown) {
    place.replaceChildren(said, node('p', { className: 'hint' }, thrown.message));
  }
}

for (const tab of Object.keys(parts)) {
  by(tab).onclick = () => show(tab);
  by(tab).onkeydown = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = Object.keys(parts);
    const next = names[(names.indexOf(tab) + step + names.length) % names.length];
    show(next);
    by(next).focus();
  };
}
show('tab-reading');
