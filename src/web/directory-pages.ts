// 名录: units with their aliases and liaisons, collectives, people; changed by the functions of `duban units` and `duban staff`.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { inTransaction } from '../database/transaction';
import { type EditCause, editAlias, editMembers, editParent } from '../directory/edit-directory';
import { may, type Right } from '../directory/identity';
import { listUnsettled, settleName, type Settlement } from '../directory/settle-units';
import { directoryPage, findNeighbours, findPosts, findUnits, type PostRow, type UnitSort } from './directory-queries';
import { showPage } from './layout';
import { ledgerLink } from './ledger-address';
import { roleNames } from './sign-in-pages';
import { type SiteParts } from './site-parts';
import { asked, causeOf, demand, readForm, Refusal, type Visit, visitOf } from './visit';

const kindNames: Record<string, string> = {
  government: '政府部门', party: '党委部门', court: '法院检察院', branch: '垂管分局', town: '镇街', company: '企业', zone: '园区',
  institution: '事业单位',
}; // prettier-ignore
const levelNames: Record<string, string> = { district: '区级', city: '市级', town: '镇街', province: '省级' };

/** "区级 · 政府部门" */
function kindOf({ kind, level }: { kind: string; level: string }): string {
  return [levelNames[level], kindNames[kind]].filter(Boolean).join(' · ') || '未定';
}

const sorts: Record<UnitSort, string> = { all: '全部', unsettled: '待确认的写法', orphan: '没有可送达联络员' };

export const causeFor = (visit: Visit): EditCause => {
  const { personId, personName, now } = causeOf(visit);
  return { personId, actor: personName, now };
};

/** One change of the directory, by a form; leads back to the page it came from. */
export function editing<T>(
  parts: SiteParts,
  right: Right,
  shape: z.ZodType<T>,
  work: (manager: EntityManager, form: T, cause: EditCause, visit: Visit) => Promise<string>,
): (context: Context) => Promise<void> {
  return async context => {
    const visit = visitOf(context);
    demand(visit, right);
    const form = readForm(context, shape);
    const to = await inTransaction(parts.dataSource, manager => work(manager, form, causeFor(visit), visit));
    parts.directory.forget();
    parts.wakeOutbox();
    context.redirect(to);
    context.status = 303;
  };
}

export function pageOf(context: Context): number {
  const text = asked(context, 'page');
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

/** The ways between the parts of 名录, and from one page of rows to the next. */
export function partsOfDirectory(current: string): { href: string; label: string; current: boolean }[] {
  return Object.entries({ '/directory': '单位', '/directory/collectives': '集体称谓', '/directory/people': '人员', '/directory/groups': '工作群' }).map(
    ([href, label]) => ({ href, label, current: href === current }),
  ); // prettier-ignore
}

export function pager(context: Context, page: number, total: number, size = directoryPage): object {
  const pages = Math.max(1, Math.ceil(total / size));
  const link = (no: number): string => {
    const query = new URLSearchParams(context.querystring);
    query.set('page', String(no));
    query.delete('done');
    return `${context.path}?${query.toString()}`;
  };
  return { page, pages, previous: page > 1 ? link(page - 1) : '', next: page < pages ? link(page + 1) : '' };
}

export function postFor(post: PostRow): object {
  return {
    id: post.id,
    name: post.name,
    unit: post.unit ?? '',
    unitId: post.unitId,
    role: roleNames[post.role],
    title: post.title ?? '',
    userId: post.userId ?? '',
    until: post.lastDay ?? '',
  };
}

async function showUnits(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'edit_directory');
  const { manager } = parts.dataSource;
  const words = asked(context, 'q');
  const which = (Object.keys(sorts) as UnitSort[]).find(one => one === asked(context, 'which')) ?? 'all';
  const page = pageOf(context);
  const resolved = visit.directory.names.resolve(words);
  const meant = resolved.kind === 'unit' ? (visit.directory.unitIdByName.get(resolved.name) ?? '') : '';
  const { rows, total } = await findUnits(manager, { words, meant, which, today: visit.today, page });
  await showPage(context, parts, visit, {
    name: 'directory',
    title: '名录',
    data: {
      tabs: partsOfDirectory('/directory'),
      words,
      sorts: Object.entries(sorts).map(([value, label]) => ({ value, label, chosen: value === which })),
      total,
      rows: rows.map(row => ({
        ...row,
        href: `/directory/unit/${row.id}`,
        fullName: row.fullName ?? '',
        kind: kindOf(row),
        aliases: row.aliases ?? '',
        liaisons: row.liaisons ?? '',
        rows: ledgerLink({ unit: row.id, role: 'named' }),
      })),
      filtered: words !== '' || which !== 'all',
      pager: pager(context, page, total),
    },
  });
}

async function showUnit(context: Context, parts: SiteParts, id: string): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'edit_directory');
  const { manager } = parts.dataSource;
  const { directory, today } = visit;
  const name = directory.unitNameById.get(id);
  const unit = directory.data.units.find(one => one.name === name);
  if (!unit) throw new Refusal(404, '名录里没有这个单位。');
  const unsettled = directory.unsettledNames.has(unit.name)
    ? (await listUnsettled(manager)).find(one => one.name === unit.name)
    : undefined;
  const { rows } = await findPosts(manager, { unitId: id, today, page: 1 });
  const { parent, below } = await findNeighbours(manager, id);
  await showPage(context, parts, visit, {
    name: 'unit',
    title: unit.name,
    data: {
      tabs: partsOfDirectory('/directory'),
      unit: {
        id,
        name: unit.name,
        fullName: unit.fullName ?? '',
        kind: kindOf(unit),
        note: unit.note ?? '',
        settled: unsettled === undefined,
        rows: ledgerLink({ unit: id, role: 'named' }),
      },
      aliases: unit.aliases,
      parent: parent?.name ?? '',
      below: below.map(one => ({ name: one.name, href: `/directory/unit/${one.id}` })),
      collectives: directory.data.collectives.filter(one => one.members.includes(unit.name)).map(one => one.name),
      posts: rows.map(postFor),
      mayEditPeople: may(visit.actor, 'edit_people'),
      tasks: (unsettled?.tasks ?? []).map(({ list, no }) => `${list} 第${no}项`),
      suggestions: unsettled?.suggestions ?? [],
      collectiveNames: directory.data.collectives.map(one => one.name),
      kinds: Object.entries(kindNames).map(([value, label]) => ({ value, label })),
      levels: Object.entries(levelNames).map(([value, label]) => ({ value, label })),
    },
  });
}

async function showCollectives(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'edit_directory');
  const { directory } = visit;
  await showPage(context, parts, visit, {
    name: 'collectives',
    title: '名录 · 集体称谓',
    data: {
      tabs: partsOfDirectory('/directory/collectives'),
      rows: directory.data.collectives.map(({ name, aliases, members, note }) => ({
        name,
        aliases: aliases.join('、'),
        note: note ?? '',
        members: members.map(member => ({
          name: member,
          href: `/directory/unit/${directory.unitIdByName.get(member) ?? ''}`,
        })),
      })),
    },
  });
}

const name = z.string().trim().min(1, '请写名称。').max(190, '名称太长。');
const aliasForm = z.object({ unit: name, text: name, status: z.enum(['certain', 'ask', 'none']) });
const memberForm = z.object({ collective: name, unit: name, remove: z.string().default('') });
const parentForm = z.object({ unit: name, parent: z.string().trim().max(190) });
const settleForm = z.object({
  written: name,
  as: z.enum(['alias', 'unit', 'collective']),
  unit: z.string().trim().max(190).default(''),
  collective: z.string().trim().max(190).default(''),
  kind: z.string().max(30).default('government'),
  level: z.string().max(30).default('district'),
});

/** The canonical name of a unit as a person wrote it. @throws Refusal 400 */
export function unitNamed(written: string, visit: Visit): string {
  const resolved = visit.directory.names.resolve(written);
  if (resolved.kind === 'unit' && resolved.how !== 'sound') return resolved.name;
  const likely = resolved.kind === 'ask' ? resolved.candidates : resolved.kind === 'unit' ? [resolved.name] : [];
  throw new Refusal(
    400,
    `单位“${written}”不在单位名录中${likely.length > 0 ? `，是不是 ${likely.join('、')}？` : ''}，没有改动。`,
  );
}

function settlementOf(form: z.infer<typeof settleForm>, visit: Visit): Settlement {
  if (form.as === 'alias') return { as: 'alias', unit: unitNamed(form.unit, visit) };
  if (form.as === 'unit') return { as: 'unit', kind: form.kind, level: form.level, fullName: null };
  if (form.collective === '') throw new Refusal(400, '请写明是哪个集体称谓，没有改动。');
  return { as: 'collective', collective: form.collective };
}

export function addDirectoryPages(router: Router, parts: SiteParts): void {
  router.get('/directory', context => showUnits(context, parts));
  router.get('/directory/unit/:id', context => showUnit(context, parts, context.params['id'] ?? ''));
  router.get('/directory/collectives', context => showCollectives(context, parts));
  const unitPage = (visit: Visit, unit: string): string =>
    `/directory/unit/${visit.directory.unitIdByName.get(unit) ?? ''}`;
  router.post(
    '/directory/alias',
    editing(parts, 'edit_directory', aliasForm, async (manager, { unit, text, status }, cause, visit) => {
      await editAlias(manager, { unit, text, status: status === 'none' ? null : status }, cause);
      return unitPage(visit, unit);
    }),
  );
  router.post(
    '/directory/parent',
    editing(parts, 'edit_directory', parentForm, async (manager, { unit, parent }, cause, visit) => {
      await editParent(manager, { unit, parent: parent === '' ? null : unitNamed(parent, visit) }, cause);
      return unitPage(visit, unit);
    }),
  );
  router.post(
    '/directory/member',
    editing(parts, 'edit_directory', memberForm, async (manager, form, cause, visit) => {
      const units = [unitNamed(form.unit, visit)];
      await editMembers(manager, { collective: form.collective, units, remove: form.remove === '1' }, cause);
      return '/directory/collectives';
    }),
  );
  router.post(
    '/directory/settle',
    editing(parts, 'edit_directory', settleForm, async (manager, form, cause, visit) => {
      await settleName(manager, form.written, settlementOf(form, visit), cause);
      return '/directory?which=unsettled';
    }),
  );
}
