// 登录: the page a one-time link opens, and in the trial the page to choose who you are.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { z } from 'zod';
import { inTransaction } from '../database/transaction';
import { type Role } from '../database/entities/unit';
import { findLink, linkMinutes, useLink } from '../directory/web-links';
import { type DoorParts, findVisit, home, letIn, letOut, safeNext } from './door';
import { showPlainPage } from './layout';
import { asked, parse, readForm, Refusal, type Visit } from './visit';

export const roleNames: Record<Role, string> = {
  staff: '工作人员',
  liaison: '联络员',
  leader: '负责人',
  office: '督办专员',
  admin: '管理员',
};

const choosing = z.object({ person: z.string().max(36), next: z.string().max(2000).default('') });

interface Choice {
  id: string;
  name: string;
  unit: string | null;
  role: Role;
}

function peopleToBe(parts: DoorParts): Promise<Choice[]> {
  return parts.dataSource.query(
    `SELECT p.id, p.name, u.name AS unit, q.role FROM people p
       JOIN posts q ON q.personId = p.id AND q.endedAt IS NULL
       LEFT JOIN units u ON u.id = q.unitId
      ORDER BY p.id, q.id`,
  );
}

/** A form of another site must not sign anybody in, nor choose. */
export function refuseForeignForms(context: Context): void {
  const site = context.get('Sec-Fetch-Site');
  if (site !== '' && site !== 'same-origin' && site !== 'none') throw new Refusal(403, '请从本站的页面操作。');
}

async function showChoice(context: Context, parts: DoorParts): Promise<void> {
  const people = await peopleToBe(parts);
  const shown = people
    .filter((one, i) => people.findIndex(other => other.id === one.id) === i)
    .map(({ id, name, unit, role }) => ({ id, name, post: [unit, roleNames[role]].filter(Boolean).join(' ') }));
  await showPlainPage(context, parts, {
    name: 'choose-person',
    title: '您是谁',
    data: { people: shown, next: safeNext(asked(context, 'next')) },
  });
}

export function addSignInPages(router: Router, parts: DoorParts): void {
  const { dataSource, clock, trial } = parts;

  router.get('/sign-in', async context => {
    if (trial) await showChoice(context, parts);
    else await showPlainPage(context, parts, { name: 'sign-in', title: '登录', data: { minutes: linkMinutes } });
  });

  if (trial)
    router.post('/sign-in', async context => {
      refuseForeignForms(context);
      const { person, next } = parse(choosing, (context.request as { body?: unknown }).body);
      if (!(await letIn(context, parts, person))) throw new Refusal(400, '没有这个人，请返回重选。');
      context.redirect(safeNext(next));
      context.status = 303;
    });

  // Whoever only looks at the link (a chat's preview does) uses nothing up.
  router.get('/sign-in/:secret', async context => {
    const link = await findLink(dataSource.manager, context.params['secret'] ?? '', 'sign_in', clock.now());
    const data = { minutes: linkMinutes, usable: link !== null };
    await showPlainPage(context, parts, { name: 'use-link', title: '登录', data, status: link ? 200 : 410 });
  });

  router.post('/sign-in/:secret', async context => {
    refuseForeignForms(context);
    const link = await inTransaction(dataSource, manager =>
      useLink(manager, context.params['secret'] ?? '', 'sign_in', clock.now()),
    );
    if (!link || !(await letIn(context, parts, link.personId))) {
      const data = { minutes: linkMinutes, usable: false };
      await showPlainPage(context, parts, { name: 'use-link', title: '登录', data, status: 410 });
      return;
    }
    context.redirect(home);
    context.status = 303;
  });

  router.post('/sign-out', async context => {
    const visit = await findVisit(context, parts);
    if (visit) {
      (context.state as { visit?: Visit }).visit = visit;
      readForm(context, z.object({}));
      await letOut(context, parts);
    }
    context.redirect('/sign-in');
    context.status = 303;
  });
}
