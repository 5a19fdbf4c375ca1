// Asks DingTalk for a Stream connection: one POST that gives the socket's address and a ticket for it.
import { z } from 'zod';
import { type BoundedHttp } from './bounded-http';
import { isLoopback } from './reply-url';
import { parseJson } from './stream-frame';

export interface GatewayRequest {
  /** Without a closing slash. */
  apiBase: string;
  clientId: string;
  clientSecret: string;
  ua: string;
  subscriptions: unknown;
}

const opened = z.object({ endpoint: z.string().min(1), ticket: z.string().min(1) });
const refused = z.object({ code: z.string(), message: z.string() }).partial().catch({});

/**
 * The address to open the socket at, its ticket (90 s, once) escaped in it.
 * Rejects with a sentence for people, free of secrets.
 */
export async function askGateway(http: BoundedHttp, request: GatewayRequest, signal?: AbortSignal): Promise<string> {
  const { apiBase, ...body } = request;
  const answer = await http.post(`${apiBase}/v1.0/gateway/connections/open`, JSON.stringify(body), {}, signal);
  if (answer.kind !== 'answered') throw new Error(`连不上钉钉服务器（${answer.reason}）`);
  const json = parseJson(answer.body);
  if (answer.status !== 200) {
    const { code, message } = refused.parse(json);
    const said = [`HTTP ${answer.status}`, code, message].filter(Boolean).join(' ').slice(0, 200);
    throw new Error(`钉钉拒绝建立连接（${said}）`);
  }
  const parsed = opened.safeParse(json);
  if (!parsed.success) throw new Error('钉钉建立连接的答复无法识别');
  return socketUrl(parsed.data.endpoint, parsed.data.ticket);
}

/** Anything but TLS is taken only on this machine. */
function socketUrl(endpoint: string, ticket: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const allowed = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLoopback(url.hostname));
  if (!url || !allowed) throw new Error('钉钉给出的连接地址不可用');
  url.hash = '';
  url.searchParams.set('ticket', ticket);
  return url.href;
}
