// The one way to say that a file cannot be read: its name, and what is wrong with it.
import { AppError } from '../errors';

/** @param reason - goes on after "无法读取清单文件“…”：" */
export function unreadable(fileName: string, reason: string, cause?: unknown): AppError {
  return new AppError('bad_input', `无法读取清单文件“${fileName}”：${reason}`, { expose: true, cause });
}

/** Refuses the file that is being read; see `unreadable`. */
export type Refuse = (reason: string, cause?: unknown) => never;
