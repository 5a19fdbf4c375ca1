// Lists without a table: "1.实行……（牵头单位：区市场监管局；责任单位：区税务局，6月底完成）" in running text becomes rows of a table.
import { cellFit } from './cell-fit';
import { cleanText } from './clean-text';
import { headerMeaning } from './header-words';
import { headingLevel, longestHeading } from './headings';
import { readItemNumber } from './item-number';
import { type Notice, type Table, type TableRow, type TextLine } from './table';

const longestAnnotation = 600;
/** Longer paragraphs are no task, and are not searched. */
const longestText = 20_000;
/** A task does not go on for more lines than these. */
const mostLines = 40;

const labels =
  '(?:牵头|主责|主办|第一责任|责任|配合|协办|协同|协助|参与|参加|落实|承办)(?:责任)?(?:单位|部门)|(?:牵头|责任|分管|包保)领导|责任人|(?:完成|整改|办结)?(?:时限|期限)(?:要求)?|完成时间|时间节点|时间要求|进度安排';
const labelled = new RegExp(`(${labels})\\s*[:：]`, 'gu');
const labelFirst = new RegExp(`^[(（【\\[]?\\s*(?:${labels})\\s*[:：]`, 'u');
const roleWords = /牵头|配合|协办|协助|负责(?:$|[，,；;。])|会同/u;
const itemMark =
  /^\s*(第[一二三四五六七八九十百\d]{1,4}[条项]|[一二三四五六七八九十百]{1,4}[、.．]|[(（](?:[一二三四五六七八九十百]{1,4}|\d{1,3})[)）]|\d{1,3}(?:[.．、)）](?!\d)|\s)|[①-⑳])\s*/u;

/** Who does it and until when, taken out of the text. */
interface Annotation {
  /** As labelled in print; '' = without a label. */
  units: { label: string; names: string }[];
  deadline: string;
  /** Says itself that these are the units in charge. */
  certain: boolean;
}

interface Item extends Annotation {
  row: number;
  label: string;
  text: string;
}

type Block = { heading: string; row: number } | { item: Item };

/**
 * The tasks of running text as a table with a header, headings in rows of their own; null where no line says who is in charge.
 * Numbers are taken where every task has one and no two are the same; otherwise the list counts as one without numbers.
 */
export function tableOfRunningText(lines: TextLine[]): { table: Table; notices: Notice[] } | null {
  const reader = new TextReader();
  for (const { row, text } of lines) reader.take(cleanText(text), row);
  const { blocks, above, skipped } = reader.end();
  const items = blocks.flatMap(block => ('item' in block ? [block.item] : []));
  if (!items.some(item => item.certain)) return null;
  const numbers = items.map(item => readItemNumber(item.label));
  const numbered = !numbers.includes(null) && new Set(numbers).size === items.length;
  const columns = [...(numbered ? ['序号'] : []), '重点任务', '责任单位', '完成时限'];
  const rows: TableRow[] = [{ row: 0, cells: columns }];
  for (const block of blocks)
    if ('heading' in block) rows.push({ row: block.row, cells: [block.heading] });
    else {
      const { row, label, text, units, deadline } = block.item;
      // Nothing is merged, and that is known: no blank cell carries the value above.
      rows.push({ row, cells: [...(numbered ? [label] : []), text, unitCell(units), deadline], merged: [] });
    }
  const notices: Notice[] = [{ code: 'running_text', message: '文件里没有表格，已从正文中逐项读取，请逐项核对' }];
  if (skipped.length > 0)
    notices.push({
      code: 'text_skipped',
      message: `第${skipped.slice(0, 20).join('、')}行有序号但没有写明单位，未导入，请核对`,
    });
  return { table: { sheet: null, above, rows, mergesKnown: true }, notices };
}

/** 责任单位 stand beside those that lead; where nobody leads, they do, and need no label. */
function unitCell(units: Annotation['units']): string {
  const someoneLeads = units.some(
    ({ label, names }) => headerMeaning(label)?.kind === 'lead' || names.includes('牵头'),
  );
  const shown = units.map(({ label, names }) =>
    label === '' || (!someoneLeads && headerMeaning(label)?.kind === 'units') ? names : `${label}：${names}`,
  );
  return shown.join('；');
}

/** Follows the lines: headings, texts, and the annotations that make tasks of them. */
class TextReader {
  private readonly blocks: Block[] = [];
  private readonly above: string[] = [];
  private readonly skipped: number[] = [];
  private pending: { row: number; lines: string[] } | null = null;
  /** The last item, while lines that only name its units may follow. */
  private open: Item | null = null;

  take(line: string, row: number): void {
    if (line === '' || line.length > longestText) return;
    if (this.pending && this.pending.lines.length > mostLines) this.settle(true);
    if (this.pending && isOpen(this.pending.lines.join(''))) {
      this.pending.lines.push(line);
      this.settle(false);
      return;
    }
    if (labelFirst.test(line) && (this.pending || this.open)) {
      this.takeLabelled(line);
      return;
    }
    if (itemMark.test(line) || headingLevel(line) !== null) this.settle(true);
    this.open = null;
    this.pending ??= { row, lines: [] };
    this.pending.lines.push(line);
    this.settle(false);
  }

  end(): { blocks: Block[]; above: string[]; skipped: number[] } {
    this.settle(true);
    return { blocks: this.blocks, above: this.above, skipped: this.skipped };
  }

  /** A line of its own that only says who or until when, for the text above it. */
  private takeLabelled(line: string): void {
    const annotation = readAnnotation(line.replace(/^[(（【[]\s*|\s*[)）】\]]$/gu, ''));
    if (!annotation) return;
    if (this.pending) {
      const { row, lines } = this.pending;
      this.pending = null;
      this.addItem(row, lines.join(''), annotation);
    } else if (this.open) {
      this.open.units.push(...annotation.units);
      this.open.deadline = [this.open.deadline, annotation.deadline].filter(text => text !== '').join('，');
    }
  }

  /** Takes the tasks out of the pending text; with `all` what is left is a heading, or no task. */
  private settle(all: boolean): void {
    if (!this.pending) return;
    const { row, lines } = this.pending;
    const { tasks, rest } = splitTasks(lines.join(''));
    for (const { text, annotation } of tasks) this.addItem(row, text, annotation);
    if (tasks.length > 0) this.pending = rest === '' ? null : { row, lines: [rest] };
    if (!all || !this.pending) return;
    const left = this.pending.lines.join('');
    this.pending = null;
    if (headingLevel(left) !== null && left.length <= longestHeading) this.blocks.push({ heading: left, row });
    else if (itemMark.test(left)) this.skipped.push(row);
    else if (this.blocks.length === 0) this.above.push(...lines);
  }

  private addItem(row: number, printed: string, annotation: Annotation): void {
    const mark = itemMark.exec(printed);
    const text = printed.slice(mark?.[0].length ?? 0).trim();
    if (text === '') return;
    const item = { row, label: mark?.[1]?.trim() ?? '', text, ...annotation };
    this.blocks.push({ item });
    this.open = item;
  }
}

/** Who does a task and until when, where its own text says so: "……（区教育局牵头，区人社局配合）"; '' = not said. */
export function partiesInText(text: string): { units: string; deadline: string } {
  if (text.length > longestText) return { units: '', deadline: '' };
  const found = splitTasks(cleanText(text)).tasks.map(task => task.annotation);
  return {
    units: unitCell(found.flatMap(({ units }) => units)),
    deadline: found
      .map(({ deadline }) => deadline)
      .filter(Boolean)
      .join('，'),
  };
}

/** A bracket that says who is in charge has begun and not ended: the text goes on in the next line. */
function isOpen(text: string): boolean {
  const from = Math.max(text.lastIndexOf('（'), text.lastIndexOf('('), text.lastIndexOf('【'));
  const last = text.slice(Math.max(0, from));
  return from >= 0 && last.length < longestAnnotation && labelFirst.test(last) && !bracketEnds(last).has(0);
}

/** The tasks of one text, each with the annotation behind it, and what follows the last one. */
function splitTasks(text: string): { tasks: { text: string; annotation: Annotation }[]; rest: string } {
  const tasks: { text: string; annotation: Annotation }[] = [];
  let from = 0;
  let inside = 0;
  const push = (to: number, next: number, annotation: Annotation): void => {
    tasks.push({ text: text.slice(from, to).trim(), annotation });
    from = next;
  };
  for (const [at, end] of [...bracketEnds(text)].sort((a, b) => a[0] - b[0])) {
    if (at < inside) continue;
    inside = end;
    const behind = /^[。；;，,]?\s*/u.exec(text.slice(end + 1, end + 5))?.[0].length ?? 0;
    const annotation = readAnnotation(text.slice(at + 1, end));
    const last = end + 1 + behind >= text.length;
    if (annotation && (annotation.certain || last)) push(at, end + 1 + behind, annotation);
  }
  // Without brackets: 实行……。责任单位：区税务局，6月底完成。
  const bare = new RegExp(`(?<=[。；;！\\s])(?:${labels})\\s*[:：]`, 'u').exec(text.slice(from));
  if (bare) {
    const annotation = readAnnotation(text.slice(from + bare.index));
    if (annotation) push(from + bare.index, text.length, annotation);
  }
  const rest = text.slice(from).trim();
  return { tasks: tasks.filter(task => task.text !== ''), rest };
}

/** Where each opening bracket closes, by its place; half and full width close each other. */
function bracketEnds(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open: Record<string, number[]> = { round: [], square: [] };
  for (const found of text.matchAll(/[（(【[）)】\]]/gu)) {
    const kind = /[（()）]/u.test(found[0]) ? 'round' : 'square';
    if (/[（(【[]/u.test(found[0])) open[kind]?.push(found.index);
    else {
      const from = open[kind]?.pop();
      if (from !== undefined && found.index - from <= longestAnnotation) ends.set(from, found.index);
    }
  }
  return ends;
}

/** Reads what stands in the bracket; null where it names neither units nor anything labelled. */
function readAnnotation(text: string): Annotation | null {
  const found = [...text.matchAll(labelled)];
  if (found.length === 0) {
    const { units, deadline } = takeDeadline(text);
    if (units === '' || cellFit(units, 'units') !== 1) return null;
    return { units: [{ label: '', names: units }], deadline, certain: roleWords.test(units) };
  }
  const parts = [{ label: '', value: text.slice(0, found[0]?.index ?? 0) }];
  found.forEach((match, i) => {
    const value = text.slice(match.index + match[0].length, found[i + 1]?.index ?? text.length);
    parts.push({ label: match[1] ?? '', value });
  });
  const units: Annotation['units'] = [];
  const deadlines: string[] = [];
  for (const { label, value } of parts) {
    const kind = label === '' ? 'units' : (headerMeaning(label)?.kind ?? 'other');
    const trimmed = value.replace(/^[\s，,；;、]+|[\s，,；;、。]+$/gu, '');
    if (trimmed === '' || kind === 'other') continue;
    if (kind === 'deadline') {
      deadlines.push(trimmed);
      continue;
    }
    const taken = takeDeadline(trimmed);
    if (taken.deadline !== '') deadlines.push(taken.deadline);
    if (taken.units !== '') units.push({ label, names: taken.units });
  }
  return { units, deadline: deadlines.join('，'), certain: true };
}

/** "区税务局，6月底完成，长期推进": the pieces at the end, or at the beginning, that say until when. */
function takeDeadline(text: string): { units: string; deadline: string } {
  const pieces = text.split(/(?<=[，,；;。])/u);
  const plain = (piece: string | undefined): string => (piece ?? '').replace(/[\s，,；;。]+$/u, '').trim();
  const isDeadline = (piece: string | undefined): boolean =>
    plain(piece) !== '' && cellFit(plain(piece), 'deadline') === 1;
  let [from, to] = [0, pieces.length];
  while (to > from && (plain(pieces[to - 1]) === '' || isDeadline(pieces[to - 1]))) to--;
  while (from < to && isDeadline(pieces[from])) from++;
  const deadline = [...pieces.slice(0, from), ...pieces.slice(to)].map(plain).filter(piece => piece !== '');
  return { units: plain(pieces.slice(from, to).join('')), deadline: deadline.join('，') };
}
