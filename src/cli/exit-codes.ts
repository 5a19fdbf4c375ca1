// Exit codes (product description §10) and the one place where a command's errors end.
import { AppError, messageOf } from '../errors';
import { maskSecrets } from '../logger';

export const exitCodes = { done: 0, fault: 1, badInput: 2, badSettings: 78 } as const;

/** The exit code an error means. */
export function exitCodeOf(thrown: unknown): number {
  if (!(thrown instanceof AppError)) return exitCodes.fault;
  if (thrown.code === 'bad_settings') return exitCodes.badSettings;
  if (thrown.code === 'bad_input') return exitCodes.badInput;
  return exitCodes.fault;
}

/** Writes a line for the person on standard error; standard output is for what programs read. */
export function tell(sentence: string): void {
  process.stderr.write(`${maskSecrets(sentence)}\n`);
}

/** Says what went wrong and sets the exit code. */
export function reportFailure(thrown: unknown): void {
  tell(thrown instanceof AppError && thrown.expose ? thrown.message : `出错了：${messageOf(thrown)}`);
  process.exitCode = exitCodeOf(thrown);
}

/** Writes a JSON value on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
