// Shows DingTalk's Markdown as DOM nodes: text stays text, so nothing that is said can act on the page.

/** One inline piece after the other: code, bold, italics, pictures, links. */
const inline = /`([^`]+)`|\*\*(.+?)\*\*|(?<![*\w])\*([^*\s][^*]*)\*(?!\w)|!\[([^\]]*)\]\(([^)\s]*)\)|\[([^\]]*)\]\(([^)\s]*)\)/u;

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** A link into this very site may be followed; any other is shown as its words and its address. */
function linkNodes(words, address) {
  let url = null;
  try {
    url = new URL(address, location.href);
  } catch {
    // shown as text
  }
  if (url === null || url.origin !== location.origin || !/^https?:/.test(address))
    return [`${words}（${address}）`];
  const link = element('a', words);
  link.href = url.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  return [link];
}

/** A picture the robot has uploaded; of any other only its name. */
function pictureOr(alt, source) {
  if (!/^@[\w-]+$/.test(source)) return `［图片］${alt}`;
  const picture = element('img');
  picture.src = `/chat/media/${encodeURIComponent(source)}`;
  picture.alt = alt;
  picture.className = 'picture';
  return picture;
}

function inlineNodes(text) {
  const nodes = [];
  let rest = text;
  for (;;) {
    const found = inline.exec(rest);
    if (!found) break;
    if (found.index > 0) nodes.push(rest.slice(0, found.index));
    const [whole, code, bold, italic, alt, source, words, address] = found;
    if (code !== undefined) nodes.push(element('code', code));
    else if (bold !== undefined) nodes.push(element('strong', ...inlineNodes(bold)));
    else if (italic !== undefined) nodes.push(element('em', ...inlineNodes(italic)));
    else if (source !== undefined) nodes.push(pictureOr(alt, source));
    else nodes.push(...linkNodes(words, address));
    rest = rest.slice(found.index + whole.length);
  }
  if (rest !== '') nodes.push(rest);
  return nodes;
}

/** As in DingTalk, two spaces at a line's end break it; without them the next line goes on. */
function paragraphNodes(lines) {
  return lines.flatMap((line, i) => {
    const nodes = inlineNodes(line.trim());
    if (i === lines.length - 1) return nodes;
    return [...nodes, / {2}$/.test(line) ? element('br') : ' '];
  });
}

const heading = /^(#{1,6})\s+(.*)$/;
const bullet = /^\s*[-*+]\s+(.*)$/;
const numbered = /^\s*(\d{1,4})[.)]\s+(.*)$/;
const quote = /^\s*>\s?(.*)$/;
const rule = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;

function isBlock(line) {
  return [heading, bullet, numbered, quote, rule].some(pattern => pattern.test(line));
}

/** How many lines from `start` on fit. */
function run(lines, start, fits) {
  let end = start;
  while (end < lines.length && fits(lines[end])) end++;
  return lines.slice(start, end);
}

/** Markdown as a list of nodes. */
export function markdownNodes(source) {
  const lines = source.split(/\r\n|\r|\n/);
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const title = heading.exec(line);
    if (line.trim() === '') at++;
    else if (rule.test(line)) {
      nodes.push(element('hr'));
      at++;
    } else if (title) {
      nodes.push(element(`h${Math.min(title[1].length + 1, 6)}`, ...inlineNodes(title[2].trim())));
      at++;
    } else if (quote.test(line)) {
      const quoted = run(lines, at, one => quote.test(one));
      nodes.push(element('blockquote', ...markdownNodes(quoted.map(one => quote.exec(one)[1]).join('\n'))));
      at += quoted.length;
    } else if (bullet.test(line) || numbered.test(line)) {
      const pattern = bullet.test(line) ? bullet : numbered;
      const items = run(lines, at, one => pattern.test(one) && !rule.test(one));
      const list = element(pattern === bullet ? 'ul' : 'ol');
      for (const one of items) {
        const found = pattern.exec(one);
        const item = element('li', ...inlineNodes(found[found.length - 1].trim()));
        if (pattern === numbered) item.value = Number(found[1]);
        list.append(item);
      }
      nodes.push(list);
      at += items.length;
    } else {
      const paragraph = run(lines, at, one => one.trim() !== '' && (one === line || !isBlock(one)));
      nodes.push(element('p', ...paragraphNodes(paragraph)));
      at += paragraph.length;
    }
  }
  return nodes;
}

/** The words alone, on one line, for quotes and previews. */
export function plainWords(message) {
  const text = message.markdown === null ? message.text : (message.title ?? message.text);
  return text.replace(/[*#`>]/g, '').replace(/\s+/g, ' ').trim();
}
