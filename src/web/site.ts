// The web site: 看板, 台账 and what else people look at, behind its door.
import Router from '@koa/router';
import { bodyParser } from '@koa/bodyparser';
import { type Context, type Next } from 'koa';
import { AppError } from '../errors';
import { isLoopbackName } from '../simulator/chat-page-guard';
import { addApprovalPages } from './approval-pages';
import { addAuditPage } from './audit-page';
import { addBoardPage } from './board-page';
import { addBulletinPages } from './bulletin-pages';
import { addBurdenPage } from './burden-page';
import { addDirectoryPages } from './directory-pages';
import { guardDoor, home } from './door';
import { addEvidencePages } from './evidence-pages';
import { addImportPages } from './import-pages';
import { addLedgerFile, addLinkedFile } from './download-pages';
import { showPage, showPlainPage } from './layout';
import { addLedgerPages } from './ledger-pages';
import { addPeoplePages } from './people-pages';
import { limitSignIn, limitWork, usualRates } from './rate-limits';
import { addReminderPages } from './reminder-pages';
import { addSettingsPages } from './settings-pages';
import { addSignInPages } from './sign-in-pages';
import { addSiteFiles } from './site-files';
import { type SiteParts } from './site-parts';
import { Refusal, type Visit } from './visit';

/** Says refusals and faults as pages. */
function sayRefusals(parts: SiteParts): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    try {
      await next();
    } catch (thrown) {
      const unreadable = (thrown as { status?: unknown }).status;
      const refusal =
        thrown instanceof Refusal
          ? thrown
          : thrown instanceof AppError && thrown.expose
            ? new Refusal(409, `${thrown.message}。`)
            : unreadable === 400 || unreadable === 413
              ? new Refusal(400, '请求的内容不对，请返回再试。')
              : fault(context, thrown);
      const { visit } = context.state as { visit?: Visit };
      const page = { name: 'refused', title: '没有办成', data: { sentence: refusal.message }, status: refusal.status };
      await (visit ? showPage(context, parts, visit, page) : showPlainPage(context, parts, page));
    }
  };
}

/** Anything else goes into the log, and the person is told that it was not their doing. */
function fault(context: Context, thrown: unknown): Refusal {
  context.app.emit('error', thrown, context);
  return new Refusal(500, '网页出错了，没有改动。请稍后再试；还不行请告诉系统管理员。');
}

/** In the trial anybody may be anybody, so only this machine's browser may come, under its own name. */
async function onlyThisMachine(context: Context, next: Next): Promise<void> {
  const host = context.get('Host').replace(/:\d{1,5}$/, '');
  if (!isLoopbackName(host)) throw new Refusal(403, '体验只在本机可用，请用 127.0.0.1 或 localhost 打开。');
  await next();
}

/** Makes the site's routes. */
export function createSite(parts: SiteParts): Router {
  const router = new Router();
  addSiteFiles(router);
  const pages = new Router();
  pages.use(sayRefusals(parts));
  if (parts.trial) pages.use(onlyThisMachine);
  pages.use(bodyParser({ enableTypes: ['form'], formLimit: '64kb' }));
  const rates = parts.rates ?? usualRates;
  pages.use(limitSignIn(parts.dataSource, rates));
  addSignInPages(pages, parts);
  addLinkedFile(pages, parts);
  const inside = new Router();
  inside.use(guardDoor(parts));
  inside.use(limitWork(parts.dataSource, rates));
  inside.get('/', context => {
    context.redirect(home);
  });
  addApprovalPages(inside, parts);
  addAuditPage(inside, parts);
  addBoardPage(inside, parts);
  addBulletinPages(inside, parts);
  addImportPages(inside, parts);
  addBurdenPage(inside, parts);
  addDirectoryPages(inside, parts);
  addEvidencePages(inside, parts);
  addLedgerFile(inside, parts);
  addLedgerPages(inside, parts);
  addPeoplePages(inside, parts);
  addReminderPages(inside, parts);
  addSettingsPages(inside, parts);
  pages.use(inside.routes());
  router.use(pages.routes());
  return router;
}
