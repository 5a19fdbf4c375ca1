// Every command but start and trial: what they need would be loaded at each start for nothing.
import { type Command } from 'commander';
import { addAuditCommand } from './audit';
import { addBackupCommands } from './backup';
import { addCalendarCommand } from './calendar';
import { connect } from './connection';
import { addDirectoryCommands } from './directory';
import { addDoctorCommand } from './doctor';
import { addImportCommand } from './import';
import { addMigrateCommand } from './migrate';
import { addRemindCommand } from './remind';
import { addSettingsCommand } from './settings';
import { addUnderstandCommand } from './understand';

export function addOtherCommands(program: Command): void {
  addMigrateCommand(program);
  addImportCommand(program);
  addDirectoryCommands(program);
  addUnderstandCommand(program);
  addRemindCommand(program, connect);
  addCalendarCommand(program, connect);
  addSettingsCommand(program, connect);
  addAuditCommand(program);
  addDoctorCommand(program);
  addBackupCommands(program);
}
