// One JSON line per event on standard error; secrets, tokens, webhook addresses and phone numbers masked.
import pino from 'pino';

export type Logger = pino.Logger;

const secretKeys = [
  'clientSecret', 'appSecret', 'appsecret', 'accessToken', 'access_token', 'ticket', 'sessionWebhook', 'password', 'secret', 'replyUrl', 'token',
]; // prettier-ignore

/** Hides what must not be read in a log: query-string secrets, database passwords, mobile numbers. */
export function maskSecrets(text: string): string {
  return text
    .replace(
      /((?:session|ticket|access_token|appsecret|clientSecret|appSecret|accessToken|password|secret)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
      '$1***',
    )
    .replace(/(\w+:\/\/[^\s:/@]+:)[^\s@/]+@/g, '$1***@')
    .replace(/(?<!\d)1[3-9]\d{9}(?!\d)/g, phone => `${phone.slice(0, 3)}****${phone.slice(7)}`);
}

/** An error without what it was about: a driver's error carries the whole statement and its values, people's words among them. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  const hide = (text: string): string => text.replace(/(['"`])(?:(?!\1).){12,}\1/gsu, '$1…$1');
  return {
    type: error.name,
    message: hide(error.message),
    stack: hide(error.stack ?? ''),
    ...(code === undefined ? {} : { code }),
    ...(errno === undefined ? {} : { errno }),
  };
}

/**
 * The program's log.
 * @param level - pino's level name; 'silent' in most tests
 * @param write - where a finished line goes; standard error unless a test looks on
 */
export function createLogger(level: string, write?: (line: string) => void): Logger {
  const sink = write ?? ((line: string) => void process.stderr.write(line));
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [...secretKeys, ...secretKeys.map(key => `*.${key}`), ...secretKeys.map(key => `*.*.${key}`)],
        censor: '***',
      },
      serializers: {
        err: (error: unknown) => describeError(error),
      },
      formatters: { level: label => ({ level: label }) },
    },
    {
      write: (line: string) => {
        sink(maskSecrets(line));
      },
    },
  );
}
