// 台账.xlsx: from the 台账 page with its filter, or by a one-time link from a chat.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { civilDateOf } from '../calendar/civil-date';
import { type TaskList } from '../database/entities/task';
import { inTransaction } from '../database/transaction';
import { loadWorkCalendar } from '../database/work-days';
import { type Actor } from '../directory/identity';
import { actorOfPerson } from '../directory/speakers';
import { findLink, linkMinutes, useLink } from '../directory/web-links';
import { findLedger, type LedgerFilter, type LedgerView } from '../reports/ledger-query';
import { writeLedgerSheet } from '../reports/ledger-sheet';
import { chooseListOf, findListById } from './chosen-list';
import { fullMoment, showPlainPage } from './layout';
import { filterOf, readAddress, sortOf } from './ledger-address';
import { filterWanted } from './paper-files';
import { refuseForeignForms } from './sign-in-pages';
import { type SiteParts } from './site-parts';
import { visitOf } from './visit';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Sends a file to be kept, under a Chinese name. */
export function sendFile(context: Context, file: { name: string; type: string; content: Buffer }): void {
  context.status = 200;
  context.type = file.type;
  context.set('Cache-Control', 'no-store');
  context.set('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  context.body = file.content;
}

async function sendLedger(
  context: Context,
  parts: SiteParts,
  wanted: {
    list: TaskList;
    filter: LedgerFilter;
    order: ReturnType<typeof sortOf>;
    reader: Actor;
    view: LedgerView;
    now: Date;
  },
): Promise<void> {
  const { manager } = parts.dataSource;
  const tasks = await findLedger(manager, wanted.filter, wanted.view, { ...wanted.order, page: null });
  const content = await writeLedgerSheet(manager, tasks, wanted.reader, {
    title: `${wanted.list.title}台账`,
    asOf: fullMoment(wanted.now),
  });
  sendFile(context, { name: `台账-${wanted.list.shortName}-${civilDateOf(wanted.now)}.xlsx`, type: xlsx, content });
}

/** The download of somebody who is signed in. */
export function addLedgerFile(router: Router, parts: SiteParts): void {
  router.get('/ledger.xlsx', async context => {
    const visit = visitOf(context);
    const address = readAddress(context);
    const { list } = await chooseListOf(parts.dataSource.manager, address.list);
    const filter = filterOf(address, list.id, visit);
    await sendLedger(context, parts, {
      list,
      filter,
      order: sortOf(address),
      reader: visit.actor,
      view: visit,
      now: visit.now,
    });
  });
}

/** The download by a link from a chat, without signing in. */
export function addLinkedFile(router: Router, parts: SiteParts): void {
  const { dataSource, clock } = parts;
  const gone = (context: Context): Promise<void> =>
    showPlainPage(context, parts, {
      name: 'use-download',
      title: '下载台账',
      data: { minutes: linkMinutes, usable: false },
      status: 410,
    });

  router.get('/download/:secret', async context => {
    const link = await findLink(dataSource.manager, context.params['secret'] ?? '', 'ledger', clock.now());
    if (!link) return gone(context);
    const data = { minutes: linkMinutes, usable: true };
    return showPlainPage(context, parts, { name: 'use-download', title: '下载台账', data });
  });

  router.post('/download/:secret', async context => {
    refuseForeignForms(context);
    const now = clock.now();
    const link = await inTransaction(dataSource, manager =>
      useLink(manager, context.params['secret'] ?? '', 'ledger', now),
    );
    const { manager } = dataSource;
    const today = civilDateOf(now);
    const directory = await parts.directory.view();
    const reader = link && (await actorOfPerson(manager, link.personId, directory, today));
    if (!reader) return gone(context);
    const view = { today, calendar: await loadWorkCalendar(manager) };
    const filter = filterWanted(link.wanted, view, id => directory.collectivesOfUnit.get(id) ?? []);
    const list = await findListById(manager, filter.listId);
    return sendLedger(context, parts, { list, filter, order: { sort: 'no', descending: false }, reader, view, now });
  });
}
