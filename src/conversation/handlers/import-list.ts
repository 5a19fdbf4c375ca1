// A list file in a chat: previewed for the office, written on 确认导入, dropped on 取消.
import { may, unitsToReportFor } from '../../directory/identity';
import { type ImportReply } from '../../rendering/import-reply';
import { type Reply } from '../../rendering/reply';
import { findUndoable } from '../../tasks/undo';
import { type ListFile, ListFileWanted, readImportWords, type ImportWords } from '../list-imports';
import { minutesBefore, minutesToAnswer, type Turn } from '../turn';
import { causeOf } from './notices';

export interface ImportAnswer {
  reply: Reply;
  /** The 密级 mark of the file that came with the message: none of it may be kept. */
  mark: string | null;
}

const answer = (reply: Reply): ImportAnswer => ({ reply, mark: null });
const refuse = (why: Extract<ImportReply, { template: 'import_refused' }>['why'], sentence = ''): ImportAnswer =>
  answer({ template: 'import_refused', why, sentence, minutes: minutesToAnswer });

/** The draft of the speaker's that waits here; null when its time is over. */
function waitingDraft({ state, now }: Turn): string | null {
  const { importing } = state;
  return importing && new Date(importing.expiresAt) >= now ? importing.draftId : null;
}

/**
 * What a message about importing is answered; null when it is about something else.
 * @throws ListFileWanted where the file has to be read first
 */
export async function answerImport(turn: Turn): Promise<ImportAnswer | null> {
  const { actor, message, state, imports } = turn;
  const draftId = waitingDraft(turn);
  const said = readImportWords(message, draftId !== null);
  if (!said || !imports) return null;
  const { personId } = actor;
  if (personId === null || !may(actor, 'import_lists')) {
    // A file alone may be meant for a task.
    const evidence = said.act === 'start' && !said.said && unitsToReportFor(actor).length > 0;
    return evidence ? null : refuse('not_office');
  }
  if (said.act === 'start') return start(turn, said, personId);
  if (draftId === null) return said.act === 'drop' ? null : refuse('not_kept');
  if (said.act === 'hesitate') return refuse('say_it_whole');
  if (said.act === 'drop') {
    state.importing = null;
    state.pending = null;
    await imports.drop(turn.manager, draftId);
    return refuse('dropped');
  }
  const file = turn.listFile;
  if (file === undefined) throw new ListFileWanted(personId, null, draftId);
  return confirm(turn, file, personId);
}

async function start(
  turn: Turn,
  said: Extract<ImportWords, { act: 'start' }>,
  personId: string,
): Promise<ImportAnswer | null> {
  const { message, manager, state, listFile } = turn;
  if (!said.file) return refuse('no_file');
  if (!said.said) {
    // Right after a report, a file belongs to it.
    if ((await findUndoable(manager, personId, minutesBefore(message))).length > 0) return null;
  }
  const { downloadCode, fileName } = said.file;
  if (listFile === undefined)
    throw new ListFileWanted(
      personId,
      { downloadCode, fileName: fileName ?? '清单', shortName: said.shortName },
      turn.inboxId,
    );
  if (listFile === null) return refuse('not_kept');
  if (listFile.kind === 'refused')
    return listFile.mark === null
      ? refuse('unreadable', listFile.sentence)
      : { reply: { template: 'secrecy_refused', mark: listFile.mark }, mark: listFile.mark };
  if (state.importing) await turn.imports?.drop(manager, state.importing.draftId);
  state.importing = listFile.takeOver
    ? { draftId: listFile.draftId, expiresAt: listFile.expiresAt.toISOString() }
    : null;
  return answer(listFile.preview);
}

async function confirm(turn: Turn, file: ListFile | null, personId: string): Promise<ImportAnswer> {
  turn.state.importing = null;
  if (file === null) return refuse('not_kept');
  if (file.kind === 'refused') return refuse('unreadable', file.sentence);
  if (!file.takeOver) return answer(file.preview);
  const { personName, now } = causeOf(turn, personId);
  const { staffId } = turn.actor;
  return answer(await file.takeOver(turn.manager, { personId, actor: personName, staffId, now }));
}
