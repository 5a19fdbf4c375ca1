// What the chat page may ask for: shapes of its requests, and what is refused, in a sentence for the person.
import { type Context, type Next } from 'koa';
import { z } from 'zod';

const longestText = 5000;
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);

export const saying = z.object({
  from: z.string(),
  in: z.string(),
  text: z.string().max(longestText, `一条消息最多 ${longestText} 字。`),
  at: z.boolean(),
  quote: z.string().nullable(),
});
export const pressing = z.object({ from: z.string(), messageId: z.string(), button: z.number().int().min(0) });
export const picturing = saying.extend({
  name: z.string().trim().min(1).max(120),
  type: z.enum(['image/png', 'image/jpeg'], { error: '请选 PNG 或 JPEG 图片。' }),
  /** Base64. */
  data: z.string().max(4_000_000, '图片最大 3 MB。'),
});
/** A file goes alone, as DingTalk has it: without words, mention or quote. */
export const filing = z.object({
  from: z.string(),
  in: z.string(),
  name: z.string().trim().min(1).max(120, '文件名最多 120 字。'),
  /** Base64. */
  data: z.string().min(1, '这个文件是空的。').max(14_000_000, '文件最大 10 MB。'),
});
export const again = z.object({ messageId: z.string() });
export const turning = z.object({ to: z.iso.datetime({ offset: true, error: '请选择日期和时间。' }) });

/** A request the page's rules refuse; its message is for the person. */
export class Refused extends Error {}

export function check<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const own = issue && /^[^\x00-\x7f]/u.test(issue.message) ? issue.message : '请求的内容不对，请刷新页面再试。';
  throw new Refused(own);
}

/** Answers 400 with `{problem}` to what is refused, whoever refused it. */
export async function sayRefusals(context: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const unreadable = (thrown as { status?: number }).status;
    if (!(thrown instanceof Refused) && unreadable !== 400 && unreadable !== 413) throw thrown;
    context.status = 400;
    context.body = { problem: thrown instanceof Refused ? thrown.message : '请求的内容不对，请刷新页面再试。' };
  }
}

/** What a picture is; null for any other bytes. */
export function pictureType(bytes: Buffer): 'image/png' | 'image/jpeg' | null {
  if (bytes.subarray(0, 4).equals(pngStart)) return 'image/png';
  return bytes.subarray(0, 3).equals(jpegStart) ? 'image/jpeg' : null;
}
