// A visitor of the web site without a browser: keeps the cookie, sends forms as a page would.
import { type Town } from '../support/town';

export interface Answer {
  status: number;
  text: string;
  /** Where a redirect leads. */
  to: string;
  headers: Headers;
}

/** The address in a message of the robot. */
function linkIn(text: string): string {
  const found = /https?:\/\/[^\s)）]+/u.exec(text)?.[0];
  if (found === undefined) throw new Error(`no link in: ${text}`);
  return found;
}

export class SiteVisitor {
  cookie = '';

  constructor(private readonly base: string) {}

  async get(path: string): Promise<Answer> {
    return this.send(path, {});
  }

  /** Sends a form; the key of a page that was fetched before goes along unless another is given. */
  async post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    const key = fields['key'] ?? (await this.formKey());
    return this.send(path, { method: 'POST', body: new URLSearchParams({ ...fields, key }) });
  }

  private async formKey(): Promise<string> {
    return /name="key" value="([0-9a-f]{64})"/.exec((await this.get('/ledger')).text)?.[1] ?? '';
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const headers = { ...(this.cookie === '' ? {} : { Cookie: this.cookie }) };
    const response = await fetch(new URL(path, this.base), { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.cookie = cookie.split(';')[0] ?? '';
    return {
      status: response.status,
      text: await response.text(),
      to: response.headers.get('location') ?? '',
      headers: response.headers,
    };
  }
}

/** The link a person gets who says 登录 in a private chat, whatever else comes there meanwhile. */
export async function signInLink(town: Town, staffId: string): Promise<string> {
  const told = await town.tell(staffId, 'private', '登录');
  return linkIn(told.find(message => message.markdown?.includes('/sign-in/'))?.markdown ?? '');
}

/** Signs in as anybody does: by the link the bot gives in a private chat. */
export async function signIn(town: Town, staffId: string): Promise<SiteVisitor> {
  const visitor = new SiteVisitor(town.app.url);
  const used = await visitor.post(new URL(await signInLink(town, staffId)).pathname, { key: '' });
  if (used.status !== 303) throw new Error(`not signed in: ${used.status}`);
  return visitor;
}
