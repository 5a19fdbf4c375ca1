// Where lists are handed in by chat and on the web: read, compared with what is stored, kept until somebody says yes.
import { type DataSource, type EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction';
import { type UnitDirectoryData } from '../directory/unit-data';
import { settledData, type UnitDirectory } from '../directory/unit-directory';
import { AppError } from '../errors';
import { findSecrecyMark } from '../secrecy';
import { type DraftFacts, dropDraft, loadDraft, saveDraft } from './import-drafts';
import { digestOf } from './import-task-list';
import { compareWith, type ImportPreview } from './preview';
import { previewApart } from './preview-apart';
import { SecretFile } from './secret-file';
import { loadStoredTasks, storedNameOf } from './stored-list';
import { checkShortName, takeOver, type TakenOver } from './take-over';
import { type StoredTask } from './task-draft';

/** A file that was read and waits for a word. */
export interface OpenImport {
  draftId: string;
  fileName: string;
  expiresAt: Date;
  preview: ImportPreview;
  /** null: the list is not there yet. */
  stored: StoredTask[] | null;
  units: UnitDirectoryData | undefined;
  /** Digest of the differences that were shown first. */
  seen: string;
}

export interface HandedIn {
  bytes: Buffer;
  fileName: string;
  /** What the list is to be called; null = as its title says. */
  shortName: string | null;
}

/** True where a yes would change something. */
export function canBeConfirmed({ preview, stored }: Pick<OpenImport, 'preview' | 'stored'>): boolean {
  return preview.errors.length === 0 && (stored === null || preview.changes.length > 0);
}

export class ImportDesk {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: UnitDirectory,
  ) {}

  /**
   * Reads a file, compares it and keeps it for its owner.
   * @throws AppError bad_input (exposed) when it cannot be read as a list; SecretFile when it bears a 密级 mark, and then nothing is kept
   */
  async receive(file: HandedIn, owner: { draftId: string; personId: string }, now: Date): Promise<OpenImport> {
    const mark = findSecrecyMark(file.fileName);
    if (mark !== null) throw new SecretFile(mark);
    const read = await this.read(file);
    const seen = digestOf(read.preview.changes);
    const facts: DraftFacts = {
      id: owner.draftId,
      personId: owner.personId,
      fileName: file.fileName,
      shortName: file.shortName,
      seen,
    };
    const expiresAt = await inTransaction(this.dataSource, manager => saveDraft(manager, facts, file.bytes, now));
    return { ...read, draftId: owner.draftId, fileName: file.fileName, expiresAt, seen };
  }

  /** The file again, as it compares now; null when it is not there, another person's, or its time is over. */
  async reopen(draftId: string, personId: string, now: Date): Promise<OpenImport | null> {
    const draft = await loadDraft(this.dataSource.manager, draftId, personId, now);
    if (!draft) return null;
    const { fileName, expiresAt, seen } = draft;
    return { ...(await this.read(draft)), draftId, fileName, expiresAt, seen };
  }

  private async read({
    bytes,
    fileName,
    shortName,
  }: HandedIn): Promise<Pick<OpenImport, 'preview' | 'stored' | 'units'>> {
    const settled = settledData(await this.directory.view());
    const units = settled.units.length > 0 ? settled : undefined;
    const read = await previewApart({ bytes, fileName, shortName: shortName ?? undefined, units });
    const { manager } = this.dataSource;
    if (shortName === null) read.list.shortName = (await storedNameOf(manager, read.list)) ?? read.list.shortName;
    checkShortName(read.list.shortName, '请另取一个短的。');
    const stored = await loadStoredTasks(manager, read.list.shortName);
    return { preview: compareWith(read, stored ?? []), stored, units };
  }
}

/**
 * Takes over what was shown, within the caller's transaction; the draft is gone with it.
 * @throws AppError changed_since (exposed) when another word came first, or the list is not what was shown any more
 */
export async function takeOverDraft(
  manager: EntityManager,
  open: OpenImport,
  cause: { personId: string; actor: string; staffId: string | null; now: Date },
): Promise<TakenOver> {
  if (!(await dropDraft(manager, open.draftId)))
    throw new AppError('changed_since', '这份清单已经办过，没有再次导入。', { expose: true });
  return takeOver(manager, open.preview, { ...cause, seen: open.seen });
}
