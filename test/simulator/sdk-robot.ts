// A robot as its maker's SDK makes it, connected to the local DingTalk; and the plain calls a robot makes beside it.
import { DWClient, TOPIC_ROBOT, type DWClientDownStream } from 'dingtalk-stream';
import { type Gateway } from '../../src/simulator/dingtalk-gateway';

export const robot = {
  clientId: 'dingwire',
  clientSecret: 'wire-secret',
  robotCode: 'dingwirerobot',
  robotName: '督办助手',
};

/** Any field of a payload or an answer. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer {
  status: number;
  body: Json;
  text: string;
}

/** POSTs JSON to the local DingTalk, or to the address it gave. */
export async function post(
  gateway: Gateway,
  where: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(where.startsWith('http') ? where : `${gateway.baseUrl}${where}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
}

/** Asks for a connection as the SDK does. */
export function openConnection(gateway: Gateway, changes: object = {}, headers: Record<string, string> = {}) {
  const subscriptions = [{ type: 'CALLBACK', topic: TOPIC_ROBOT }];
  const { clientId, clientSecret } = robot;
  return post(
    gateway,
    '/v1.0/gateway/connections/open',
    { clientId, clientSecret, subscriptions, ...changes },
    headers,
  );
}

export async function tokenOf(gateway: Gateway): Promise<string> {
  const { body } = await post(gateway, '/v1.0/oauth2/accessToken', {
    appKey: robot.clientId,
    appSecret: robot.clientSecret,
  });
  return body.accessToken as string;
}

/** The SDK's own client; only the address it asks is ours, since the SDK knows none but DingTalk's. */
export class SdkRobot extends DWClient {
  readonly frames: DWClientDownStream[] = [];
  private waiting: (() => void)[] = [];
  /** False: frames are left without acknowledgement. */
  acknowledges = true;

  constructor(private readonly gateway: Gateway) {
    const settings = {
      clientId: robot.clientId,
      clientSecret: robot.clientSecret,
      autoReconnect: false,
      // A list of its own: the SDK would otherwise share one among all clients.
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    };
    super(settings);
    this.registerCallbackListener(TOPIC_ROBOT, frame => {
      this.frames.push(frame);
      if (this.acknowledges) this.socketCallBackResponse(frame.headers.messageId, { heard: true });
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  override async getEndpoint(): Promise<this> {
    const { body } = await openConnection(this.gateway, { subscriptions: this.config.subscriptions });
    (this as unknown as { dw_url: string }).dw_url = `${body.endpoint as string}?ticket=${body.ticket as string}`;
    return this;
  }

  /** Connects and waits until the socket is really open. */
  async join(): Promise<void> {
    const joined = this.gateway.waitForConnections(this.gateway.connectionCount() + 1);
    await this.connect();
    await joined;
  }

  /** The frame of this number, counted from 0, as soon as it has come. */
  async frame(number: number): Promise<{ headers: DWClientDownStream['headers']; data: Json }> {
    while (this.frames.length <= number) await new Promise<void>(resolve => this.waiting.push(resolve));
    const frame = this.frames[number]!;
    return { headers: frame.headers, data: JSON.parse(frame.data) };
  }
}
