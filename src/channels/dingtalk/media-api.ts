// Pictures and files the bot sends, and messages it takes back.
import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { z } from 'zod';
import { type OutgoingFile, type Recipient } from '../../messages';
import { type DingtalkApi } from './api';
import { cutWhole, wellFormed } from './whole-characters';
import { notSent, type ApiOutcome, type NotSent, type Read } from './send-outcome';

export const mediaPath = '/media/upload';
export const recallPaths = {
  group: '/v1.0/robot/groupMessages/recall',
  person: '/v1.0/robot/otoMessages/batchRecall',
};

/** What the platform takes, and what its robots may send. */
const maxBytes = 20 * 1024 * 1024;
const fileTypes = ['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx'];
const pictureTypes = ['jpg', 'jpeg', 'png', 'gif', 'bmp'];
const keysAtOnce = 20;

const uploaded = z.object({ media_id: z.string().min(1) });
const recalled = z.object({
  successResult: z.array(z.string()).catch([]),
  failedResult: z.record(z.string(), z.string()).catch({}),
});

const endingOf = (name: string): string => extname(name).slice(1).toLowerCase();

export class MediaApi {
  constructor(
    private readonly api: Pick<DingtalkApi, 'call' | 'upload' | 'sendToGroup' | 'sendToPerson'>,
    private readonly robotCode: string,
  ) {}

  /** Uploads; the id is good for ever, also as the address of a picture in Markdown. */
  async upload(file: OutgoingFile): Promise<{ mediaId: string } | { failed: NotSent }> {
    const problem = problemOf(file);
    if (problem !== null) return { failed: notSent('rejected', problem) };
    const type = file.kind === 'picture' ? 'image' : 'file';
    const read: Read = await this.api.upload(mediaPath, { type }, formOf(file, type));
    // Nothing is shown by an upload: one whose answer is missing has done no harm.
    if ('failed' in read)
      return { failed: read.failed.outcome === 'not_sent' ? read.failed : notSent('unreachable', read.failed.reason) };
    const parsed = uploaded.safeParse(read.json);
    return parsed.success
      ? { mediaId: parsed.data.media_id }
      : { failed: notSent('unreachable', '答复中没有 media_id') };
  }

  async send(to: Recipient, file: OutgoingFile, signal?: AbortSignal): Promise<ApiOutcome> {
    const got = await this.upload(file);
    if ('failed' in got) return got.failed;
    const { mediaId } = got;
    const message =
      file.kind === 'picture'
        ? { msgKey: 'sampleImageMsg', msgParam: JSON.stringify({ photoURL: mediaId }) }
        : {
            msgKey: 'sampleFile',
            msgParam: JSON.stringify({ mediaId, fileName: nameOf(file), fileType: endingOf(file.name) }),
          };
    return to.kind === 'group'
      ? this.api.sendToGroup(to.conversationId, message, signal)
      : this.api.sendToPerson(to.staffId, message, signal);
  }

  /** Takes messages back, 20 at a time; who has sent them more than a day ago is told so by the platform. */
  async recall(to: Recipient, providerKeys: string[]): Promise<{ recalled: string[]; problem: string | null }> {
    const gone: string[] = [];
    const problems: string[] = [];
    for (let i = 0; i < providerKeys.length; i += keysAtOnce) {
      const processQueryKeys = providerKeys.slice(i, i + keysAtOnce);
      const where = to.kind === 'group' ? { openConversationId: to.conversationId } : {};
      const body = { ...where, robotCode: this.robotCode, processQueryKeys };
      const read = await this.api.call(recallPaths[to.kind], body);
      if ('failed' in read) {
        problems.push(read.failed.reason);
        continue;
      }
      const { successResult, failedResult } = recalled.parse(read.json);
      gone.push(...successResult);
      problems.push(...Object.values(failedResult));
    }
    return { recalled: gone, problem: problems.length === 0 ? null : [...new Set(problems)].join('；').slice(0, 300) };
  }
}

function problemOf({ kind, name, bytes }: OutgoingFile): string | null {
  const types = kind === 'picture' ? pictureTypes : fileTypes;
  if (!types.includes(endingOf(name))) return `钉钉只能发送 ${types.join('、')} 文件`;
  if (bytes.length === 0) return '文件是空的';
  return bytes.length > maxBytes ? '文件超过 20 MB' : null;
}

const nameOf = (file: OutgoingFile): string => cutWhole(wellFormed(file.name).replace(/[\r\n"]/gu, ' '), 100);

/** A form with one file, as bytes, and its content type. */
function formOf(file: OutgoingFile, type: string): { body: Buffer; contentType: string } {
  const boundary = `duban${randomBytes(12).toString('hex')}`;
  const part = (head: string, content: Buffer | string): Buffer[] => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ];
  const fileHead = `name="media"; filename="${nameOf(file)}"\r\nContent-Type: application/octet-stream`;
  const body = [...part('name="type"', type), ...part(fileHead, file.bytes), Buffer.from(`--${boundary}--\r\n`)];
  return { body: Buffer.concat(body), contentType: `multipart/form-data; boundary=${boundary}` };
}
