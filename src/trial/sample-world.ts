// The sample people and groups as the local DingTalk and its page want them, and sentences for a newcomer that work.
import { type DataSource, type EntityManager } from 'typeorm';
import { loadSampleLedger, loadSamplePeople, sampleGroups } from '../../seeds/load';
import { firstChannel } from '../address';
import { civilDateOf, type CivilDate } from '../calendar/civil-date';
import { roleNames } from '../conversation/handlers/introduce';
import { TaskList } from '../database/entities/task';
import { Person, type Role } from '../database/entities/unit';
import { inTransaction } from '../database/transaction';
import { saveHolidaySeed } from '../database/work-days';
import { loadDirectory, type DirectoryView } from '../directory/unit-directory';
import { findUnit } from '../directory/identity';
import { type Speaker } from '../simulator/chat-page';
import { type GatewayGroup, type GatewayPerson } from '../simulator/chat-world';
import { findTasks } from '../tasks/task-queries';

/** Fills what is still empty; what is there already, the sample's or the user's own, stays as it is. */
export async function loadSamples(
  dataSource: DataSource,
  now: Date,
  onProgress: (sentence: string) => void,
): Promise<void> {
  await inTransaction(dataSource, async manager => {
    await saveHolidaySeed(manager);
    if (!(await manager.exists(TaskList))) {
      onProgress('正在导入示例清单和示例人员……');
      await loadSampleLedger(manager, now);
    }
    if (!(await manager.exists(Person))) await loadSamplePeople(manager, now);
  });
}

export function trialGroups(): GatewayGroup[] {
  return sampleGroups().groups.map(({ conversationId, title, members }) => ({ conversationId, title, members }));
}

/** The groups nobody has enabled at first: there a newcomer can try how that is done. */
export function newGroups(): Set<string> {
  return new Set(
    sampleGroups()
      .groups.filter(group => group.scope === null)
      .map(group => group.conversationId),
  );
}

interface Post {
  staffId: string;
  name: string;
  role: Role;
  title: string | null;
  unit: string | null;
}

async function readPosts(manager: EntityManager): Promise<Post[]> {
  return manager.query(
    `SELECT i.externalId AS staffId, p.name, q.role, q.title, u.name AS unit
       FROM people p
       JOIN channel_identities i ON i.personId = p.id AND i.channel = ?
       JOIN posts q ON q.personId = p.id AND q.endedAt IS NULL
       LEFT JOIN units u ON u.id = q.unitId
      ORDER BY p.id, q.id`,
    [firstChannel],
  );
}

/** Everybody in the directory, with their units as departments, and the strangers of the sample groups. */
export async function trialPeople(manager: EntityManager): Promise<GatewayPerson[]> {
  const people = new Map<string, GatewayPerson>();
  for (const { staffId, name, title, unit } of await readPosts(manager)) {
    const known = people.get(staffId) ?? { staffId, name, title: title ?? '', departments: [] };
    if (unit !== null && !known.departments?.includes(unit)) known.departments?.push(unit);
    people.set(staffId, known);
  }
  for (const stranger of sampleGroups().strangers)
    if (!people.has(stranger.staffId)) people.set(stranger.staffId, stranger);
  return [...people.values()];
}

/** The people of the local DingTalk as the directory knows them now. */
export async function readSpeakers(manager: EntityManager, people: readonly GatewayPerson[]): Promise<Speaker[]> {
  const posts = await readPosts(manager);
  const directory = await loadDirectory(manager);
  return Promise.all(
    people.map(async ({ staffId, name }) => {
      const [post] = posts.filter(one => one.staffId === staffId);
      return {
        staffId,
        name,
        unit: post?.unit ?? '',
        role: post ? roleNames[post.role] : '群成员',
        suggestions: {
          usual: await usualSentences(manager, post, directory),
          newGroup: setUpSentences(post?.role),
        },
      };
    }),
  );
}

async function usualSentences(
  manager: EntityManager,
  post: Post | undefined,
  directory: DirectoryView,
): Promise<string[]> {
  if (post?.role === 'office') return ['全区完成情况', '还有谁没反馈', '第38项'];
  if (!post?.unit) return ['我是谁', '第38项', '区税务局下月任务'];
  const query = `我${/[局办镇]$/u.exec(post.unit)?.[0] ?? '单位'}本周任务`;
  const no = await ownTaskNo(manager, post.unit, directory);
  if (no === null) return [query];
  return [query, `${no}完成80%，${no === 1 ? '公章刻制已并联审批' : '已召开协调会'}`, '撤回'];
}

/** The unit's first task that is still to be done, one it leads where there is such a one. */
async function ownTaskNo(manager: EntityManager, unitName: string, directory: DirectoryView): Promise<number | null> {
  const unit = findUnit(unitName, directory);
  if (!unit) return null;
  const [led] = await findTasks(manager, { unit, role: 'lead', states: ['active'] });
  const [any] = led ? [led] : await findTasks(manager, { unit, states: ['active'] });
  return any?.itemNo ?? null;
}

/** For those who may set up a group; everybody else goes on with what they usually say. */
function setUpSentences(role: Role | undefined): string[] | null {
  return role === 'office' || role === 'admin' ? ['启用本群', '本群绑定 区住建局', '第38项'] : null;
}

/** The dates ahead on which something open is due, for the page's clock. */
export async function readDueDays(manager: EntityManager, now: Date): Promise<CivilDate[]> {
  const rows: { due: CivilDate }[] = await manager.query(
    `SELECT DISTINCT COALESCE(extendedTo, due) AS due FROM tasks
      WHERE state IN ('active', 'closing') AND COALESCE(extendedTo, due) > ? ORDER BY due LIMIT 24`,
    [civilDateOf(now)],
  );
  return rows.map(row => row.due);
}
