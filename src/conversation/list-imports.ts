// Lists handed in by chat: what the conversation asks of whoever can read them, and the words that mean it.
import { type EntityManager } from 'typeorm';
import { type Attachment, type IncomingMessage } from '../messages';
import { type Reply } from '../rendering/reply';

/** What has become of a list file before its turn begins. */
export type ListFile =
  /** `mark`: the 密级 mark for which it was refused; then nothing of it is kept. */
  | { kind: 'refused'; sentence: string; mark: string | null }
  | {
      kind: 'open';
      draftId: string;
      expiresAt: Date;
      preview: Reply;
      /** null where there is nothing to confirm. Called within the turn's transaction. */
      takeOver:
        | ((
            manager: EntityManager,
            cause: { personId: string; actor: string; staffId: string | null; now: Date },
          ) => Promise<Reply>)
        | null;
    };

/** Whoever reads lists; joined to the conversation by the app, because rooms on one floor do not know each other. */
export interface ListImports {
  /** Fetches and reads a file and keeps it for its owner: outside any transaction. */
  receive(
    file: { downloadCode: string; fileName: string; shortName: string | null },
    owner: { draftId: string; personId: string },
    now: Date,
  ): Promise<ListFile | null>;
  /** The kept file as it compares now; null when it is kept no more. Outside any transaction. */
  reopen(draftId: string, personId: string, now: Date): Promise<ListFile | null>;
  drop(manager: EntityManager, draftId: string): Promise<void>;
}

/** The turn needs a list file: it is given up, the file is read, and it begins again with it. */
export class ListFileWanted extends Error {
  constructor(
    readonly personId: string,
    /** A file of the message; null = the draft that waits. */
    readonly file: { downloadCode: string; fileName: string; shortName: string | null } | null,
    readonly draftId: string,
  ) {
    super('a list file is wanted');
  }
}

export type ImportWords =
  | { act: 'confirm' | 'drop' | 'hesitate' }
  /** `said` = with the word 导入, not by the file alone. */
  | { act: 'start'; said: boolean; file: Attachment | null; shortName: string | null };

const confirmWords = /^(?:我)?确认导入(?:(?:这份|该)?清单)?$/u;
const dropWords = /^(?:取消|放弃|不要?|先不|暂不)导入(?:了|清单)?$/u;
const denyWords = /^(?:取消|算了|不用了?|不要了?|否|不|不是|不对|作罢)$/u;
const yesWords = /^(?:是|是的|好|好的|对|确认|可以|同意|行|嗯)$/u;
const startWords =
  /^(?:请|麻烦)?(?:帮我?|给我)?(?:把)?(?:这份|这个|此|该)?(?:文件|清单)?(?:重新)?导入(?:一下)?(.{0,40})$/u;
const listFileName = /[.](?:docx?|xlsx?|csv|txt|pdf|wps|et)$/iu;

/** A file as lists come in, by its name. */
export function looksLikeList({ kind, fileName }: Attachment): boolean {
  return kind === 'file' && listFileName.test(fileName ?? '');
}

/**
 * What a message says about importing; null when nothing.
 * A file alone means it in a private chat only: in a group every file is for somebody.
 *
 * @param waits - the speaker has a preview waiting here
 */
export function readImportWords(message: IncomingMessage, waits: boolean): ImportWords | null {
  const text = message.text
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .replace(/[!.。,，~]+$/u, '')
    .trim();
  if (confirmWords.test(text)) return { act: 'confirm' };
  if (dropWords.test(text) || (waits && denyWords.test(text))) return { act: 'drop' };
  if (waits && yesWords.test(text)) return { act: 'hesitate' };
  const file = message.attachments.find(one => one.kind === 'file') ?? null;
  const started = startWords.exec(text);
  if (started) {
    const shortName = nameIn(started[1] ?? '');
    return file || shortName !== null || /^(?:重点任务)?清单$|^$/u.test((started[1] ?? '').trim())
      ? { act: 'start', said: true, file, shortName }
      : null;
  }
  if (file && text === '' && message.kind === 'file' && message.conversation.kind === 'private')
    return looksLikeList(file) ? { act: 'start', said: false, file, shortName: null } : null;
  return null;
}

/** "清单 营商", "营商清单", "到“营商”" → 营商 */
function nameIn(rest: string): string | null {
  const name = rest
    .trim()
    .replace(/^(?:到|为|成|作为)/u, '')
    .replace(/^(?:这份|这个|该)?(?:重点任务)?(?:清单|文件)?\s*[:：]?\s*/u, '')
    .replace(/(?:重点任务)?清单$/u, '')
    .replace(/[“”"'《》「」]/gu, '')
    .trim();
  return name !== '' && /^[\p{Script=Han}\p{L}\p{N}]{1,30}$/u.test(name) ? name : null;
}
