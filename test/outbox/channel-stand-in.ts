// A chat platform for tests of the outbox: writes down what it is asked to send, and answers as it is told.
import { type Channel, type ChannelStatus, type SendRequest, type SendResult } from '../../src/messages';

type Answer = SendResult | ((request: SendRequest) => SendResult | Promise<SendResult>);

export class ChannelStandIn implements Channel {
  readonly name = 'dingtalk';
  readonly title = '钉钉';
  readonly requests: SendRequest[] = [];
  /** Requests that have no answer yet, and the most there were at once. */
  inFlight = 0;
  mostInFlight = 0;
  /** Two requests to one recipient at the same time. */
  crossed = 0;
  private answer: Answer = { outcome: 'sent', providerKey: null };
  private readonly busy = new Set<string>();

  /** What is answered from now on. */
  answers(answer: Answer): void {
    this.answer = answer;
  }

  /** Holds every request from now on until the function given back is called, with the answer. */
  hold(): (answer: SendResult) => void {
    let release: (answer: SendResult) => void = () => undefined;
    const released = new Promise<SendResult>(resolve => (release = resolve));
    this.answers(() => released);
    return release;
  }

  /** The sentences said so far, in order. */
  get said(): string[] {
    return this.requests.map(({ message }) => message.markdown.trim());
  }

  async send(request: SendRequest): Promise<SendResult> {
    const to = JSON.stringify(request.recipient);
    if (this.busy.has(to)) this.crossed++;
    this.busy.add(to);
    this.requests.push(request);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      return typeof this.answer === 'function' ? await this.answer(request) : this.answer;
    } finally {
      this.inFlight--;
      this.busy.delete(to);
    }
  }

  async start(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    return Promise.resolve();
  }

  status(): ChannelStatus {
    return { name: 'stand-in', connected: true, since: null, lastFrameAt: null, lastError: null, notes: [] };
  }
}
