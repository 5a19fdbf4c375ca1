// One HTTP request to the local DingTalk and its answer, apart from node's own objects.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';

export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Parsed JSON or form fields; undefined when it is neither. */
  body: unknown;
}

/** `body`: JSON, or, with a content type, text or bytes. `hang` = never answered; `reset` = the connection is cut. */
export type ApiAnswer = { status: number; body: unknown; contentType?: string } | 'hang' | 'reset';

const largestBody = 25 * 1024 * 1024;

export function answer(status: number, body: unknown): ApiAnswer {
  return { status, body };
}

/** An error of the new API (api.dingtalk.com): lower-case keys, as on the wire. */
export function apiError(status: number, code: string, message: string, detail: object = {}): ApiAnswer {
  return answer(status, { requestid: randomUUID().toUpperCase(), code, message, ...detail });
}

/** An answer of the old API (oapi.dingtalk.com): always HTTP 200, the outcome in errcode. */
export function oapiAnswer(errcode: number, errmsg: string, result?: unknown): ApiAnswer {
  return answer(200, {
    errcode,
    errmsg,
    ...(result === undefined ? {} : { result }),
    request_id: randomUUID().replaceAll('-', '').slice(0, 12),
  });
}

/** A form's parts by name; a file as its name and size. */
function formParts(bytes: Buffer, boundary: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const part of bytes.toString('latin1').split(`--${boundary}`)) {
    const read = /name="([^"]*)"(?:; filename="([^"]*)")?[^]*?\r\n\r\n([^]*)\r\n$/.exec(part);
    if (!read) continue;
    const [, name = '', fileName, content = ''] = read;
    found[name] =
      fileName === undefined
        ? content
        : // The bytes are there to be taken, not to be listed among what was called.
          Object.defineProperty(
            { fileName: Buffer.from(fileName, 'latin1').toString('utf8'), size: content.length },
            'bytes',
            { value: Buffer.from(content, 'latin1') },
          );
  }
  return found;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const boundary = /^multipart\/form-data; *boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary !== undefined) return formParts(bytes, boundary);
  const text = bytes.toString('utf8');
  if (request.headers['content-type']?.includes('x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await readBody(request);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
  };
}

export function writeAnswer(response: ServerResponse, given: ApiAnswer): void {
  if (given === 'hang') return;
  if (given === 'reset') {
    response.destroy();
    return;
  }
  const text =
    given.contentType === undefined
      ? JSON.stringify(given.body)
      : Buffer.isBuffer(given.body)
        ? given.body
        : String(given.body);
  response.writeHead(given.status, { 'content-type': given.contentType ?? 'application/json; charset=utf-8' });
  response.end(text);
}
