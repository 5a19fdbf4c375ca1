// Server-Sent Events to the open chat pages.
import { PassThrough } from 'node:stream';
import { type Context } from 'koa';

const beatMs = 15_000;
const retryMs = 1000;
// A page that does not read any more is let go; it connects again by itself.
const mostUnread = 4 * 1024 * 1024;

/** All open pages. */
export class PageStream {
  private readonly pages = new Set<PassThrough>();
  private readonly beat: NodeJS.Timeout;
  private closed = false;

  /** @param onBeat - called every 15 s; what it returns is sent, so that pages and network keep the connection */
  constructor(onBeat: () => { event: string; data: unknown }) {
    this.beat = setInterval(() => {
      const { event, data } = onBeat();
      this.send(event, data);
    }, beatMs);
    this.beat.unref();
  }

  /** Makes a request's answer a stream of events that begins with this one; 503 when closed. */
  open(context: Context, event: string, data: unknown): void {
    if (this.closed) {
      context.status = 503;
      return;
    }
    const page = new PassThrough();
    this.pages.add(page);
    page.on('close', () => this.pages.delete(page));
    context.type = 'text/event-stream';
    context.set('Cache-Control', 'no-store');
    context.body = page;
    page.write(`retry: ${retryMs}\n\n${written(event, data)}`);
  }

  send(event: string, data: unknown): void {
    const text = written(event, data);
    for (const page of this.pages) {
      if (page.writableLength > mostUnread) page.destroy();
      else page.write(text);
    }
  }

  /** Ends every stream and opens none any more. */
  close(): void {
    this.closed = true;
    clearInterval(this.beat);
    for (const page of this.pages) page.end();
  }
}

function written(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
