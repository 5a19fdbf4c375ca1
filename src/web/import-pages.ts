// 导入: a list file is handed in, looked at row by row and field by field, and written by one button; as the command and the chat do it.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { z } from 'zod';
import { TaskList } from '../database/entities/task';
import { inTransaction } from '../database/transaction';
import { AppError } from '../errors';
import { newId } from '../ids';
import { draftMinutes, dropDraft, loadDraft } from '../importer/import-drafts';
import { canBeConfirmed, ImportDesk, type OpenImport, takeOverDraft } from '../importer/import-desk';
import { countsOf, describeUnknown } from '../importer/preview-reply';
import { changeRows, generalIssues, pagesOf, type Shown, taskRows } from './import-preview';
import { showPage } from './layout';
import { type SiteParts } from './site-parts';
import { readUpload } from './uploaded-form';
import { asked, causeOf, demand, readForm, Refusal, type Visit, visitOf } from './visit';

const maxBytes = 20 * 1024 * 1024;

const uploadForm = z.object({
  list: z
    .string()
    .trim()
    .max(30, '清单简称最多 30 个字。')
    .regex(/^[\p{L}\p{N}]*$/u, '清单简称只能用文字和数字，如“营商”。'),
});

/** Whatever is wrong with a file is a sentence, and nothing is stored. */
async function sayWhatIsWrong<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose)
      throw new Refusal(thrown.code === 'changed_since' ? 409 : 400, `${thrown.message.replace(/。$/u, '')}。`);
    throw thrown;
  }
}

async function openDraft(context: Context, desk: ImportDesk, visit: Visit): Promise<OpenImport> {
  const { id } = context.params as { id: string };
  const open = await sayWhatIsWrong(() => desk.reopen(id.slice(0, 36), visit.personId, visit.now));
  if (!open) throw new Refusal(404, `这份预览已经办过，或已超过 ${draftMinutes} 分钟，没有改动。请重新上传文件。`);
  return open;
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/u.test(text) ? Number(text) : 0;
}

async function showUpload(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'import_lists');
  const { manager } = parts.dataSource;
  const lists = await manager.find(TaskList, { order: { importedAt: 'ASC', id: 'ASC' } });
  const done = lists.find(list => list.shortName === asked(context, 'done'));
  const count = (name: string): number => wholeNumber(asked(context, name));
  await showPage(context, parts, visit, {
    name: 'import',
    title: '导入',
    data: {
      done: done
        ? `已导入清单“${done.shortName}”：新增 ${count('added')} 项，变更 ${count('changed')} 项，终止 ${count('removed')} 项；通知了 ${count('told')} 个单位。已反馈的进展都保留。`
        : asked(context, 'dropped') === ''
          ? ''
          : '没有导入，文件已丢弃。',
      unsettled: done ? count('unsettled') : 0,
      lists: lists.map(list => ({ shortName: list.shortName, title: list.title })),
      minutes: draftMinutes,
      megabytes: maxBytes / 1024 / 1024,
    },
  });
}

async function takeUpload(context: Context, desk: ImportDesk): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'import_lists');
  const upload = await readUpload(context, maxBytes);
  (context.request as { body?: unknown }).body = upload.fields;
  const { list } = readForm(context, uploadForm);
  const { file } = upload;
  if (!file) throw new Refusal(400, '请先选择清单文件。');
  const draftId = newId();
  await sayWhatIsWrong(() =>
    desk.receive(
      { bytes: file.bytes, fileName: file.name, shortName: list === '' ? null : list },
      { draftId, personId: visit.personId },
      visit.now,
    ),
  );
  context.redirect(`/import/${draftId}`);
  context.status = 303;
}

async function showPreview(context: Context, parts: SiteParts, desk: ImportDesk): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'import_lists');
  const open = await openDraft(context, desk, visit);
  const { preview, stored, units, draftId, fileName } = open;
  const show: Shown = asked(context, 'show') === 'changes' && stored !== null ? 'changes' : 'tasks';
  const rows = show === 'changes' ? preview.changes.length : preview.tasks.length;
  const { from, to, ...pages } = pagesOf(rows, wholeNumber(asked(context, 'page')), `/import/${draftId}?show=${show}`);
  await showPage(context, parts, visit, {
    name: 'import-preview',
    title: '导入预览',
    data: {
      id: draftId,
      fileName,
      list: preview.list,
      counts: countsOf(preview),
      diff: preview.diff,
      isNew: stored === null,
      state: canBeConfirmed(open) ? 'open' : preview.errors.length > 0 ? 'errors' : 'same',
      minutesLeft: Math.max(Math.ceil((open.expiresAt.getTime() - visit.now.getTime()) / 60_000), 1),
      errors: preview.errors.map(issue => issue.message),
      warnings: generalIssues(preview),
      rowWarnings: preview.warnings.length,
      unknown: describeUnknown(preview, units),
      show,
      rows: show === 'changes' ? changeRows(open, from, to) : taskRows(open, from, to),
      ...pages,
    },
  });
}

async function confirm(context: Context, parts: SiteParts, desk: ImportDesk): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'import_lists');
  readForm(context, z.object({}));
  const open = await openDraft(context, desk, visit);
  const { personId, personName, now } = causeOf(visit);
  const { staffId } = visit.actor;
  const { result, units } = await sayWhatIsWrong(() =>
    inTransaction(parts.dataSource, manager =>
      takeOverDraft(manager, open, { personId, actor: personName, staffId, now }),
    ),
  );
  parts.wakeOutbox();
  const query = new URLSearchParams({
    done: open.preview.list.shortName,
    added: String(result.added),
    changed: String(result.changed),
    removed: String(result.removed),
    told: String(units.told.length),
    unsettled: String(result.newUnits.length),
  });
  context.redirect(`/import?${query.toString()}`);
  context.status = 303;
}

async function drop(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'import_lists');
  readForm(context, z.object({}));
  const { id } = context.params as { id: string };
  const mine = await loadDraft(parts.dataSource.manager, id.slice(0, 36), visit.personId, visit.now);
  if (mine) await inTransaction(parts.dataSource, manager => dropDraft(manager, mine.id));
  context.redirect('/import?dropped=1');
  context.status = 303;
}

export function addImportPages(router: Router, parts: SiteParts): void {
  const desk = new ImportDesk(parts.dataSource, parts.directory);
  router.get('/import', context => showUpload(context, parts));
  router.post('/import', context => takeUpload(context, desk));
  router.get('/import/:id', context => showPreview(context, parts, desk));
  router.post('/import/:id/confirm', context => confirm(context, parts, desk));
  router.post('/import/:id/drop', context => drop(context, parts));
}
