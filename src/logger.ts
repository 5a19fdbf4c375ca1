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
        err: error => ({ ...pino.stdSerializers.err(error as Error), config: undefined, request: undefined }),
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
