// Access tokens of the local DingTalk, new API and old: given for credentials, the same one while it lasts.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type GatewayApp } from './chat-world';
import { answer, apiError, oapiAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';

const tokenSeconds = 7200;
const credentials = z.object({ appKey: z.string(), appSecret: z.string() });

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export class AccessTokens {
  private readonly tokens = new Map<string, { app: GatewayApp; until: number }>();

  constructor(private readonly apps: readonly GatewayApp[]) {}

  /** Tokens live on the system's clock, not on the turned one: turning to the next morning signs nobody out. */
  private tokenFor(app: GatewayApp): string {
    const until = Date.now() + tokenSeconds * 1000;
    for (const [token, known] of this.tokens)
      if (known.app === app && known.until > Date.now()) {
        known.until = until;
        return token;
      }
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, { app, until });
    return token;
  }

  /** Every token given out so far is refused from now on. */
  expire(): void {
    this.tokens.clear();
  }

  private findApp(key: string, secret: string): GatewayApp | undefined {
    return this.apps.find(app => app.clientId === key && same(secret, app.clientSecret));
  }

  /** POST /v1.0/oauth2/accessToken */
  issueToken(request: ApiRequest): ApiAnswer {
    const body = credentials.safeParse(request.body);
    const app = body.success ? this.findApp(body.data.appKey, body.data.appSecret) : undefined;
    if (!app) return apiError(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
    return answer(200, { accessToken: this.tokenFor(app), expireIn: tokenSeconds });
  }

  /** GET /gettoken */
  issueOldToken(request: ApiRequest): ApiAnswer {
    const app = this.findApp(request.query.get('appkey') ?? '', request.query.get('appsecret') ?? '');
    if (!app) return oapiAnswer(40089, '不合法的corpid或corpsecret');
    return answer(200, { errcode: 0, errmsg: 'ok', access_token: this.tokenFor(app), expires_in: tokenSeconds });
  }

  /** Whose token it is; null when it is none, or no longer. */
  appOf(token: string | undefined): GatewayApp | null {
    const known = this.tokens.get(token ?? '');
    return known && known.until > Date.now() ? known.app : null;
  }
}
