// Whole conversations as people hold them, written as a transcript: played to the bot line by line, its answers and the
// ledger's entries put where the transcript has them, so that the played one can be compared with the written one.
import { readFileSync } from 'node:fs';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { applyImport } from '../../src/importer/import-task-list';
import { previewImport } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { startTown, type Town } from './town';

/**
 * A transcript's lines:
 * - `# title`, first; then `时间 2023-06-26 17:10` (each sentence is one minute after the one before), `群 title` (where
 *   people speak unless told), any number of `名录 姓名,UserId,单位,职务,角色`;
 * - `王磊：words`, `王磊〔私聊〕：words`, `王磊〔市场监管局督办群〕：words`; more lines of the same sentence are indented by four;
 * - `王磊〔引用“words of a message”〕：words`, the last such message; `王磊〔按“label”〕`, a button of the last card there;
 * - `—— 2023-06-27 09:00` turns the clock, `—— 重启` restarts the bot, `—— 再送一次` delivers the last message again,
 *   `—— 新版 words=>others` takes over a new version of 营商 that has these words where the list had those;
 * - `督办助手：…` and `督办助手 → 何芳：…` are what the bot said, `（不作答）` that it said nothing; `台账` what is in the
 *   ledger at the end. These are written by playing.
 */
interface Step {
  line: string;
  more: string[];
}

const minute = 60_000;
const indent = '    ';
const robotsOwn = /^(?:督办助手(?: → [^：]+)?：|（不作答）$)/u;
const spoken = /^([^〔：]+)((?:〔[^〕]*〕)*)(?:：([\s\S]*))?$/u;

function stepsOf(script: string): { head: Step[]; body: Step[] } {
  const steps: Step[] = [];
  for (const line of script.split('\n')) {
    if (line.startsWith(indent)) steps.at(-1)?.more.push(line.slice(indent.length));
    else if (line.trim() !== '') steps.push({ line, more: [] });
  }
  const isHead = ({ line }: Step): boolean => /^(?:# |时间 |群 |名录 )/u.test(line);
  const written = steps.filter(({ line }) => !isHead({ line, more: [] }) && line !== '台账' && !robotsOwn.test(line));
  return { head: steps.filter(isHead), body: written };
}

const instantOf = (words: string): Date => new Date(`${words.trim().replace(' ', 'T')}:00+08:00`);

/** A button's label beside what pressing it says would be too long: labels only, in their order. */
function shown(message: ShownMessage): string[] {
  const labels = message.buttons.map(({ label }) => label);
  // A picture's id is another one every time.
  const text = message.text.replace(/!\[([^\]]*)\]\([^)]*\)/gu, '〔图：$1〕');
  const lines = text.split('\n').filter(line => line.trim() !== '');
  return labels.length === 0 ? lines : [...lines, `〔${labels.join('｜')}〕`];
}

class Player {
  private readonly played: string[] = [];
  /** What the bot has said so far. */
  private readonly told = new Set<string>();
  private last: ShownMessage | null = null;
  private at: Date;

  constructor(
    private readonly town: Town,
    private readonly place: string,
    at: Date,
  ) {
    this.at = at;
  }

  private say(lines: string[]): void {
    const [first = '', ...more] = lines;
    this.played.push(first, ...more.map(line => indent + line));
  }

  private titleOf(conversationId: string): string {
    return this.town.gateway.world.findConversation(conversationId)?.title ?? conversationId;
  }

  /** What the bot has said since: first where it was spoken to, then elsewhere, by place. */
  private async answers(since: string, where: string): Promise<void> {
    await this.town.settled();
    const robots = this.town.gateway.world
      .messagesAfter(since)
      .filter(({ from, id }) => from.robotCode !== null && !this.told.has(id));
    for (const { id } of robots) this.told.add(id);
    const here = robots.filter(({ conversationId }) => conversationId === where);
    const elsewhere = robots
      .filter(({ conversationId }) => conversationId !== where)
      .map(message => ({ message, title: this.titleOf(message.conversationId) }))
      .sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
    for (const message of here) {
      const [first = '', ...more] = shown(message);
      this.say([`督办助手：${first}`, ...more]);
    }
    for (const { message, title } of elsewhere) {
      const [first = '', ...more] = shown(message);
      this.say([`督办助手 → ${title}：${first}`, ...more]);
    }
    if (robots.length === 0) this.played.push('（不作答）');
  }

  private tick(): void {
    this.at = new Date(this.at.getTime() + minute);
    this.town.clock.turnTo(this.at);
  }

  private staffIdOf(name: string): string {
    const found = this.town.gateway.world.people.find(person => person.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found.staffId;
  }

  private placeOf(name: string): string {
    if (name === '私聊') return 'private';
    const found = this.town.gateway.world.groups.find(({ title }) => title === name);
    if (!found) throw new Error(`no group is called ${name}`);
    return found.conversationId;
  }

  private findMessage(conversationId: string, words: string): ShownMessage {
    const seen = this.town.gateway.messagesIn(conversationId).filter(({ text }) => text.includes(words));
    const found = seen.at(-1);
    if (!found) throw new Error(`no message with “${words}” to quote`);
    return found;
  }

  private async speak(step: Step): Promise<void> {
    const match = spoken.exec([step.line, ...step.more].join('\n'));
    if (!match) throw new Error(`not a line of a transcript: ${step.line}`);
    const [, name = '', notes = '', text] = match;
    let where = this.placeOf(this.place);
    let quoted: string | null = null;
    let pressed: string | null = null;
    for (const [, note = ''] of notes.matchAll(/〔([^〕]*)〕/gu)) {
      quoted = /^引用“(.*)”$/u.exec(note)?.[1] ?? quoted;
      pressed = /^按“(.*)”$/u.exec(note)?.[1] ?? pressed;
      if (!/^(?:引用|按)“/u.test(note)) where = this.placeOf(note);
    }
    const from = this.staffIdOf(name);
    const conversationId = where === 'private' ? this.town.gateway.privateChat(from) : where;
    this.tick();
    this.say([step.line, ...step.more]);
    const since =
      pressed === null
        ? this.saying(from, where, text ?? '', quoted === null ? null : this.findMessage(conversationId, quoted))
        : this.press(from, conversationId, pressed);
    this.last = since;
    if (since.pushedTo !== null) await this.town.acknowledged(since.id);
    await this.answers(since.id, conversationId);
  }

  private saying(from: string, where: string, text: string, quote: ShownMessage | null): ShownMessage {
    const at = where !== 'private';
    return this.town.gateway.say({ from, in: where, text, at, ...(quote ? { quote: quote.id } : {}) });
  }

  private press(from: string, conversationId: string, label: string): ShownMessage {
    const cards = this.town.gateway.messagesIn(conversationId).filter(({ buttons }) => buttons.length > 0);
    const card = cards.at(-1);
    const number = card?.buttons.findIndex(button => button.label === label) ?? -1;
    if (!card || number < 0) throw new Error(`no button “${label}”`);
    const said = this.town.gateway.press(from, card.id, number);
    if (!said) throw new Error(`“${label}” is a link`);
    return said;
  }

  private async happen(step: Step): Promise<void> {
    const what = step.line.replace(/^——\s*/u, '');
    this.say([step.line]);
    if (what === '重启') return this.town.restart();
    if (what.startsWith('新版 ')) return newVersion(this.town, what.slice('新版 '.length));
    if (what === '再送一次') {
      if (!this.last) throw new Error('nothing has been said yet');
      const again = this.town.acknowledged(this.last.id);
      this.town.gateway.deliverAgain(this.last.id);
      await again;
      return this.answers(this.last.id, this.last.conversationId);
    }
    this.at = instantOf(what);
    this.town.clock.turnTo(this.at);
    if (/ 08:3\d$/u.test(what)) await this.morning();
  }

  /** The morning's cards come within five minutes: the clock stands at their end. */
  private async morning(): Promise<void> {
    const before = this.last?.id;
    if (before === undefined) throw new Error('somebody has to speak before the morning');
    await this.town.app.tickNow();
    this.at = new Date(this.at.getTime() + 6 * minute);
    this.town.clock.turnTo(this.at);
    await this.answers(before, this.placeOf(this.place));
  }

  async play(body: Step[]): Promise<string[]> {
    for (const step of body) await (step.line.startsWith('——') ? this.happen(step) : this.speak(step));
    this.say(['台账', ...(await ledger(this.town))]);
    return this.played;
  }
}

/** What has been entered into the history, and the state of every task that is not as it was imported. */
async function ledger(town: Town): Promise<string[]> {
  const states: Record<string, string> = {
    active: '推进中', closing: '申请办结', closed: '已销号', ongoing: '长期推进', suspended: '挂起', terminated: '终止',
  }; // prettier-ignore
  const changes: { no: number; unit: string; person: string; kind: string; after: string; text: string | null }[] =
    await town.dataSource.query(
      `SELECT t.itemNo AS no, u.name AS unit, p.name AS person, c.kind, c.after, c.text FROM changes c
         JOIN tasks t ON t.id = c.taskId JOIN units u ON u.id = c.unitId JOIN people p ON p.id = c.personId
        ORDER BY c.saidAt, t.itemNo, c.kind`,
    );
  const kinds: Record<string, string> = { report: '反馈', undo: '撤回', evidence: '佐证', return: '退回' };
  const entries = changes.map(({ no, unit, person, kind, after, text }) => {
    const { percent, done } = (typeof after === 'string' ? JSON.parse(after) : after) as {
      percent: number | null;
      done: boolean;
    };
    const figures = [percent === null ? null : `${percent}%`, done ? '本单位已完成' : null].filter(Boolean).join(' ');
    return `第${no}项 ${kinds[kind] ?? kind} ${unit}·${person} ${figures || '—'}${text ? ` “${text}”` : ''}`;
  });
  const tasks: { no: number; state: string; extendedTo: string | null }[] = await town.dataSource.query(
    `SELECT itemNo AS no, state, extendedTo FROM tasks WHERE state <> 'active' OR extendedTo IS NOT NULL ORDER BY itemNo`,
  );
  const moved = tasks.map(
    ({ no, state, extendedTo }) => `第${no}项 ${states[state] ?? state}${extendedTo ? ` 延至${extendedTo}` : ''}`,
  );
  return [...entries, ...moved];
}

/** @param change - "words=>others" */
async function newVersion({ dataSource, clock }: Town, change: string): Promise<void> {
  const [from = '', to = ''] = change.split('=>');
  const text = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'), 'utf8');
  if (from === '' || !text.includes(from)) throw new Error(`the list has no “${from}”`);
  const units = readUnitDirectory(projectFile('seeds', 'units.json'));
  const preview = previewImport(Buffer.from(text.replace(from, to)), '营商.txt', { shortName: '营商', units });
  await dataSource.transaction(manager => applyImport(manager, preview, '营商', { actor: '命令行', now: clock.now() }));
}

/** Plays a transcript in a town of its own; the same transcript with what was really said. */
export async function played(script: string): Promise<string> {
  const { head, body } = stepsOf(script);
  const valueOf = (word: string): string[] =>
    head.filter(({ line }) => line.startsWith(`${word} `)).map(({ line }) => line.slice(word.length + 1));
  const [time = '2023-06-26 17:10'] = valueOf('时间');
  const [place = '全区重点任务工作群'] = valueOf('群');
  const staff = valueOf('名录');
  const at = instantOf(time);
  const town = await startTown({ at: at.toISOString(), ...(staff.length > 0 ? { staff } : {}) });
  try {
    const lines = await new Player(town, place, at).play(body);
    return `${[...head.map(({ line }) => line), '', ...lines].join('\n')}\n`;
  } finally {
    await town.stop();
  }
}
