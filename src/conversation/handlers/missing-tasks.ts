// "清单中没有第58项": which numbers a list has, so that the person can see the slip.
import { type Reply } from '../../rendering/reply';
import { type Turn } from '../turn';

/** Says that the list has no such numbers, and which numbers it has. */
export async function missingTasks(turn: Turn, nos: number[], reported = false): Promise<Reply> {
  const rows: { least: number | null; greatest: number | null }[] = await turn.manager.query(
    'SELECT MIN(itemNo) AS least, MAX(itemNo) AS greatest FROM tasks WHERE listId = ?',
    [turn.list?.id ?? ''],
  );
  const { least = null, greatest = null } = rows[0] ?? {};
  return {
    template: 'task_missing',
    nos,
    reported,
    list: turn.list?.title ?? '',
    range: least === null ? '清单是空的' : `序号从 ${least} 到 ${greatest ?? least}，中间可能有空号`,
  };
}
