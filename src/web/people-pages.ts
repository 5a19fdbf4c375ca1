// 名录 · 人员: who holds which post, under which user id; and 名录 · 工作群: where the bot may speak, for whom.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { writtenAddress } from '../address';
import { TaskList } from '../database/entities/task';
import { ChatGroup, type Role } from '../database/entities/unit';
import { changeGroup, type GroupAction } from '../directory/chat-groups';
import { addPost, endPost } from '../directory/edit-people';
import { may } from '../directory/identity';
import { causeFor, editing, pageOf, pager, partsOfDirectory, postFor, unitNamed } from './directory-pages';
import { directoryPage, findGroups, findPosts, type GroupRow } from './directory-queries';
import { fullMoment, showPage } from './layout';
import { roleNames } from './sign-in-pages';
import { type SiteParts } from './site-parts';
import { asked, demand, Refusal, type Visit, visitOf } from './visit';

const statusNames = { waiting: '等待启用', enabled: '已启用', disabled: '已停用' };

async function showPeople(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'edit_directory');
  const words = asked(context, 'q');
  const page = pageOf(context);
  const { rows, total } = await findPosts(parts.dataSource.manager, { words, today: visit.today, page });
  await showPage(context, parts, visit, {
    name: 'people',
    title: '名录 · 人员',
    data: {
      tabs: partsOfDirectory('/directory/people'),
      words,
      total,
      rows: rows.map(postFor),
      roles: Object.entries(roleNames).map(([value, label]) => ({ value, label })),
      mayEdit: may(visit.actor, 'edit_people'),
      pager: pager(context, page, total),
    },
  });
}

/** What a form about a group needs to know of it. */
export function groupFor(group: GroupRow): object {
  return {
    id: group.id,
    title: group.title ?? '（没有群名）',
    conversationId: group.conversationId,
    status: group.status,
    statusName: statusNames[group.status],
    bound: group.scope === 'district' ? '全区' : (group.unit ?? ''),
    list: group.list ?? '',
    by: group.by ?? '',
    at: fullMoment(group.createdAt),
  };
}

async function showGroups(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'set_up_groups');
  const { manager } = parts.dataSource;
  const lists = await manager.find(TaskList, { order: { importedAt: 'DESC' } });
  const groups = await findGroups(manager);
  const page = pageOf(context);
  await showPage(context, parts, visit, {
    name: 'groups',
    title: '名录 · 工作群',
    data: {
      tabs: partsOfDirectory('/directory/groups'),
      rows: groups.slice((page - 1) * directoryPage, page * directoryPage).map(groupFor),
      pager: pager(context, page, groups.length),
      lists: lists.map(list => list.shortName),
    },
  });
}

const postForm = z.object({
  name: z.string().trim().min(1, '请写姓名。').max(60, '姓名最多 60 字。'),
  userId: z.string().trim().regex(writtenAddress, '钉钉UserId 为空或含有不允许的字符。'),
  unit: z.string().trim().max(190),
  title: z.string().trim().max(60, '职务最多 60 字。').default(''),
  role: z.enum(Object.keys(roleNames) as [Role, ...Role[]]),
});
const groupForm = z.object({
  group: z.string().max(36),
  act: z.enum(['enable', 'disable', 'set']),
  /** 全区, or a unit as a person writes it; '' = leave. */
  bound: z.string().trim().max(190).default(''),
  list: z.string().max(60).default(''),
  back: z.enum(['approvals', 'groups']).default('groups'),
});

async function savePost(manager: EntityManager, form: z.infer<typeof postForm>, visit: Visit): Promise<void> {
  if (form.unit === '' && form.role !== 'admin') throw new Refusal(400, '请写单位（只有管理员可以不写），没有改动。');
  const unitId = form.unit === '' ? null : (visit.directory.unitIdByName.get(unitNamed(form.unit, visit)) ?? null);
  const { name, userId, role, title } = form;
  await addPost(manager, { name, userId, role, unitId, title: title === '' ? null : title }, causeFor(visit));
}

/** What the group becomes, by what the form says. @throws Refusal */
async function saveGroup(manager: EntityManager, form: z.infer<typeof groupForm>, visit: Visit): Promise<void> {
  const group = await manager.findOne(ChatGroup, {
    where: { id: form.group },
    lock: { mode: 'pessimistic_write' },
  });
  if (!group) throw new Refusal(404, '没有这个群。');
  const { personId, actor, now } = causeFor(visit);
  const change = (action: GroupAction, set: Partial<ChatGroup>): Promise<void> =>
    changeGroup(manager, group, { action, set }, { personId: personId ?? null, actor, now, inboxMessageId: null });
  if (form.act === 'disable') {
    if (group.status === 'disabled') throw new Refusal(409, '这个群已经停用，没有改动。');
    await change('disable', { status: 'disabled' });
    return;
  }
  if (form.act === 'enable') {
    if (group.status === 'enabled') throw new Refusal(409, '这个群已经启用，没有改动。');
    await change('enable', { status: 'enabled' });
  }
  if (form.bound === '全区') await change('bind', { scope: 'district', unitId: null });
  else if (form.bound !== '') {
    const unitId = visit.directory.unitIdByName.get(unitNamed(form.bound, visit)) ?? null;
    await change('bind', { scope: 'unit', unitId });
  }
  if (form.list !== '') {
    const list = await manager.findOneBy(TaskList, { shortName: form.list });
    if (!list) throw new Refusal(404, `没有清单“${form.list}”。`);
    await change('list', { listId: list.id });
  }
}

export function addPeoplePages(router: Router, parts: SiteParts): void {
  router.get('/directory/people', context => showPeople(context, parts));
  router.get('/directory/groups', context => showGroups(context, parts));
  router.post(
    '/directory/post',
    editing(parts, 'edit_people', postForm, async (manager, form, _cause, visit) => {
      await savePost(manager, form, visit);
      return `/directory/people?q=${encodeURIComponent(form.name)}`;
    }),
  );
  router.post(
    '/directory/post/end',
    editing(parts, 'edit_people', z.object({ post: z.string().max(36) }), async (manager, { post }, cause) => {
      await endPost(manager, post, cause);
      return '/directory/people';
    }),
  );
  router.post(
    '/directory/group',
    editing(parts, 'set_up_groups', groupForm, async (manager, form, _cause, visit) => {
      await saveGroup(manager, form, visit);
      return form.back === 'approvals' ? '/approvals?done=group-yes' : '/directory/groups';
    }),
  );
}
