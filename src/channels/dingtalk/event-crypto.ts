// The encryption of events that are pushed by HTTP: AES-256-CBC with a signature over everything that is on the wire. No I/O.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const blockBytes = 32;
const randomLength = 16;
const lengthLength = 4;

export interface EventKeys {
  /** 签名 token of the console's event subscription. */
  token: string;
  /** 加密 aes_key, 43 characters. */
  aesKey: string;
}

/** What is encrypted, and for whom: the app's key or the organisation's id. */
export interface Sealed {
  message: string;
  owner: string;
}

/** SHA-1, in hex, of the four in order of their characters. */
export function eventSignature(token: string, timestamp: string, nonce: string, encrypt: string): string {
  return createHash('sha1').update([token, timestamp, nonce, encrypt].sort().join('')).digest('hex');
}

function cipherParts({ aesKey }: EventKeys): [key: Buffer, iv: Buffer] {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  return [key, key.subarray(0, 16)];
}

/** @returns null when it was not sealed with this key, or is cut short */
export function openSealed(keys: EventKeys, encrypt: string): Sealed | null {
  try {
    const decipher = createDecipheriv('aes-256-cbc', ...cipherParts(keys)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()]);
    const padding = padded.at(-1) ?? 0;
    const plain = padded.subarray(randomLength, padded.length - padding);
    const length = plain.readUInt32BE(0);
    if (padding < 1 || padding > blockBytes || plain.length < lengthLength + length) return null;
    return {
      message: plain.toString('utf8', lengthLength, lengthLength + length),
      owner: plain.toString('utf8', lengthLength + length),
    };
  } catch {
    return null;
  }
}

/** @returns what {@link openSealed} opens again */
export function seal(keys: EventKeys, { message, owner }: Sealed): string {
  const words = Buffer.from(message);
  const length = Buffer.alloc(lengthLength);
  length.writeUInt32BE(words.length);
  const plain = Buffer.concat([randomBytes(randomLength), length, words, Buffer.from(owner)]);
  const padding = blockBytes - (plain.length % blockBytes);
  const cipher = createCipheriv('aes-256-cbc', ...cipherParts(keys)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}
