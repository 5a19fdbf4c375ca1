// What was said in the trial's chats, kept in a file, so that old cards can be seen and quoted after a restart.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findSecrecyMark } from '../secrecy';
import { type ShownMessage } from '../simulator/gateway-events';

export const chatFileName = 'chat.json';

const message = z.object({
  id: z.string(),
  conversationId: z.string(),
  from: z.object({ staffId: z.string().nullable(), robotCode: z.string().nullable(), name: z.string() }),
  at: z.iso.datetime(),
  title: z.string().nullable(),
  markdown: z.string().nullable(),
  text: z.string(),
  buttons: z.array(
    z.object({
      label: z.string(),
      say: z.string().nullable(),
      url: z.string().nullable(),
      callback: z.number().optional(),
    }),
  ),
  card: z.object({ outTrackId: z.string(), notes: z.record(z.string(), z.string()) }).optional(),
  quotedId: z.string().nullable(),
  providerKey: z.string().nullable(),
  mentions: z.array(z.string()),
  pushedTo: z.string().nullable(),
});

/** The messages that were kept, oldest first; none when there is no file, or one that cannot be read. */
export async function readChat(folder: string): Promise<ShownMessage[]> {
  try {
    return z.array(message).parse(JSON.parse(await readFile(join(folder, chatFileName), 'utf8')));
  } catch {
    return [];
  }
}

/** Keeps the messages, all but those with a 密级 mark: such words are stored nowhere, here neither. */
export async function keepChat(folder: string, messages: readonly ShownMessage[]): Promise<void> {
  const kept = messages.filter(one => findSecrecyMark(one.text) === null);
  const file = join(folder, chatFileName);
  await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
