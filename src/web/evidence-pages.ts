// 佐证材料: pictures and files of a task, fetched from the chat platform when somebody opens one; nothing of them is kept here.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { Change } from '../database/entities/progress';
import { maySeeProgressOf } from '../directory/identity';
import { type Attachment } from '../messages';
import { momentName } from '../rendering/wording';
import { sendFile } from './download-pages';
import { type SiteParts } from './site-parts';
import { Refusal, visitOf } from './visit';

const maxBytes = 20 * 1024 * 1024;
const maxShown = 50;

const kindNames: Record<Attachment['kind'], string> = { picture: '图片', file: '文件', audio: '语音', video: '视频' };

interface EvidenceRow {
  id: string;
  attachments: string;
  saidAt: Date;
  unitName: string;
  personName: string;
}

/** What was handed in for a task, newest first, as links. @param unitIds - the units whose reports the reader may see */
export async function evidenceOf(
  manager: EntityManager,
  taskId: string,
  unitIds: ReadonlySet<string>,
): Promise<{ href: string; label: string; about: string }[]> {
  if (unitIds.size === 0) return [];
  const rows: EvidenceRow[] = await manager.query(
    `SELECT c.id, c.attachments, c.saidAt, u.name AS unitName, p.name AS personName
       FROM changes c JOIN units u ON u.id = c.unitId JOIN people p ON p.id = c.personId
      WHERE c.taskId = ? AND c.unitId IN (?) AND c.attachments IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM changes o WHERE o.undoesChangeId = c.id)
      ORDER BY c.saidAt DESC, c.id DESC LIMIT ${maxShown}`,
    [taskId, [...unitIds]],
  );
  return rows.flatMap(({ id, attachments, saidAt, unitName, personName }) =>
    (JSON.parse(attachments) as Attachment[]).map((one, i) => ({
      href: `/ledger/evidence/${id}/${i + 1}`,
      label: one.fileName ?? `${kindNames[one.kind]} ${i + 1}`,
      about: `${unitName}·${personName} ${momentName(saidAt)}`,
    })),
  );
}

/** The first bytes of the kinds of picture a browser shows and that hold no script. */
const pictureMarks: [type: string, isIt: (bytes: Buffer) => boolean][] = [
  ['image/jpeg', bytes => bytes.subarray(0, 3).toString('hex') === 'ffd8ff'],
  ['image/png', bytes => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a'],
  ['image/gif', bytes => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['image/webp', bytes => /^RIFF.{4}WEBP/s.test(bytes.toString('latin1', 0, 12))],
];

/** What the bytes are, whatever they are called; null = no picture. */
export function pictureTypeOf(bytes: Buffer): string | null {
  return pictureMarks.find(([, isIt]) => isIt(bytes))?.[0] ?? null;
}

async function showEvidence(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const { id = '', no = '' } = context['params'] as { id?: string; no?: string };
  const change = await manager.findOneBy(Change, { id });
  const attachment = /^\d{1,2}$/.test(no) ? change?.attachments?.[Number(no) - 1] : undefined;
  if (!change || !attachment) throw new Refusal(404, '没有这份佐证材料。');
  const onTask: { unitId: string }[] = await manager.query('SELECT unitId FROM task_units WHERE taskId = ?', [
    change.taskId,
  ]);
  if (!maySeeProgressOf(visit.actor, change.unitId, new Set(onTask.map(({ unitId }) => unitId))))
    throw new Refusal(403, '这份佐证材料只给本项各单位和区优化办看。');
  const got = await parts.files.fetch(attachment.downloadCode, { maxBytes });
  if (got.outcome === 'failed') throw new Refusal(502, got.sentence);
  const type = pictureTypeOf(got.bytes);
  if (type === null) {
    // Never shown as a page of this site, whatever it is.
    const name = attachment.fileName ?? `佐证材料${no}`;
    sendFile(context, { name, type: 'application/octet-stream', content: got.bytes });
    return;
  }
  context.type = type;
  context.set('Cache-Control', 'private, max-age=300');
  context.body = got.bytes;
}

export function addEvidencePages(router: Router, parts: SiteParts): void {
  router.get('/ledger/evidence/:id/:no', context => showEvidence(context, parts));
}
