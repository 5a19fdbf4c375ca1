// 通报: a snapshot of the ledger is taken, and the paper is made from it, to be edited and sent by people.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { partsOf } from '../calendar/civil-date';
import { ReportSnapshot } from '../database/entities/report';
import { TaskList } from '../database/entities/task';
import { inTransaction, isDuplicate } from '../database/transaction';
import { bulletinFacts } from '../reports/bulletin-facts';
import { nextIssue, takeBulletin, usualAddressees } from '../reports/take-bulletin';
import { chooseListOf } from './chosen-list';
import { sendFile } from './download-pages';
import { fullMoment, showPage } from './layout';
import { makeBriefing, makeBulletin } from './paper-files';
import { type SiteParts } from './site-parts';
import { asked, causeOf, demand, readForm, Refusal, type Visit, visitOf } from './visit';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const maxShown = 100;

const takeForm = z.object({
  list: z.string().max(36),
  issue: z.coerce.number({ error: '期号应为数字。' }).int().min(1, '期号从 1 开始。').max(999, '期号太大。'),
  to: z.string().trim().min(1, '请写明主送单位。').max(200, '主送最多 200 字。'),
});

async function takeSnapshot(manager: EntityManager, form: z.infer<typeof takeForm>, visit: Visit): Promise<void> {
  const list = await manager.findOneBy(TaskList, { id: form.list });
  if (!list) throw new Refusal(404, '没有这份清单。');
  const { now, today, calendar } = visit;
  const { year } = partsOf(today);
  const { personId, personName } = causeOf(visit);
  const cause = { personId, personName, inboxMessageId: null, now, today, calendar };
  try {
    await takeBulletin(manager, list, { issue: form.issue, to: form.to, asOf: fullMoment(now) }, cause);
  } catch (thrown) {
    if (isDuplicate(thrown)) throw new Refusal(409, `${year}年第${form.issue}期已经有了，没有改动。`);
    throw thrown;
  }
}

async function showBulletins(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'see_all_units');
  const { manager } = parts.dataSource;
  const { list, lists } = await chooseListOf(manager, asked(context, 'list'));
  const snapshots = await manager.find(ReportSnapshot, {
    where: { listId: list.id },
    order: { year: 'DESC', issue: 'DESC' },
    take: maxShown,
  });
  await showPage(context, parts, visit, {
    name: 'bulletins',
    title: '通报',
    data: {
      list: { id: list.id, title: list.title },
      lists: lists.map(({ shortName, title, id }) => ({ shortName, title, chosen: id === list.id })),
      issue: await nextIssue(manager, list.id, partsOf(visit.today).year),
      to: usualAddressees,
      rows: snapshots.map(({ id, year, issue, asOf, facts }) => {
        const { counts } = bulletinFacts.parse(facts);
        return {
          href: `/bulletins/${id}.docx`,
          year,
          issue,
          asOf: fullMoment(asOf),
          total: counts.total,
          overdue: counts.overdue,
        };
      }),
    },
  });
}

export function addBulletinPages(router: Router, parts: SiteParts): void {
  router.get('/bulletins', context => showBulletins(context, parts));
  router.post('/bulletins', async context => {
    const visit = visitOf(context);
    demand(visit, 'see_all_units');
    const form = readForm(context, takeForm);
    await inTransaction(parts.dataSource, manager => takeSnapshot(manager, form, visit));
    context.redirect('/bulletins');
    context.status = 303;
  });
  router.get('/bulletins/:id.docx', async context => {
    demand(visitOf(context), 'see_all_units');
    const made = await makeBulletin(parts.dataSource.manager, context.params['id'] ?? '');
    if (!made) throw new Refusal(404, '没有这一期通报。');
    sendFile(context, { name: made.name, type: docx, content: made.bytes });
  });
  router.get('/briefing.docx', async context => {
    const visit = visitOf(context);
    demand(visit, 'see_all_units');
    const made = await makeBriefing(parts.dataSource.manager, visit);
    sendFile(context, { name: made.name, type: docx, content: made.bytes });
  });
}
