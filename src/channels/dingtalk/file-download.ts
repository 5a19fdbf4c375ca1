// Files people have sent: fetched when they are wanted, from the platform's own hosts only, bounded in size and time.
import { Agent, request } from 'undici';
import { type DingtalkApi } from './api';
import { isLoopback } from './reply-url';

export type FetchedFile =
  | { outcome: 'fetched'; bytes: Buffer }
  /** Why not, as a sentence for whoever sent it. */
  | { outcome: 'failed'; sentence: string };

export interface DownloadLimits {
  connectMs: number;
  totalMs: number;
}

const usualDownloadLimits: DownloadLimits = { connectMs: 3_000, totalMs: 30_000 };

/** Where the platform keeps what robots are sent: its own hosts and those of its object storage. */
const fileHosts = ['dingtalk.com', 'aliyuncs.com'];

/**
 * The address a file may be fetched from: https on the default port of the platform's hosts, or anything below a configured base
 * that is this machine's own. Plain http of the platform's hosts is asked for over TLS.
 *
 * @param bases - as `readBase` returned them
 * @returns null when it must not be called
 */
export function allowedFileUrl(address: string, bases: readonly string[]): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return null;
  const own = bases
    .map(base => new URL(base))
    .some(base => isLoopback(base.hostname) && url.origin === base.origin && url.protocol === base.protocol);
  if (own) return url;
  if (url.port !== '' || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (!fileHosts.some(host => url.hostname.endsWith(`.${host}`))) return null;
  url.protocol = 'https:';
  return url;
}

export class FileDownload {
  private readonly agent: Agent;
  private readonly limits: DownloadLimits;

  constructor(
    private readonly api: Pick<DingtalkApi, 'fileAddress'>,
    private readonly bases: readonly string[],
    limits: Partial<DownloadLimits> = {},
  ) {
    this.limits = { ...usualDownloadLimits, ...limits };
    this.agent = new Agent({ connections: 4, connect: { timeout: this.limits.connectMs } });
  }

  /** The bytes behind a download code; never throws, never names the address, which is a secret. */
  async fetch(downloadCode: string, { maxBytes }: { maxBytes: number }): Promise<FetchedFile> {
    const asked = await this.api.fileAddress(downloadCode);
    if ('problem' in asked) return failed(`没能从钉钉取得文件：${asked.problem}。请稍后重新发送`);
    const url = allowedFileUrl(asked.address, this.bases);
    if (!url) return failed('文件不在钉钉的服务器上，没有下载');
    const signal = AbortSignal.timeout(this.limits.totalMs);
    try {
      return await this.read(url, maxBytes, signal);
    } catch {
      return failed(`没能从钉钉下载文件（${signal.aborted ? '超时' : '连接中断'}），请稍后重新发送`);
    }
  }

  /** Redirects are not followed: an allowed address must not lead to another one. */
  private async read(url: URL, maxBytes: number, signal: AbortSignal): Promise<FetchedFile> {
    const { statusCode, headers, body } = await request(url, { dispatcher: this.agent, signal });
    const tooLarge = failed(`文件超过 ${Math.floor(maxBytes / 1024 / 1024)} MB 的上限，没有下载`);
    if (statusCode !== 200 || Number(headers['content-length'] ?? 0) > maxBytes) {
      body.on('error', () => undefined);
      body.destroy();
      return statusCode === 200 ? tooLarge : failed(`没能从钉钉下载文件（HTTP ${statusCode}），请重新发送`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return tooLarge;
      chunks.push(chunk);
    }
    return { outcome: 'fetched', bytes: Buffer.concat(chunks, size) };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

function failed(sentence: string): FetchedFile {
  return { outcome: 'failed', sentence: `${sentence}。` };
}
