// The table of handlers: one for every intent, typed by the intents' names, so that a forgotten one does not compile.
import { type Reply } from '../rendering/reply';
import { type Frame, type Intent } from '../understanding/frames';
import { answerQuery } from './handlers/answer-query';
import { confirmPending, denyPending } from './handlers/confirm';
import { answerBlocker, closeBlocker } from './handlers/blocker';
import { answerMoreOrPage } from './handlers/card-page';
import { answerIdentity, decideIdentity } from './handlers/claim';
import { decide, decideLater } from './handlers/decide';
import { exportLedger } from './handlers/export-ledger';
import { askLater } from './handlers/extension';
import { appointDeputy, changeLiaison } from './handlers/hand-over';
import { hold } from './handlers/hold';
import { answerHelp, setUpGroup } from './handlers/introduce';
import { answerBareDecision, listPending } from './handlers/pending';
import { answerLogin } from './handlers/login';
import { recordProgress, reportBlocker } from './handlers/record-progress';
import { setReminders } from './handlers/reminder-settings';
import { askBackOrSettled } from './handlers/settled-card';
import { showTask } from './handlers/show-task';
import { summarize } from './handlers/summarize';
import { undo } from './handlers/undo';
import { urge } from './handlers/urge';
import { type Handler, type Turn } from './turn';

type HandlerTable = { [I in Intent]: Handler<Extract<Frame, { intent: I }>> };

const handlers: HandlerTable = {
  query_tasks: answerQuery,
  more: answerMoreOrPage,
  task_detail: showTask,
  progress_update: recordProgress,
  report_blocker: reportBlocker,
  confirm: confirmPending,
  deny: denyPending,
  undo,
  stats: summarize,
  identity: answerIdentity,
  group_setup: setUpGroup,
  decide_closure: decide,
  help: answerHelp,
  clarify: askBackOrSettled,
  none: answerBareDecision,
  decide_extension: decideLater,
  hold,
  pending: listPending,
  answer_blocker: answerBlocker,
  close_blocker: closeBlocker,
  decide_identity: decideIdentity,
  hand_over: changeLiaison,
  deputy: appointDeputy,
  login: answerLogin,
  request_extension: askLater,
  remind_others: urge,
  reminder_settings: setReminders,
  export: exportLedger,
};

/** Hands an act to its handler. */
export function handle(turn: Turn, frame: Frame): Promise<Reply | null> {
  const handler = handlers[frame.intent] as Handler<Frame>;
  return handler(turn, frame);
}
