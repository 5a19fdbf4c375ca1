// Lists of numbers under headings: "已完成：⏎第87项⏎第88项⏎未完成：⏎第89项". What the heading says holds for each of them.
import { type CivilDate } from '../calendar/civil-date';
import { type Clause, gateOf } from './clauses';
import { type Fact, factAt } from './facts';
import { type Frame } from './frames';
import { isPlainLead } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { isCourtesy, isStillToCome, namesOther } from './report-doubts';

interface Group {
  /** null = the heading speaks of what is to come; doubt = of another's part, or of a time that is not now. */
  fact: Fact | 'doubt' | null;
  nos: number[];
}

/** 已完成 or 未完成事项 on a line of its own. */
const stateTitle = /^(?:已|未|尚未|还没|没|正在)(?:完成|办结|启动|推进|销号)(?:的)?(?:任务|事项|工作|情况)?$/u;
/** A heading over lines; a sign of its own (：) and an end of line. */
export const isHeading = (marked: MarkedText, { shape, closing, start }: Clause): boolean =>
  closing.includes('\n') &&
  (/:\s*$/u.test(shape) || (stateTitle.test(shape) && /(?:^|\n)\s*$/u.test(marked.text.slice(0, start))));

const onlyNumbers = shaped('^(?:<tasks>|<bullet>|任务|[\\s:、,.-]|和|及|与)*$');
const unsure: Frame = { intent: 'clarify', about: 'unsure' };
const toCome: readonly (string | null)[] = ['plan', 'demand', 'wish'];
/** "以下任务未完成：" */
const pointsDown = /^(?:以下|下列|如下|下面)(?:这?几?(?:项|些))?(?:重点)?(?:任务|事项|工作)?(?:均|都)?/u;

interface ListView {
  senderUnit: string | null;
  today: CivilDate;
}

/** The acts of a message that is nothing but such lists; null when it is anything else. */
export function readHeadedLists(marked: MarkedText, clauses: readonly Clause[], view: ListView): Frame[] | null {
  const groups: Group[] = [];
  let isElsewhere = false;
  for (const clause of clauses) {
    const tasks = marked.within('tasks', clause.start, clause.end);
    const group = groups.at(-1);
    const colon = tasks.length > 0 ? clause.shape.search(/:/u) : -1;
    if (colon > 0 && clause.start + colon < (tasks[0]?.start ?? 0)) {
      // "未完成：第39项"
      const title = { ...clause, end: clause.start + colon + 1, shape: clause.shape.slice(0, colon + 1), closing: '' };
      const heading = headingOf(marked, title, view);
      if (heading === undefined || clause.closing.includes('?') || !onlyNumbers.test(clause.shape.slice(colon + 1)))
        return null;
      groups.push({ fact: heading, nos: tasks.flatMap(({ nos }) => nos) });
      continue;
    }
    if (tasks.length > 0) {
      if (!group || clause.closing.includes('?') || !onlyNumbers.test(clause.shape)) return null;
      group.nos.push(...tasks.flatMap(({ nos }) => nos));
      continue;
    }
    if (!isHeading(marked, clause)) {
      // "已完成⏎无"
      if (group?.nos.length === 0 && /^(?:暂)?(?:无|没有)$/u.test(clause.shape)) {
        groups.pop();
        continue;
      }
      if (isCourtesy(clause)) continue;
      if (group || !isPlainLead(clause.shape)) return null;
      isElsewhere ||= speaksOfElsewhere(marked, clause, view);
      continue;
    }
    const heading = headingOf(marked, clause, view);
    if (heading === undefined) return null;
    groups.push({ fact: heading, nos: [] });
  }
  if (groups.length === 0 || groups.some(({ nos }) => nos.length === 0)) return null;
  if (isElsewhere || groups.some(({ fact }) => fact === 'doubt')) return [unsure];
  return groups.flatMap(({ fact, nos }): Frame[] => (fact === null || fact === 'doubt' ? [] : [reportOf(fact, nos)]));
}

/** "区税务局⏎已完成：", "9月底前⏎已完成：": a line over the lists that makes them another's, or of another time; 本周周报 does not. */
function speaksOfElsewhere(marked: MarkedText, { start, end }: Clause, { senderUnit, today }: ListView): boolean {
  const isOtherTime = marked
    .within('date', start, end)
    .some(
      ({ range }) =>
        (range.start ?? range.end ?? today) > today ||
        (range.end !== null && range.end.slice(0, 4) < today.slice(0, 4)),
    );
  return isOtherTime || namesOther(marked, start, end, senderUnit);
}

/** undefined = no heading of such a list. */
function headingOf(marked: MarkedText, clause: Clause, { senderUnit, today }: ListView): Group['fact'] | undefined {
  const start = clause.start + (pointsDown.exec(marked.text.slice(clause.start, clause.end))?.[0].length ?? 0);
  const gate = gateOf({ ...clause, shape: marked.shape.slice(start, clause.end), under: undefined });
  if (gate !== null) return toCome.includes(gate) ? null : undefined;
  const fact = factAt(marked, start, clause.end);
  const said = fact === null ? '' : marked.text.slice(fact.end, clause.end);
  if (fact === null || fact.end === start || !/^[\s:]*$/u.test(said)) return undefined;
  // "区税务局已完成：", "9月底完成："
  const elsewhere =
    namesOther(marked, start, clause.end, senderUnit) || isStillToCome(marked, start, clause.end, today);
  return elsewhere ? 'doubt' : fact;
}

function reportOf({ status, percents, doubtful }: Fact, nos: number[]): Frame {
  const [percent] = percents;
  if (doubtful || percents.length > 1) return unsure;
  return {
    intent: 'progress_update',
    tasks: nos.map(no => ({ no, status, ...(percent === undefined ? {} : { percent }) })),
  };
}
