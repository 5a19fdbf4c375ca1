// The history of a task as lines: reports and decisions, newest first, as far as the asker may see them.
import { type EntityManager } from 'typeorm';
import { type TaskActName } from '../../database/entities/progress';
import { momentName, shorten } from '../../rendering/wording';

interface ReportRow {
  unitName: string;
  personName: string;
  saidAt: Date;
  text: string | null;
  blocker: string | null;
  after: string;
  late: number;
  attachments: string | null;
  kind: 'report' | 'evidence';
}

interface ActRow {
  personName: string;
  unitName: string | null;
  saidAt: Date;
  act: TaskActName;
  after: string;
  reason: string | null;
}

const actNames: Record<TaskActName, string> = {
  accept_closure: '核销',
  return_closure: '退回',
  request_extension: '申请延期',
  withdraw_extension: '收回延期申请',
  withdraw_closure: '收回办结申请',
  withdraw_blocker: '收回堵点',
  accept_extension: '批准延期',
  refuse_extension: '未批准延期',
  suspend: '挂起',
  resume: '恢复',
  terminate: '终止',
  answer_blocker: '答复堵点',
  close_blocker: '关闭堵点',
  urge: '催办',
  amend: '按新版清单调整',
};

/** Acts that are of little use without the unit they concern. */
const namingUnit: ReadonlySet<TaskActName> = new Set([
  'urge',
  'answer_blocker',
  'withdraw_closure',
  'withdraw_blocker',
]);

/** Every unit a task's history tells of, those that a new version of the list has taken off it too. */
export async function unitsInHistory(manager: EntityManager, taskId: string): Promise<string[]> {
  const rows: { unitId: string }[] = await manager.query(
    `SELECT unitId FROM changes WHERE taskId = ? UNION SELECT unitId FROM task_acts WHERE taskId = ? AND unitId <> ''`,
    [taskId, taskId],
  );
  return rows.map(({ unitId }) => unitId);
}

/**
 * The last entries of a task's history; reports that were taken back are left out.
 * @param unitIds - the units whose reports the asker may see; empty = nothing at all
 */
export async function timelineOf(
  manager: EntityManager,
  taskId: string,
  unitIds: ReadonlySet<string>,
  limit: number,
): Promise<string[]> {
  if (unitIds.size === 0) return [];
  const reports: ReportRow[] = await manager.query(
    `SELECT u.name AS unitName, p.name AS personName, c.saidAt, c.text, c.blocker, c.\`after\`, c.late, c.attachments, c.kind
       FROM changes c
       JOIN units u ON u.id = c.unitId
       JOIN people p ON p.id = c.personId
      WHERE c.taskId = ? AND c.unitId IN (?) AND c.kind IN ('report', 'evidence')
        AND NOT EXISTS (SELECT 1 FROM changes o WHERE o.undoesChangeId = c.id)
      ORDER BY c.saidAt DESC, c.id DESC LIMIT ${limit}`,
    [taskId, [...unitIds]],
  );
  const acts: ActRow[] = await manager.query(
    `SELECT COALESCE(p.name, '清单导入') AS personName, u.name AS unitName, a.saidAt, a.act, a.\`after\`, a.reason
       FROM task_acts a
       LEFT JOIN people p ON p.id = a.personId
       LEFT JOIN units u ON u.id = a.unitId
      WHERE a.taskId = ? AND (a.unitId = '' OR a.unitId IN (?))
      ORDER BY a.saidAt DESC, a.id DESC LIMIT ${limit}`,
    [taskId, [...unitIds]],
  );
  return [
    ...reports.map(row => ({ at: row.saidAt, line: reportLine(row) })),
    ...acts.map(row => ({ at: row.saidAt, line: actLine(row) })),
  ]
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, limit)
    .map(({ at, line }) => `${momentName(at)} ${line}`);
}

function reportLine(row: ReportRow): string {
  const who = `${row.unitName}·${row.personName}`;
  const files = row.attachments === null ? 0 : (JSON.parse(row.attachments) as unknown[]).length;
  if (row.kind === 'evidence') return `${who} 佐证材料 ${files} 份`;
  const after = JSON.parse(row.after) as { percent: number | null; done: boolean; status: string | null };
  const fact = after.done
    ? '已报完成'
    : after.percent !== null
      ? `${after.percent}%`
      : after.status === 'not_started'
        ? '未启动'
        : '推进中';
  const words = [row.text, row.blocker && `堵点：${row.blocker}`, files > 0 && `佐证 ${files} 份`]
    .filter(Boolean)
    .join('；');
  return `${who} ${fact}${row.late === 1 ? '（逾期反馈）' : ''}${words ? `：${shorten(words, 60)}` : ''}`;
}

function actLine({ personName, unitName, act, after, reason }: ActRow): string {
  const { due, until } = JSON.parse(after) as { due?: string; until?: string };
  const day = until ?? (act === 'accept_extension' ? due : undefined);
  const about = namingUnit.has(act) ? (unitName ?? '') : '';
  return `${personName} ${actNames[act]}${day === undefined ? '' : `到 ${day}`}${about === '' ? '' : ` ${about}`}${reason ? `：${shorten(reason, 40)}` : ''}`;
}
