// Who may use the chat page: a browser on this machine, and only the page itself may change anything.
import { type Context, type Next } from 'koa';

/** The page sends it with every act; another site's form or picture cannot. */
export const actHeader = 'x-duban-chat';

const loopbackName = String.raw`(localhost|127(\.\d{1,3}){3}|\[::1\])`;
const loopbackHost = new RegExp(`^${loopbackName}(:\\d{1,5})?$`, 'i');

/** True for an address that only this machine reaches; [::1] in brackets or without. */
export function isLoopbackName(name: string): boolean {
  return name === '::1' || new RegExp(`^${loopbackName}$`, 'i').test(name);
}

/** What is wrong with a request, as a sentence; null when it may pass. */
export function refusalOf(request: {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  act: string | undefined;
}): string | null {
  const { method, host, origin, act } = request;
  // A name that was made to point at this machine (DNS rebinding) is not one of these.
  if (host === undefined || !loopbackHost.test(host)) return '模拟群聊只在本机可用，请用 127.0.0.1 或 localhost 打开。';
  if (method === 'GET' || method === 'HEAD') return null;
  if (origin !== `http://${host}`) return '只有模拟群聊自己的页面可以操作。';
  return act === '1' ? null : '请求缺少页面的标记，请刷新页面再试。';
}

/** Answers 403 with `{problem}` to whatever may not pass. */
export async function guardChatPage(context: Context, next: Next): Promise<void> {
  const headers = context.req.headers;
  const act = headers[actHeader];
  const problem = refusalOf({
    method: context.method,
    host: headers.host,
    origin: headers.origin,
    act: typeof act === 'string' ? act : undefined,
  });
  if (problem === null) {
    await next();
    return;
  }
  context.status = 403;
  context.body = { problem };
}
