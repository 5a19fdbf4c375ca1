// A list file that comes in a chat: fetched, read and kept before the turn; taken over or dropped within it.
import { type EntityManager } from 'typeorm';
import { AppError } from '../errors';
import { type Reply } from '../rendering/reply';
import { dropDraft } from './import-drafts';
import { canBeConfirmed, type ImportDesk, type OpenImport, takeOverDraft } from './import-desk';
import { doneReply, previewReply } from './preview-reply';
import { SecretFile } from './secret-file';

const maxBytes = 20 * 1024 * 1024;

export interface FileFetcher {
  fetch(
    downloadCode: string,
    limits: { maxBytes: number },
  ): Promise<{ outcome: 'fetched'; bytes: Buffer } | { outcome: 'failed'; sentence: string }>;
}

interface Cause {
  personId: string;
  actor: string;
  staffId: string | null;
  now: Date;
}

/** What has become of a file before its turn begins. */
type ListFile =
  /** `mark`: the 密级 mark for which it was refused. */
  | { kind: 'refused'; sentence: string; mark: string | null }
  | {
      kind: 'open';
      draftId: string;
      expiresAt: Date;
      preview: Reply;
      /** null where there is nothing to confirm. Within the turn's transaction. */
      takeOver: ((manager: EntityManager, cause: Cause) => Promise<Reply>) | null;
    };

/** The conversation's side of importing; it knows only the shape. */
export class ChatImports {
  constructor(
    private readonly desk: ImportDesk,
    private readonly files: FileFetcher,
    private readonly siteUrl: () => string,
  ) {}

  /** Fetches a file, reads it, keeps it for its owner. */
  async receive(
    file: { downloadCode: string; fileName: string; shortName: string | null },
    owner: { draftId: string; personId: string },
    now: Date,
  ): Promise<ListFile | null> {
    const fetched = await this.files.fetch(file.downloadCode, { maxBytes });
    if (fetched.outcome === 'failed') return { kind: 'refused', sentence: fetched.sentence, mark: null };
    return this.open(() => this.desk.receive({ ...file, bytes: fetched.bytes }, owner, now));
  }

  /** The file a confirmation is about; null when it is not kept any more. */
  async reopen(draftId: string, personId: string, now: Date): Promise<ListFile | null> {
    return this.open(() => this.desk.reopen(draftId, personId, now));
  }

  async drop(manager: EntityManager, draftId: string): Promise<void> {
    await dropDraft(manager, draftId);
  }

  private async open(read: () => Promise<OpenImport | null>): Promise<ListFile | null> {
    try {
      const open = await read();
      return open && this.listFile(open);
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.expose)) throw thrown;
      return {
        kind: 'refused',
        sentence: `${thrown.message.replace(/。$/u, '')}。`,
        mark: thrown instanceof SecretFile ? thrown.mark : null,
      };
    }
  }

  private listFile(open: OpenImport): ListFile {
    const { draftId, expiresAt, preview } = open;
    const takeOver = async (manager: EntityManager, cause: Cause): Promise<Reply> =>
      doneReply(preview.list.shortName, await takeOverDraft(manager, open, cause));
    return {
      kind: 'open',
      draftId,
      expiresAt,
      preview: previewReply(open, `${this.siteUrl()}/import/${draftId}`),
      takeOver: canBeConfirmed(open) ? takeOver : null,
    };
  }
}
