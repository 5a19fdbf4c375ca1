// DATABASE_URL, taken apart: where the server is and who asks.
import { AppError } from '../errors';

/** What a TLS connection checks; the words are the driver's own. */
export interface TlsSettings {
  rejectUnauthorized: boolean;
  ca?: string;
  cert?: string;
  key?: string;
}

/** Where the server is: a socket file, or host and port. */
export interface ConnectionSettings {
  host?: string;
  port?: number;
  user: string;
  password?: string;
  database: string;
  socketPath?: string;
  ssl?: TlsSettings;
}

const example = 'mysql://用户:密码@主机:3306/库名';

function refuse(reason: string, cause?: unknown): never {
  throw new AppError(
    'bad_settings',
    `DATABASE_URL 不对：${reason}。应为 ${example}，也可以写 ?socketPath=… 或 ?ssl=verify`,
    {
      expose: true,
      cause,
    },
  );
}

function decode(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    return refuse(`${what}里的 % 没有按网址编码（% 写成 %25，@ 写成 %40，# 写成 %23，/ 写成 %2F）`, cause);
  }
}

function readTlsObject(text: string): TlsSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return refuse('ssl 不是合法的 JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('ssl 应是一个 JSON 对象');
  const given = value as Record<string, unknown>;
  const settings: TlsSettings = { rejectUnauthorized: given.rejectUnauthorized !== false };
  for (const name of ['ca', 'cert', 'key'] as const) {
    const pem = given[name];
    if (pem === undefined) continue;
    if (typeof pem !== 'string') return refuse(`ssl 的 ${name} 应是证书文本`);
    settings[name] = pem;
  }
  return settings;
}

function readTls(value: string): TlsSettings | undefined {
  switch (value.trim().toLowerCase()) {
    case 'off':
    case 'false':
    case '0':
    case 'disabled':
      return undefined;
    case '':
    case 'on':
    case 'true':
    case '1':
    case 'verify':
    case 'required':
      return { rejectUnauthorized: true };
    case 'no-verify':
      return { rejectUnauthorized: false };
    default:
      return value.trim().startsWith('{')
        ? readTlsObject(value)
        : refuse('ssl 只能是 verify（核对证书）、no-verify（不核对）、off，或一个 JSON 对象');
  }
}

/**
 * Reads a database address.
 *
 * `mysql://user:password@host:port/database`, also with `mariadb:`; user, password and database are percent-encoded where needed.
 * `?socketPath=/path/to.sock` (or `socket`) means a Unix socket: host and port are then left out of the answer.
 * `?ssl=verify | no-verify | off` or mysql2's JSON object. Parameters of other drivers (charset, parseTime …) are ignored.
 *
 * @returns settings whose names mysql2 and TypeORM (`user` = `username`) understand
 * @throws AppError bad_settings with a Chinese sentence; it never repeats the password
 */
export function parseDatabaseUrl(url: string): ConnectionSettings {
  const text = url.trim();
  if (text === '') return refuse('没有填写');
  if (!/^(mysql|mariadb):\/\//i.test(text)) return refuse('应以 mysql:// 开头');
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    // The parser's error repeats the whole address, password included: it is not passed on.
    return refuse('读不懂；密码里若有 @ # / ? 等符号，请按网址编码（如 # 写成 %23）');
  }
  if (parsed.hash !== '') return refuse('含有 #；密码里的 # 请写成 %23');

  const options = new Map([...parsed.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const user = decode(parsed.username, '用户名');
  if (user === '') return refuse('缺用户名');
  const database = decode(parsed.pathname.replace(/^\//, ''), '库名');
  if (database === '') return refuse('缺库名');
  // What a server accepts as a name that every tool can type; a slash here is usually part of an unencoded password.
  if (/[/\\`'"\s.]/.test(database) || database.length > 64) return refuse('库名含有不能用的字符或太长');

  const socketPath = options.get('socketpath') ?? options.get('socket');
  if (socketPath === '') return refuse('socketPath 是空的');
  const host = decode(parsed.hostname.replace(/^\[(.*)\]$/, '$1'), '主机');
  if (host === '' && socketPath === undefined) return refuse('缺主机');
  const ssl = readTls(options.get('ssl') ?? 'off');
  return {
    ...(socketPath === undefined ? { host, port: parsed.port === '' ? 3306 : Number(parsed.port) } : { socketPath }),
    user,
    ...(parsed.password === '' ? {} : { password: decode(parsed.password, '密码') }),
    database,
    ...(ssl ? { ssl } : {}),
  };
}
