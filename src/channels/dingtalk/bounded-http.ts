// HTTP out, on a leash: one call, never repeated, no redirect followed, bounded in time and size; tells whether anything was written.
import { Agent, type Dispatcher } from 'undici';

export type HttpAnswer =
  | { kind: 'answered'; status: number; contentType: string; retryAfter: string | null; body: string }
  /** No byte of the request left this machine. */
  | { kind: 'not_written'; reason: string }
  /** It was written, and no whole answer came back. */
  | { kind: 'no_answer'; reason: string };

export interface HttpLimits {
  connectMs: number;
  totalMs: number;
  maxBytes: number;
}

export const usualLimits: HttpLimits = { connectMs: 3_000, totalMs: 10_000, maxBytes: 1_048_576 };

export class BoundedHttp {
  private readonly agent: Agent;
  private closing: Promise<void> | null = null;

  constructor(private readonly limits: HttpLimits = usualLimits) {
    this.agent = new Agent({
      connections: 16,
      connect: { timeout: limits.connectMs },
      headersTimeout: limits.totalMs,
      bodyTimeout: limits.totalMs,
    });
  }

  /**
   * Posts JSON. Never throws and never names the address in a reason: addresses here carry tokens.
   * @param signal - gives the call up, e.g. at stop
   */
  post(url: string, body: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<HttpAnswer> {
    return this.write('POST', url, body, headers, signal);
  }

  /** As {@link post}. */
  put(url: string, body: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<HttpAnswer> {
    return this.write('PUT', url, body, headers, signal);
  }

  /** As {@link post}, of anything: whoever calls names its content type. */
  write(
    method: 'POST' | 'PUT',
    url: string,
    body: string | Buffer,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    return new Promise(resolve => {
      const { origin, pathname, search } = new URL(url);
      const exchange = new Exchange(this.limits.maxBytes, answer => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        resolve(answer);
      });
      const timer = setTimeout(() => { exchange.giveUp('timeout'); }, this.limits.totalMs); // prettier-ignore
      const giveUp = () => { exchange.giveUp('stopped'); }; // prettier-ignore
      if (signal?.aborted) {
        giveUp();
        return;
      }
      signal?.addEventListener('abort', giveUp);
      try {
        this.agent.dispatch(
          {
            origin,
            path: pathname + search,
            method,
            headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
            body,
          },
          exchange,
        );
      } catch (error) {
        exchange.onResponseError(null, error);
      }
    });
  }

  /** Lets calls under way end, then closes every connection. Later calls are `not_written`; closing twice is closing once. */
  close(): Promise<void> {
    return (this.closing ??= this.agent.close());
  }
}

/** One request and what becomes of it; answers exactly once. */
class Exchange implements Dispatcher.DispatchHandler {
  private written = false;
  private over = false;
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly answer: (answer: HttpAnswer) => void,
  ) {}

  /** Called when the connection stands and the next thing is the request's first byte. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.over) {
      controller.abort(new Error('given up'));
      return;
    }
    this.controller = controller;
    this.written = true;
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.giveUp('answer too large');
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.finish({
      kind: 'answered',
      status: this.status,
      contentType: String(this.headers['content-type'] ?? ''),
      retryAfter: this.headers['retry-after'] === undefined ? null : String(this.headers['retry-after']),
      body: Buffer.concat(this.chunks).toString('utf8'),
    });
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.finish({ kind: this.written ? 'no_answer' : 'not_written', reason: codeOf(error) });
  }

  giveUp(reason: string): void {
    this.finish({ kind: this.written ? 'no_answer' : 'not_written', reason });
    this.controller?.abort(new Error(reason));
  }

  private finish(answer: HttpAnswer): void {
    if (this.over) return;
    this.over = true;
    this.chunks = [];
    this.answer(answer);
  }
}

/** The error's code (ECONNREFUSED, CERT_HAS_EXPIRED, …); its text may hold the address. */
function codeOf(error: unknown): string {
  // By shape, not by class: an error may come from another realm.
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : 'unknown error';
}
