// Gives each raw task its number: as printed, or in order where the list has none.
import { type IssueLog } from './import-issue';
import { missingNumbers, readItemNumber } from './item-number';
import { type RawTask } from './raw-task';

export interface Numbered {
  no: number;
  label: string;
}

const longestLabel = 30;

/**
 * The numbers of a list's tasks, in their order.
 * Gaps, odd numbers and lists without numbers are warnings; two tasks with one number are an error that names both rows.
 */
export function numberTasks(tasks: RawTask[], warnings: IssueLog, errors: IssueLog): Numbered[] {
  const printed = tasks.map(task => (task.label === null ? null : readItemNumber(task.label)));
  if (beginsAnew(tasks, printed)) return numberThrough(tasks, warnings);
  const taken = new Set(printed);
  let last = 0;
  const numbers = tasks.map((task, i): Numbered => {
    const read = printed[i] ?? null;
    let no = read ?? last + 1;
    if (read === null) {
      while (taken.has(no)) no++;
      taken.add(no);
      if (task.label !== null)
        warnings.at(
          'number_unusual',
          placeOf(task),
          `${task.label === '' ? '没有序号' : `序号“${task.label.slice(0, longestLabel)}”不是数字`}，暂编为${no}`,
        );
    }
    last = no;
    return { no, label: task.label || String(no) };
  });
  reportUnnumbered(tasks, warnings);
  reportDuplicates(tasks, numbers, errors);
  reportGaps(numbers, warnings);
  tasks.forEach((task, i) => {
    const { label } = numbers[i] ?? { label: '' };
    if (label.length > longestLabel)
      errors.at('cell_too_long', placeOf(task), `序号有${label.length}个字，超过${longestLabel}个字的上限`);
  });
  return numbers;
}

const inTwoParts = (label: string): boolean => /\d\s*[-.—–·]\s*\d/u.test(label.normalize('NFKC'));
const partOf = (task: RawTask): string => JSON.stringify([task.sheet, task.section, task.measure]);

/**
 * Each part of the list counts from 1 again: the numbers grow within a part, begin anew only where another part begins, and there is
 * more than one part that does. Anything else with one number twice is a mistake for a person to mend.
 */
function beginsAnew(tasks: RawTask[], printed: (number | null)[]): boolean {
  const parts = new Set<string>();
  let restarts = 0;
  for (const [i, task] of tasks.entries()) {
    const [no, before] = [printed[i] ?? null, printed[i - 1] ?? null];
    if (no === null || inTwoParts(task.label ?? '')) return false;
    const part = partOf(task);
    const last = tasks[i - 1];
    if (last && partOf(last) === part) {
      if (before === null || no <= before) return false;
      continue;
    }
    if (parts.has(part)) return false;
    parts.add(part);
    if (last && no === 1) restarts++;
    else if (last && before !== null && no <= before) return false;
  }
  return restarts > 0 && printed[0] === 1;
}

function numberThrough(tasks: RawTask[], warnings: IssueLog): Numbered[] {
  warnings.general(
    'number_restarts',
    `序号在各部分都从1开始，已按先后顺序统一编为1—${tasks.length}；对话中请按统一编号称呼，或在文件里改成连续序号再导入`,
  );
  return tasks.map((task, i) => ({ no: i + 1, label: task.label ?? String(i + 1) }));
}

function placeOf(task: RawTask): { sheet: string | null; row: number; column: string | null } {
  return { sheet: task.sheet, row: task.row, column: task.numberColumn };
}

function reportUnnumbered(tasks: RawTask[], warnings: IssueLog): void {
  const unnumbered = tasks.filter(task => task.label === null).length;
  if (unnumbered === 0) return;
  const all = unnumbered === tasks.length;
  const column = tasks[0]?.numberColumn ?? null;
  const why = column === null ? '清单没有序号列' : `“${column}”一列是上一级的编号，不是每项任务的`;
  warnings.general(
    'number_missing',
    all ? `${why}，已按先后顺序编为1—${unnumbered}` : `有${unnumbered}项所在的表格没有序号列，已按先后顺序接着编号`,
  );
}

function reportDuplicates(tasks: RawTask[], numbers: Numbered[], errors: IssueLog): void {
  const first = new Map<number, RawTask>();
  tasks.forEach((task, i) => {
    const { no, label } = numbers[i] ?? { no: 0, label: '' };
    const other = first.get(no);
    if (!other) first.set(no, task);
    else {
      const sheet = other.sheet === null || other.sheet === task.sheet ? '' : `工作表“${other.sheet}”`;
      errors.at(
        'duplicate_number',
        placeOf(task),
        `序号“${label}”与${sheet}第${other.row}行的序号“${other.label ?? ''}”重复，一个序号只能有一项任务`,
      );
    }
  });
}

/** Numbers in two parts (4-1) leave gaps by their nature. */
function reportGaps(numbers: Numbered[], warnings: IssueLog): void {
  const plain = numbers.filter(({ label }) => !inTwoParts(label)).map(({ no }) => no);
  const missing = missingNumbers(plain);
  if (missing !== '') warnings.general('number_gap', `序号不连续：缺${missing}`);
}
