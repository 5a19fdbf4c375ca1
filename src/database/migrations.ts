// The schema's steps, in order.
import { CreateDirectory1687000001000 } from '../../migrations/1687000001000-create-directory';
import { CreateLedger1687000002000 } from '../../migrations/1687000002000-create-ledger';
import { CreateProgress1687000003000 } from '../../migrations/1687000003000-create-progress';
import { CreateMessages1687000004000 } from '../../migrations/1687000004000-create-messages';
import { CreateSchedule1687000005000 } from '../../migrations/1687000005000-create-schedule';
import { AddDecisions1687000006000 } from '../../migrations/1687000006000-add-decisions';
import { AddListSettings1687000007000 } from '../../migrations/1687000007000-add-list-settings';
import { AddReminderMoves1687000007100 } from '../../migrations/1687000007100-add-reminder-moves';
import { AddEscalations1687000007200 } from '../../migrations/1687000007200-add-escalations';
import { AddAssignedUnits1687000008000 } from '../../migrations/1687000008000-add-assigned-units';
import { AddWebAccess1687000009000 } from '../../migrations/1687000009000-add-web-access';
import { AddReportSnapshots1687000009100 } from '../../migrations/1687000009100-add-report-snapshots';
import { AddImportDrafts1687000009300 } from '../../migrations/1687000009300-add-import-drafts';
import { AddUnitParent1687000009400 } from '../../migrations/1687000009400-add-unit-parent';
import { AddCards1687000009500 } from '../../migrations/1687000009500-add-cards';
import { DropClaimIndex1687000009600 } from '../../migrations/1687000009600-drop-claim-index';
import { AddWebLimits1687000009800 } from '../../migrations/1687000009800-add-web-limits';
import { AddChannelOfMessages1687000010000 } from '../../migrations/1687000010000-add-channel-of-messages';
import { AddBoardIndexes1687000009900 } from '../../migrations/1687000009900-add-board-indexes';
import { AddSendPacing1687000007300 } from '../../migrations/1687000007300-add-send-pacing';

export const migrations = [
  CreateDirectory1687000001000,
  CreateLedger1687000002000,
  CreateProgress1687000003000,
  CreateMessages1687000004000,
  CreateSchedule1687000005000,
  AddDecisions1687000006000,
  AddListSettings1687000007000,
  AddReminderMoves1687000007100,
  AddEscalations1687000007200,
  AddAssignedUnits1687000008000,
  AddWebAccess1687000009000,
  AddReportSnapshots1687000009100,
  AddSendPacing1687000007300,
  AddImportDrafts1687000009300,
  AddUnitParent1687000009400,
  AddCards1687000009500,
  DropClaimIndex1687000009600,
  AddWebLimits1687000009800,
  AddBoardIndexes1687000009900,
  AddChannelOfMessages1687000010000,
];
