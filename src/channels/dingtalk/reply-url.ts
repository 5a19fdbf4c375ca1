// Which addresses may be called: the configured bases, and what a message gives as its reply address.
import { AppError } from '../../errors';

const dingtalkHosts = ['oapi.dingtalk.com', 'api.dingtalk.com'];
const replyPath = '/robot/sendBySession';

/** Whether a host name, as `URL.hostname` gives it, is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Reads a configured base address: https anywhere, plain http only on this machine; no user, query or fragment.
 * @returns the base without a closing slash
 * Errors: bad_settings, naming the setting
 */
export function readBase(name: string, base: string): string {
  const url = URL.canParse(base) ? new URL(base) : null;
  const allowed =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) &&
    url.username + url.password + url.search + url.hash === '';
  if (!allowed)
    throw new AppError('bad_settings', `${name}：须为 https 地址；http 只可用于本机（127.0.0.1、localhost）`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * Whether a reply address out of a message may be called: https on exactly DingTalk's two hosts, port 443, the one path;
 * or the same path on exactly the host and port of a configured base that is this machine's own.
 * An address that is not written in its plain form (case, escapes, dots, blanks) is refused, so that nobody can read it
 * in two ways; the answer then goes by the OpenAPI.
 *
 * @param bases - as {@link readBase} returned them
 */
export function allowedReplyUrl(url: string, bases: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  const plain =
    parsed.href === url || parsed.href === url.replace(`//${parsed.hostname}:443/`, `//${parsed.hostname}/`);
  if (!plain || parsed.username !== '' || parsed.password !== '' || url.includes('#') || url.includes('@'))
    return false;
  if (parsed.protocol === 'https:' && parsed.port === '' && dingtalkHosts.includes(parsed.hostname))
    return parsed.pathname === replyPath;
  return bases.some(base => {
    const own = new URL(base);
    const prefix = own.pathname.replace(/\/+$/, '');
    return isLoopback(own.hostname) && parsed.origin === own.origin && parsed.pathname === prefix + replyPath;
  });
}
