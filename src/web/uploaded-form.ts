// Forms with a file (multipart/form-data): read into memory, bounded in every direction.
import { Busboy } from '@fastify/busboy';
import { type Context } from 'koa';
import { Refusal } from './visit';

export interface UploadedForm {
  fields: Record<string, string>;
  /** null where no file was chosen. */
  file: { name: string; bytes: Buffer } | null;
}

/** What a browser may send in all before the connection is ended. */
const mostBytes = 64 * 1024 * 1024;
const limits = {
  fields: 10,
  fieldNameSize: 100,
  fieldSize: 2_000,
  files: 1,
  parts: 12,
  headerPairs: 20,
  headerSize: 4_000,
};

/**
 * Reads the form of a request.
 * @param maxBytes - of the file
 * @throws Refusal 400 when it is no such form or breaks off, 413 when the file is too large
 */
export async function readUpload(context: Context, maxBytes: number): Promise<UploadedForm> {
  const { req } = context;
  const type = req.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/iu.test(type)) throw new Refusal(400, '请在网页上选择文件再上传。');
  const tooLarge = new Refusal(
    413,
    `文件超过 ${Math.floor(maxBytes / 1024 / 1024)} MB 的上限，没有读取。请只保留清单部分再试。`,
  );
  const broken = new Refusal(400, '上传的内容不完整，没有读取。请重新选择文件再试。');
  if (Number(req.headers['content-length'] ?? 0) > mostBytes) {
    context.set('Connection', 'close');
    throw tooLarge;
  }
  const form: UploadedForm = { fields: {}, file: null };
  let cut = false;
  await new Promise<void>((resolve, reject) => {
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({
        headers: { ...req.headers, 'content-type': type },
        limits: { ...limits, fileSize: maxBytes },
      });
    } catch {
      reject(broken);
      return;
    }
    let size = 0;
    const fail = (refusal: Refusal): void => {
      req.unpipe(parser);
      req.resume();
      reject(refusal);
    };
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) {
        context.set('Connection', 'close');
        fail(tooLarge);
      }
    });
    parser.on('field', (name, value) => {
      form.fields[name] = value;
    });
    parser.on('file', (_name, stream, fileName) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => {
        cut = true;
        chunks.length = 0;
      });
      stream.on('end', () => {
        if (!cut && fileName !== undefined && fileName !== '')
          form.file = { name: fileName, bytes: Buffer.concat(chunks) };
      });
      stream.on('error', () => {
        fail(broken);
      });
    });
    parser.on('finish', resolve);
    parser.on('error', () => {
      fail(broken);
    });
    req.on('error', () => {
      fail(broken);
    });
    req.on('aborted', () => {
      fail(broken);
    });
    req.pipe(parser);
  });
  if (cut) throw tooLarge;
  return form;
}
