// Files that were looked at and wait for a word: kept for ten minutes, for the person who brought them, in the database all instances share.
import { type EntityManager, LessThan } from 'typeorm';
import { ImportDraft, ImportDraftPiece } from '../database/entities/import-draft';
import { newId } from '../ids';

/** How long a preview may be confirmed. */
export const draftMinutes = 10;
const bytesAtOnce = 256 * 1024;

export interface DraftFacts {
  id: string;
  personId: string;
  fileName: string;
  shortName: string | null;
  /** Digest of the differences shown. */
  seen: string;
}

export interface KeptDraft extends DraftFacts {
  bytes: Buffer;
  expiresAt: Date;
}

/** Keeps a file; one of the same id is replaced, expired ones go. @returns until when */
export async function saveDraft(
  manager: EntityManager,
  { id, personId, fileName, shortName, seen }: DraftFacts,
  bytes: Buffer,
  now: Date,
): Promise<Date> {
  await dropExpiredDrafts(manager, now);
  await dropDraft(manager, id);
  const expiresAt = new Date(now.getTime() + draftMinutes * 60_000);
  await manager.insert(ImportDraft, {
    id,
    personId,
    fileName: fileName.slice(0, 255),
    shortName,
    seen,
    createdAt: now,
    expiresAt,
  });
  for (let at = 0, position = 0; at < bytes.length; at += bytesAtOnce, position++)
    await manager.insert(ImportDraftPiece, {
      id: newId(),
      draftId: id,
      position,
      bytes: bytes.subarray(at, at + bytesAtOnce),
    });
  return expiresAt;
}

/** null: there is none, it is another person's, or its time is over. */
export async function loadDraft(
  manager: EntityManager,
  id: string,
  personId: string,
  now: Date,
): Promise<KeptDraft | null> {
  const draft = await manager.findOneBy(ImportDraft, { id, personId });
  if (!draft || draft.expiresAt < now) return null;
  const pieces = await manager.find(ImportDraftPiece, { where: { draftId: id }, order: { position: 'ASC' } });
  const { fileName, shortName, seen, expiresAt } = draft;
  const bytes = Buffer.concat(pieces.map(piece => piece.bytes));
  return { id, personId, fileName, shortName, seen, expiresAt, bytes };
}

/** @returns false when it was gone already: taken over, or dropped, by somebody else */
export async function dropDraft(manager: EntityManager, id: string): Promise<boolean> {
  await manager.delete(ImportDraftPiece, { draftId: id });
  const { affected } = await manager.delete(ImportDraft, { id });
  return (affected ?? 0) > 0;
}

/** @returns how many went */
export async function dropExpiredDrafts(manager: EntityManager, now: Date): Promise<number> {
  const over = await manager.find(ImportDraft, { where: { expiresAt: LessThan(now) }, select: { id: true }, take: 50 });
  for (const { id } of over) await dropDraft(manager, id);
  return over.length;
}
