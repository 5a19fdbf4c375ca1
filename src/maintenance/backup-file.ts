// A backup as a file: JSON lines, compressed; with a passphrase also encrypted (AES-256-GCM, its key by scrypt).
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AppError } from '../errors';

const magic = Buffer.from('DUBANBK1');
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = magic.length + saltBytes + ivBytes;

const keyOf = (passphrase: string, salt: Buffer): Buffer => scryptSync(passphrase, salt, 32);

/** What goes in front of the encrypted bytes, and the seal behind them. */
function encrypted(passphrase: string): Transform {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), iv);
  let begun = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = cipher.update(chunk);
      done(null, begun ? bytes : Buffer.concat([magic, salt, iv, bytes]));
      begun = true;
    },
    flush(done) {
      done(null, Buffer.concat([cipher.final(), cipher.getAuthTag()]));
    },
  });
}

/** Writes lines to a file that only its owner can read; it has its name only when it is whole. */
export async function writeLines(file: string, lines: AsyncIterable<string>, passphrase: string | null): Promise<void> {
  const part = `${file}.part`;
  try {
    const out = createWriteStream(part, { mode: 0o600, flags: 'wx' });
    const gzip = createGzip();
    if (passphrase === null) await pipeline(lines, gzip, out);
    else await pipeline(lines, gzip, encrypted(passphrase), out);
    await rename(part, file);
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'EEXIST') await rm(part, { force: true });
    throw thrown;
  }
}

function broken(reason: string, cause?: unknown): AppError {
  return new AppError('bad_input', `备份文件不能用：${reason}。`, { expose: true, cause });
}

/**
 * The lines of a backup.
 * @throws AppError bad_input (exposed) while reading, when it is cut off, altered, or the passphrase is another
 */
export async function* readLines(file: string, passphrase: string | null): AsyncGenerator<string> {
  const size = (await stat(file)).size;
  const handle = await open(file);
  const head = Buffer.alloc(headBytes);
  await handle.read(head, 0, headBytes, 0);
  const isEncrypted = head.subarray(0, magic.length).equals(magic);
  const tag = Buffer.alloc(tagBytes);
  if (isEncrypted) await handle.read(tag, 0, tagBytes, size - tagBytes);
  await handle.close();
  const gunzip = createGunzip();
  let source: Readable = createReadStream(file);
  if (isEncrypted) {
    if (passphrase === null) throw broken('它是加密的，请用 DUBAN_BACKUP_KEY 给出口令');
    const salt = head.subarray(magic.length, magic.length + saltBytes);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, salt), head.subarray(headBytes - ivBytes));
    decipher.setAuthTag(tag);
    source = createReadStream(file, { start: headBytes, end: size - tagBytes - 1 });
    source.on('error', error => decipher.destroy(error));
    source = source.pipe(decipher);
  }
  source.on('error', error => gunzip.destroy(error));
  try {
    for await (const line of createInterface({ input: source.pipe(gunzip), crlfDelay: Infinity })) yield line;
    if (gunzip.errored) throw gunzip.errored;
  } catch (cause) {
    throw broken(isEncrypted ? '口令不对，或文件不完整、被改动' : '文件不完整或被改动', cause);
  }
}
