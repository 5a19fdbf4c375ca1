// The robot messages in payloads/: the shapes DingTalk sends, with fictional ids.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, 'payloads');

export const payloadNames = readdirSync(folder).map(file => file.replace(/\.json$/, ''));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into payloads by hand
export function payload(name: string): Record<string, any> {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Record<string, unknown>;
}
