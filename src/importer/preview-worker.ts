// A thread that reads one list file at a time: a large or hostile one must neither hold up the bot nor take its memory.
import { parentPort } from 'node:worker_threads';
import { AppError, messageOf } from '../errors';
import { type UnitDirectoryData } from '../directory/unit-data';
import { type ImportPreview, previewImport } from './preview';
import { SecretFile } from './secret-file';

export interface PreviewOrder {
  bytes: Uint8Array;
  fileName: string;
  shortName?: string;
  units?: UnitDirectoryData;
}

export type PreviewAnswer =
  | { preview: ImportPreview }
  /** `mark`: the 密级 mark that was found. */
  | { sentence: string; mark: string | null }
  | { fault: string };

function answerTo({ bytes, fileName, ...options }: PreviewOrder): PreviewAnswer {
  try {
    return { preview: previewImport(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), fileName, options) };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose)
      return { sentence: thrown.message, mark: thrown instanceof SecretFile ? thrown.mark : null };
    return { fault: messageOf(thrown) };
  }
}

parentPort?.on('message', (order: PreviewOrder) => parentPort?.postMessage(answerTo(order)));
