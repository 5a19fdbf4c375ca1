// Runs a program of the system and hands back what it said.
import { spawn } from 'node:child_process';

export interface CommandResult {
  /** 0 = well; 127 = there is no such program; -1 = ended by a signal or the time limit. */
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs one program to its end; never rejects.
 *
 * @param options.input - what is written to its standard input
 * @param options.timeoutMs - after this it is killed; 10 minutes unless told
 */
export function runCommand(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; timeoutMs?: number } = {},
): Promise<CommandResult> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      // LC_ALL=C: what these programs say is read by us.
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Not spawn's own `timeout`: its timer outlives a program that could not be started, and keeps the process waiting.
    const limit = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 600_000);
    const finish = (result: CommandResult): void => {
      clearTimeout(limit);
      resolve(result);
    };
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    // A program that ends before it has read everything closes the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', error => {
      finish({ code: 127, stdout: said.stdout, stderr: error.message });
    });
    child.on('close', code => {
      finish({ code: code ?? -1, ...said });
    });
  });
}

/** The last lines a program said, for an error's `cause`. */
export function lastLines(text: string, count = 8): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
