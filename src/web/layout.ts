// What all pages have: the head with its ways, who is signed in, as of when.
import { type Context } from 'koa';
import { may, type Right } from '../directory/identity';
import { renderPage } from './page-template';
import { type Visit } from './visit';

interface Way {
  href: string;
  label: string;
  rights: readonly Right[];
}

const ways: readonly Way[] = [
  { href: '/board', label: '看板', rights: [] },
  { href: '/ledger', label: '台账', rights: [] },
  { href: '/approvals', label: '审批', rights: ['decide_requests', 'decide_identities'] },
  { href: '/import', label: '导入', rights: ['import_lists'] },
  { href: '/reminders', label: '提醒', rights: ['see_operations'] },
  { href: '/bulletins', label: '通报', rights: ['see_all_units'] },
  { href: '/directory', label: '名录', rights: ['edit_directory'] },
  { href: '/audit', label: '审计', rights: ['see_operations'] },
  { href: '/settings', label: '设置', rights: ['change_settings'] },
];

/** "2023-06-26 09:12" */
export function fullMoment(instant: Date): string {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

/** What the site is for everybody: set once, at its start. */
export interface SiteFace {
  /** The trial: people are chosen instead of signed in, and the chat page is next door. */
  trial: boolean;
}

/** Answers with a page of a person who is signed in. */
export async function showPage(
  context: Context,
  face: SiteFace,
  visit: Visit,
  page: { name: string; title: string; data: object; status?: number },
): Promise<void> {
  const { actor } = visit;
  const unit = actor.unit?.name ?? actor.posts.find(post => post.unit)?.unit?.name ?? '';
  await answer(context, page.name, page.status ?? 200, {
    ...page.data,
    title: page.title,
    trial: face.trial,
    who: unit === '' ? actor.name : `${actor.name} · ${unit}`,
    formKey: visit.formKey,
    asOf: fullMoment(visit.now),
    ways: ways
      .filter(way => way.rights.length === 0 || way.rights.some(right => may(actor, right)))
      .map(({ href, label }) => ({
        href,
        label,
        current: context.path === href || context.path.startsWith(`${href}/`),
      })),
  });
}

/** Answers with a page before or without signing in. */
export async function showPlainPage(
  context: Context,
  face: SiteFace,
  page: { name: string; title: string; data: object; status?: number },
): Promise<void> {
  const data = { ...page.data, title: page.title, trial: face.trial, who: '', formKey: '', asOf: '', ways: [] };
  await answer(context, page.name, page.status ?? 200, data);
}

async function answer(context: Context, name: string, status: number, data: object): Promise<void> {
  context.status = status;
  context.type = 'text/html; charset=utf-8';
  context.set('Cache-Control', 'no-store');
  context.body = await renderPage(name, data);
}
