// The old-API contacts of the local DingTalk: who a staff id is, and in which departments.
import { z } from 'zod';
import { type ChatWorld } from './chat-world';
import { encryptedId } from './robot-payload';
import { oapiAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';

const rootDepartment = 1;

/** Department ids, given out by order of name so that they stay the same from start to start. */
function departmentIds(world: ChatWorld): Map<string, number> {
  const names = [...new Set(world.people.flatMap(person => person.departments ?? []))].sort();
  return new Map(names.map((name, i) => [name, i + 2]));
}

const userBody = z.object({ userid: z.string().min(1) });
const departmentBody = z.object({ dept_id: z.coerce.number().int() });

/** POST /topapi/v2/user/get: errcode 33012 without a user id, 60121 for one that is unknown. */
export function getUser(world: ChatWorld, request: ApiRequest): ApiAnswer {
  const body = userBody.safeParse(request.body);
  if (!body.success) return oapiAnswer(33012, '无效的USERID');
  const person = world.findPerson(body.data.userid);
  if (!person) return oapiAnswer(60121, '找不到该用户');
  const ids = departmentIds(world);
  const departments = (person.departments ?? []).map(name => ids.get(name) ?? rootDepartment);
  const inDepartments = departments.length > 0 ? departments : [rootDepartment];
  return oapiAnswer(0, 'ok', {
    active: true,
    admin: false,
    avatar: '',
    boss: false,
    dept_id_list: inDepartments,
    dept_order_list: inDepartments.map(id => ({ dept_id: id, order: 176_220_178_909_140_500 })),
    exclusive_account: false,
    hide_mobile: false,
    leader_in_dept: inDepartments.map(id => ({ dept_id: id, leader: false })),
    name: person.name,
    real_authed: true,
    senior: false,
    state_code: '86',
    title: person.title ?? '',
    unionid: person.unionId ?? encryptedId(`union:${person.staffId}`).replace(/\W/g, '').slice(0, 24),
    userid: person.staffId,
  });
}

/** POST /topapi/v2/department/get: errcode 60003 for an unknown one. */
export function getDepartment(world: ChatWorld, request: ApiRequest): ApiAnswer {
  const body = departmentBody.safeParse(request.body);
  if (!body.success) return oapiAnswer(40035, '不合法的参数');
  const id = body.data.dept_id;
  const name = id === rootDepartment ? '全区' : [...departmentIds(world)].find(([, known]) => known === id)?.[0];
  if (name === undefined) return oapiAnswer(60003, '部门不存在');
  return oapiAnswer(0, 'ok', {
    dept_id: id,
    name,
    ...(id === rootDepartment ? {} : { parent_id: rootDepartment }),
    hide_dept: false,
    auto_add_user: true,
    create_dept_group: false,
    dept_manager_userid_list: [],
    dept_permits: [],
    user_permits: [],
    order: 0,
  });
}

/** POST /topapi/v2/department/listparentbyuser: one list per department, from itself up to the root. */
export function listParentDepartments(world: ChatWorld, request: ApiRequest): ApiAnswer {
  const body = userBody.safeParse(request.body);
  if (!body.success) return oapiAnswer(33012, '无效的USERID');
  const person = world.findPerson(body.data.userid);
  if (!person) return oapiAnswer(60121, '找不到该用户');
  const ids = departmentIds(world);
  const lists = (person.departments ?? []).map(name => [ids.get(name) ?? rootDepartment, rootDepartment]);
  const parents = lists.length > 0 ? lists : [[rootDepartment]];
  return oapiAnswer(0, 'ok', { parent_list: parents.map(list => ({ parent_dept_id_list: list })) });
}
