// How people, conversations and messages look: builds nodes, knows nothing of the server.
import { markdownNodes, plainWords } from './chat-markdown.js';

const weekdays = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const shanghaiMs = 8 * 3600 * 1000;
const dividerMs = 5 * 60 * 1000;

/** Parts of an instant in Asia/Shanghai, whatever the browser's zone. */
function wall(instant) {
  const shifted = new Date(new Date(instant).getTime() + shanghaiMs);
  const two = number => String(number).padStart(2, '0');
  return {
    date: shifted.toISOString().slice(0, 10),
    day: `${shifted.getUTCMonth() + 1}月${shifted.getUTCDate()}日`,
    weekday: weekdays[shifted.getUTCDay()],
    minutes: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
    seconds: two(shifted.getUTCSeconds()),
  };
}

/** "2023年", "6月26日 周一" and "08:25:03" */
export function clockWords(instant) {
  const { date, day, weekday, minutes, seconds } = wall(instant);
  return { year: `${date.slice(0, 4)}年`, day: `${day} ${weekday}`, time: `${minutes}:${seconds}` };
}

/** "6月27日 周二 08:30" */
export function momentWords(instant) {
  const { day, weekday, minutes } = wall(instant);
  return `${day} ${weekday} ${minutes}`;
}

/** The value of a datetime-local field. */
export function fieldValue(instant) {
  const { date, minutes } = wall(instant);
  return `${date}T${minutes}`;
}

export function node(name, options = {}, ...children) {
  const made = document.createElement(name);
  const { data, ...properties } = options;
  Object.assign(made, properties);
  Object.assign(made.dataset, data ?? {});
  made.append(...children.filter(child => child !== null));
  return made;
}

const hues = [212, 168, 28, 262, 340, 190, 96, 12];

function avatar(from, robot) {
  const face = node('span', { className: robot ? 'face robot' : 'face', ariaHidden: 'true' });
  face.textContent = robot ? '督' : from.name.slice(-2);
  if (!robot) {
    const hue = hues[[...from.name].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % hues.length];
    face.style.backgroundColor = `hsl(${hue} 45% 33%)`;
  }
  return face;
}

function quoteBlock(quoted, act) {
  const words = quoted ? `${quoted.from.name}：${plainWords(quoted)}` : '引用的消息已经不在了';
  const block = node('button', { type: 'button', className: 'quoted' }, words);
  if (quoted) block.onclick = () => act.show(quoted.id);
  else block.disabled = true;
  return block;
}

/** A site's own address, when a link button may be followed. */
function ownAddress(url) {
  try {
    const read = new URL(url);
    return read.origin === location.origin ? read.href : null;
  } catch {
    return null;
  }
}

function cardButtons(message, act) {
  if (message.buttons.length === 0) return null;
  const row = node('div', { className: 'card-buttons' });
  message.buttons.forEach((button, i) => {
    const address = button.url === null ? null : ownAddress(button.url);
    if (address !== null) {
      row.append(node('a', { className: 'card-button', href: address, target: '_blank', rel: 'noopener noreferrer' }, button.label));
      return;
    }
    const made = node('button', { type: 'button', className: 'card-button' }, button.label);
    const callsBack = button.callback !== undefined;
    made.disabled = button.say === null && !callsBack;
    made.title = callsBack ? '在卡片上办理，按你的权限' : button.say === null ? `链接：${button.url}` : `替你说：${button.say}`;
    made.onclick = () => act.press(message, i, made);
    row.append(made);
  });
  return row;
}

/** A picture as it was sent. */
function pictureNode(message) {
  const { mediaId } = message.file;
  const src = mediaId ? `/chat/media/${encodeURIComponent(mediaId)}` : `/chat/picture/${encodeURIComponent(message.id)}`;
  return node('img', { src, alt: `图片 ${message.file.name}`, className: 'picture' });
}

/** A file: one the robot has sent can be kept, one that was handed in is only named. */
function fileNode({ name, mediaId }) {
  if (!mediaId) return node('span', { className: 'file' }, `📄 ${name}`);
  return node('a', { href: `/chat/media/${encodeURIComponent(mediaId)}`, className: 'file', download: name }, `📄 ${name}`);
}

/** Why the robot does not know of a person's message; null when it does, or need not. */
function unheardNote(message, robotName) {
  if (message.from.staffId === null || message.pushedTo !== null) return null;
  const meant = message.text.startsWith(`@${robotName}`) || message.private;
  const file = message.file && !message.file.picture && !message.private;
  const words = file ? '群里的文件机器人收不到；要交给它，请引用这条并说“导入”' : meant ? '机器人没有连接，收不到这条' : '没有@机器人，机器人收不到';
  return node('span', { className: 'unheard' }, words);
}

/**
 * One message as a list item.
 * @param view - {me, robotName, find(id), previous} and act - {quote, again, press, show}
 */
export function messageNode(message, view, act) {
  const robot = message.from.robotCode !== null;
  const mine = message.from.staffId !== null && message.from.staffId === view.me;
  const body = node('div', { className: message.markdown === null ? 'words' : 'markdown' });
  if (message.markdown === null) body.textContent = message.file?.picture && message.text === '[图片]' ? '' : message.text;
  else body.append(...markdownNodes(message.markdown));
  const bubble = node('div', { className: robot ? 'bubble card' : 'bubble' });
  if (message.quotedId !== null) bubble.append(quoteBlock(view.find(message.quotedId), act));
  bubble.append(body);
  if (message.file?.picture) bubble.append(pictureNode(message));
  else if (message.file) body.replaceChildren(fileNode(message.file));
  const buttons = cardButtons(message, act);
  if (buttons) bubble.append(buttons);
  const note = message.card?.notes[view.me];
  if (note) bubble.append(node('div', { className: 'card-note', role: 'status', title: '只有你看得到' }, note));

  const actions = node('div', { className: 'actions' });
  actions.append(node('button', { type: 'button', className: 'quote', onclick: () => act.quote(message) }, '引用'));
  if (message.pushedTo !== null)
    actions.append(
      node('button', { type: 'button', className: 'again', title: '同一条消息再送给机器人一次', onclick: () => act.again(message) }, '重复投递'),
    );
  const unheard = unheardNote(message, view.robotName);
  if (unheard) actions.append(unheard);

  const name = node('div', { className: 'name' }, message.from.name, ' ', node('time', {}, wall(message.at).minutes));
  const column = node('div', { className: 'column' }, name, bubble, actions);
  const item = node('li', { className: mine ? 'message mine' : 'message', data: { id: message.id } }, avatar(message.from, robot), column);
  const previous = view.previous;
  if (previous && new Date(message.at) - new Date(previous.at) < dividerMs && wall(previous.at).date === wall(message.at).date)
    return [item];
  return [node('li', { className: 'divider' }, momentWords(message.at)), item];
}

/** One line of the conversation list. */
export function conversationNode(conversation, last, unread, current) {
  const preview = last ? `${conversation.private ? '' : `${last.from.name}：`}${plainWords(last)}` : '还没有消息';
  const icon = node('span', { className: conversation.private ? 'face robot' : 'face group', ariaHidden: 'true' }, conversation.private ? '督' : '群');
  const badge = node('span', { className: 'badge', hidden: unread === 0 }, unread > 99 ? '99+' : String(unread));
  if (unread > 0) badge.title = `${unread} 条新消息`;
  const line = node(
    'button',
    { type: 'button', className: current ? 'conversation current' : 'conversation', data: { id: conversation.id } },
    icon,
    node('span', { className: 'about' }, node('span', { className: 'title' }, conversation.title), node('span', { className: 'preview' }, preview)),
    node('span', { className: 'side' }, node('time', {}, last ? wall(last.at).minutes : ''), badge),
  );
  if (current) line.ariaCurrent = 'true';
  return line;
}
