#!/usr/bin/env node
// The duban command.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { exitCodes, reportFailure } from './cli/exit-codes';
import { addStartCommands } from './cli/start';
import { projectFile } from './project-files';

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  const program = new Command('duban')
    .description('督办助手：重点任务清单的查询、反馈与到期提醒')
    .version(version)
    .showHelpAfterError('（加 --help 看用法）')
    .exitOverride();
  addStartCommands(program);
  const [wanted = 'start'] = process.argv.slice(2);
  if (wanted !== 'start') {
    const { addOtherCommands } = await import('./cli/other-commands.js');
    addOtherCommands(program);
  }
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync();
  } catch (thrown) {
    // Commander has printed its own message; asking for help or the version is no fault.
    if (thrown instanceof CommanderError)
      process.exitCode = thrown.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    else reportFailure(thrown);
  }
}

// "duban remind … | head": the reader has seen enough, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main();
