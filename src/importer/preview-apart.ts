// Reads list files in a thread of their own, one after the other, bounded in time and memory.
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '../errors';
import { projectFile } from '../project-files';
import { type ImportPreview } from './preview';
import { type PreviewAnswer, type PreviewOrder } from './preview-worker';
import { SecretFile } from './secret-file';
import { unreadable } from './unreadable-file';

export interface ReadingLimits {
  totalMs: number;
  megabytes: number;
  /** So many files may wait for their turn. */
  waiting: number;
}

export const usualReadingLimits: ReadingLimits = { totalMs: 60_000, megabytes: 512, waiting: 8 };

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * previewImport without holding up anything else; one thread per file, so that nothing of it stays.
 * @throws AppError bad_input (a Chinese sentence) as previewImport, and where it would take too long or too much; SecretFile
 */
export async function previewApart(
  order: PreviewOrder,
  limits: ReadingLimits = usualReadingLimits,
): Promise<ImportPreview> {
  if (waiting >= limits.waiting)
    throw new AppError('bad_input', '正在读取的文件较多，请过一会儿再发', { expose: true, retryable: true });
  waiting++;
  const turn = last.then(() => readOne(order, limits));
  last = turn.catch(() => undefined);
  try {
    return await turn;
  } finally {
    waiting--;
  }
}

async function readOne(order: PreviewOrder, limits: ReadingLimits): Promise<ImportPreview> {
  const answer = await ask(order, limits);
  if ('preview' in answer) return answer.preview;
  if ('fault' in answer) throw unreadable(order.fileName, '文件内容异常，请在 Word 或 Excel 中打开、另存后再试');
  throw answer.mark === null
    ? new AppError('bad_input', answer.sentence, { expose: true })
    : new SecretFile(answer.mark);
}

function ask(order: PreviewOrder, { totalMs, megabytes }: ReadingLimits): Promise<PreviewAnswer> {
  const worker = new Worker(projectFile('dist', 'src', 'importer', 'preview-worker.js'), {
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
    // The thread needs none of the settings, which hold secrets.
    env: {},
    execArgv: [],
  });
  return new Promise<PreviewAnswer>((resolve, reject) => {
    const tooMuch = (reason: string): void => {
      reject(unreadable(order.fileName, `${reason}，请只保留清单部分再试`));
    };
    const timer = setTimeout(() => {
      tooMuch(`${totalMs / 1000} 秒内没有读完`);
    }, totalMs);
    worker.once('message', resolve);
    worker.once('error', (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') tooMuch('内容过大');
      else reject(new Error(`reading a list file failed: ${messageOf(thrown)}`, { cause: thrown }));
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the reading thread ended without an answer'));
    });
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}
