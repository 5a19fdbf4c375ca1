// duban understand: how a sentence is read.
import { type Command } from 'commander';

export function addUnderstandCommand(program: Command): void {
  program.command('understand [text]').description('看一句话会被怎样理解');
}
