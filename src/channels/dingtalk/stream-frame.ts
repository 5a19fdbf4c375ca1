// The envelope of what the Stream connection brings: read leniently, or refused.
import { z } from 'zod';

/** Frames beyond this are refused unread. */
export const maxFrameBytes = 1_048_576;

const headers = z.looseObject({ topic: z.string().catch(''), messageId: z.string().optional().catch(undefined) });

/** The documentation spells `headers` once as `header`; `data` is JSON text. */
const frameShape = z
  .looseObject({
    type: z.string(),
    headers: headers.optional(),
    header: headers.optional(),
    data: z.unknown().optional(),
  })
  .transform(({ data, header, ...frame }) => ({
    ...frame,
    headers: frame.headers ?? header ?? { topic: '' },
    data: typeof data === 'string' ? data : JSON.stringify(data ?? ''),
  }));

export type StreamFrame = z.infer<typeof frameShape>;

/**
 * Reads a frame. One that cannot be read, or is larger than {@link maxFrameBytes}, gives its id where it can still be found,
 * so that it can be refused.
 */
export function readFrame(raw: string | Buffer): StreamFrame | { unreadable: true; messageId: string | undefined } {
  const text = raw.toString();
  const parsed = Buffer.byteLength(raw) > maxFrameBytes ? null : frameShape.safeParse(parseJson(text));
  return parsed?.success ? parsed.data : { unreadable: true, messageId: messageIdIn(text) };
}

/** JSON, or null for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The frame's own id out of text that is no readable frame; inside `data` its quotes would be escaped. */
function messageIdIn(text: string): string | undefined {
  return /"messageId"\s*:\s*"([^"\\]{1,200})"/.exec(text)?.[1];
}
