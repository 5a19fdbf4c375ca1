// Files people have sent at the local DingTalk: a code in the message, a temporary address for the code, the bytes behind it.
import { randomBytes } from 'node:crypto';
import { derivedId } from './chat-world';
import { z } from 'zod';
import { answer, apiError, oapiAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';
import { type ShownMessage } from './gateway-events';

export interface SentFile {
  name: string;
  bytes: Buffer;
  /** Shown as a picture, and told to the robot as one. */
  picture?: boolean;
}

const keptFiles = 200;
const largestMedia = 20 * 1024 * 1024;
const addressMs = 10 * 60_000;
const folder = '/file/';

const media = z.object({
  type: z.enum(['image', 'voice', 'video', 'file']),
  media: z.object({ fileName: z.string().min(1), size: z.number().min(1).max(largestMedia) }),
});

export class SentFiles {
  private readonly byMessage = new Map<string, { code: string; file: SentFile; expired: boolean }>();
  private readonly addresses = new Map<string, { file: SentFile; until: number }>();

  private readonly uploaded = new Map<string, SentFile>();

  /** POST /media/upload: errcode 40004 for what it does not take. */
  upload(request: ApiRequest): ApiAnswer {
    const read = media.safeParse(request.body);
    if (!read.success || request.query.get('type') !== read.data.type) return oapiAnswer(40004, '无效的媒体文件类型');
    const id = `@${randomBytes(16).toString('base64url')}`;
    const { bytes } = (request.body as { media: { bytes?: Buffer } }).media;
    this.uploaded.set(id, {
      name: read.data.media.fileName,
      bytes: bytes ?? Buffer.alloc(0),
      picture: read.data.type === 'image',
    });
    for (const old of this.uploaded.keys()) {
      if (this.uploaded.size <= keptFiles) break;
      this.uploaded.delete(old);
    }
    return answer(200, { errcode: 0, errmsg: 'ok', media_id: id, created_at: Date.now(), type: read.data.type });
  }

  /** What was uploaded under an id; null when it is kept no more. */
  uploadedAs(mediaId: string): SentFile | null {
    return this.uploaded.get(mediaId) ?? null;
  }

  keep(messageId: string, file: SentFile): void {
    this.byMessage.set(messageId, { code: randomBytes(24).toString('base64'), file, expired: false });
    for (const old of this.byMessage.keys()) {
      if (this.byMessage.size <= keptFiles) break;
      this.byMessage.delete(old);
    }
  }

  /** What a message with a file tells a robot; in a quote the same. */
  contentOf(
    message: ShownMessage,
  ): { downloadCode?: string; fileName: string; spaceId: string; fileId: string } | null {
    if (!message.file || message.file.picture) return null;
    const known = this.byMessage.get(message.id);
    return {
      ...(known ? { downloadCode: known.code } : {}),
      fileName: message.file.name,
      spaceId: '1234567890',
      fileId: derivedId('', message.id).slice(0, 12),
    };
  }

  /** A picture as the robot is told of it, alone or within words; null for anything else. */
  pictureOf(message: ShownMessage): { downloadCode: string; pictureDownloadCode: string } | null {
    const known = message.file?.picture ? this.byMessage.get(message.id) : undefined;
    return known ? { downloadCode: known.code, pictureDownloadCode: known.code } : null;
  }

  /** The bytes of a message's file, for the page. */
  shownIn(messageId: string): SentFile | null {
    return this.byMessage.get(messageId)?.file ?? null;
  }

  /** From now on no code given out so far is good. */
  expire(): void {
    for (const known of this.byMessage.values()) known.expired = true;
    this.addresses.clear();
  }

  /** Codes are good for the robot's own file download call only. */
  openAddress(baseUrl: string, body: unknown): ApiAnswer {
    const code = (body as { downloadCode?: unknown } | null)?.downloadCode;
    const known = [...this.byMessage.values()].find(one => one.code === code);
    if (!known || known.expired)
      return apiError(
        400,
        'invalidParameter.robotCode.downloadCode',
        known ? 'downloadCode已过期' : '无效的downloadCode',
      );
    const token = randomBytes(16).toString('hex');
    this.addresses.set(token, { file: known.file, until: Date.now() + addressMs });
    return answer(200, { downloadUrl: `${baseUrl}${folder}${token}` });
  }

  /** @returns null when the path is no file's */
  serve(path: string): ApiAnswer | null {
    if (!path.startsWith(folder)) return null;
    const found = this.addresses.get(path.slice(folder.length));
    if (!found || found.until < Date.now()) return { status: 403, body: 'AccessDenied', contentType: 'text/plain' };
    return { status: 200, body: found.file.bytes, contentType: 'application/octet-stream' };
  }
}
