// loadConfig: the settings from the environment; names every missing or malformed one at once, then refuses to start.
import { z } from 'zod';
import { parseDatabaseUrl, type ConnectionSettings } from './database/connection-url';
import { AppError } from './errors';

export interface DingtalkSettings {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  robotName: string;
  apiBase: string;
  oapiBase: string;
  /** Messages come by HTTP callback instead of the Stream connection. */
  byCallback?: boolean;
  /** Where DingTalk reaches this service, without a path; null = it need not. */
  callbackUrl?: string | null;
  /** Events are pushed by HTTP, sealed with these. */
  events?: { token: string; aesKey: string } | null;
  /** The organisation's id. */
  corpId?: string | null;
  /** The interactive card's template; null = buttons are links of an ordinary card. */
  cardTemplateId?: string | null;
}

export interface WebSettings {
  host: string;
  port: number;
  /** Where people reach the site from their own machines, without a slash at the end; null = where it listens. */
  publicUrl?: string | null;
}

/** What any command may need. */
export interface BaseConfig {
  database: ConnectionSettings | null;
  logLevel: string;
  /** Where the clock starts; null = the system's time. */
  startsAt: Date | null;
  web: WebSettings;
  /** DUBAN_PORT names it: then no other port will do. */
  portIsChosen: boolean;
}

/** What the production process needs. */
export interface Config extends BaseConfig {
  database: ConnectionSettings;
  dingtalk: DingtalkSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

const names = {
  database: 'DATABASE_URL',
  clientId: 'DINGTALK_CLIENT_ID',
  clientSecret: 'DINGTALK_CLIENT_SECRET',
  robotCode: 'DINGTALK_ROBOT_CODE',
  robotName: 'DINGTALK_ROBOT_NAME',
  apiBase: 'DINGTALK_API_BASE',
  oapiBase: 'DINGTALK_OAPI_BASE',
  callback: 'DINGTALK_CALLBACK',
  callbackUrl: 'DINGTALK_CALLBACK_URL',
  cardTemplate: 'DINGTALK_CARD_TEMPLATE',
  eventToken: 'DINGTALK_EVENT_TOKEN',
  eventKey: 'DINGTALK_EVENT_AES_KEY',
  corpId: 'DINGTALK_CORP_ID',
  now: 'DUBAN_NOW',
  host: 'DUBAN_HOST',
  port: 'DUBAN_PORT',
  publicUrl: 'DUBAN_PUBLIC_URL',
  logLevel: 'DUBAN_LOG',
} as const;

const instantShape = z.iso.datetime({ offset: true });
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Collects what is wrong, so that all of it can be said at once. */
class Settings {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  read(name: string): string | null {
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  required(name: string, what: string): string {
    const value = this.read(name);
    if (value === null) this.problems.push(`缺少 ${name}（${what}）`);
    return value ?? '';
  }

  base(name: string, fallback: string): string {
    const value = this.read(name);
    if (value === null) return fallback;
    try {
      const url = new URL(value);
      const plainAllowed = url.protocol === 'http:' && isLoopback(url.hostname);
      if ((url.protocol === 'https:' || plainAllowed) && url.username === '' && url.search === '')
        return value.replace(/\/+$/, '');
    } catch {
      // said below
    }
    this.problems.push(`${name} 须为 https 地址（本机地址可用 http），如 https://api.dingtalk.com`);
    return fallback;
  }

  /** 1 or 0. */
  flag(name: string): boolean {
    const value = this.read(name);
    if (value !== null && value !== '0' && value !== '1') this.problems.push(`${name} 须为 1 或 0`);
    return value === '1';
  }

  database(): ConnectionSettings | null {
    const value = this.read(names.database);
    if (value === null) return null;
    try {
      return parseDatabaseUrl(value);
    } catch (thrown) {
      this.problems.push(`${names.database} 有误：${thrown instanceof AppError ? thrown.message : '无法识别'}`);
      return null;
    }
  }

  startsAt(): Date | null {
    const value = this.read(names.now);
    if (value === null) return null;
    if (!instantShape.safeParse(value).success) {
      this.problems.push(`${names.now} 须带时区，如 2023-06-26T08:25:00+08:00`);
      return null;
    }
    if (this.env.NODE_ENV === 'production') this.problems.push(`NODE_ENV=production 时不能设 ${names.now}`);
    return new Date(value);
  }

  web(): WebSettings {
    const port = Number(this.read(names.port) ?? '8080');
    if (!Number.isInteger(port) || port < 0 || port > 65535) this.problems.push(`${names.port} 须为 0 到 65535 的整数`);
    return { host: this.read(names.host) ?? '127.0.0.1', port, publicUrl: this.publicUrl() };
  }

  /** Inside an office's own network plain http is usual. */
  publicUrl(): string | null {
    const value = this.read(names.publicUrl);
    if (value === null) return null;
    try {
      const url = new URL(value);
      const plain = url.username === '' && url.search === '' && url.hash === '' && url.pathname === '/';
      if ((url.protocol === 'https:' || url.protocol === 'http:') && plain) return url.origin;
    } catch {
      // said below
    }
    this.problems.push(`${names.publicUrl} 须为网页的访问地址，不带路径，如 https://duban.example.gov.cn`);
    return null;
  }

  /** DingTalk calls https addresses only. */
  callbackUrl(): string | null {
    const value = this.read(names.callbackUrl);
    if (value === null) return null;
    const url = URL.canParse(value) ? new URL(value) : null;
    const plain = url !== null && url.username + url.search + url.hash === '' && url.pathname === '/';
    if (plain && (url.protocol === 'https:' || isLoopback(url.hostname))) return url.origin;
    this.problems.push(`${names.callbackUrl} 须为钉钉能访问的 https 地址，不带路径，如 https://duban.example.gov.cn`);
    return null;
  }

  eventKeys(): DingtalkSettings['events'] {
    const [token, aesKey] = [this.read(names.eventToken), this.read(names.eventKey)];
    if (token === null && aesKey === null) return null;
    if (token === null || aesKey === null)
      this.problems.push(`${names.eventToken} 与 ${names.eventKey} 须一起填写，两者都在“事件订阅”页上`);
    if (aesKey !== null && !/^[A-Za-z0-9+/]{43}$/.test(aesKey))
      this.problems.push(`${names.eventKey} 须为“事件订阅”页上 43 个字符的加密 aes_key`);
    return { token: token ?? '', aesKey: aesKey ?? '' };
  }

  logLevel(): string {
    const level = this.read(names.logLevel) ?? 'info';
    if (!levels.includes(level)) this.problems.push(`${names.logLevel} 须为 ${levels.join('、')} 之一`);
    return level;
  }

  shared(): BaseConfig {
    if (this.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
      this.problems.push('NODE_TLS_REJECT_UNAUTHORIZED=0 会关掉证书校验，不允许');
    return {
      database: this.database(),
      logLevel: this.logLevel(),
      startsAt: this.startsAt(),
      web: this.web(),
      portIsChosen: this.read(names.port) !== null,
    };
  }

  finish<T>(config: T): T {
    if (this.problems.length > 0)
      throw new AppError(
        'bad_settings',
        `设置有 ${this.problems.length} 处问题：\n${this.problems.map(text => `- ${text}`).join('\n')}`,
        {
          expose: true,
        },
      );
    return config;
  }
}

/** True when neither a database nor DingTalk is named: then `start` is the trial. */
export function nothingSet(env: Environment): boolean {
  return Object.values(names)
    .filter(name => name === names.database || name.startsWith('DINGTALK_'))
    .every(name => (env[name]?.trim() ?? '') === '');
}

/** The settings commands share. @throws AppError bad_settings naming everything wrong */
export function loadBaseConfig(env: Environment): BaseConfig {
  const settings = new Settings(env);
  return settings.finish(settings.shared());
}

/** The settings of the production process. @throws AppError bad_settings naming everything missing or malformed at once */
export function loadConfig(env: Environment): Config {
  const settings = new Settings(env);
  const base = settings.shared();
  if (base.database === null && settings.read(names.database) === null)
    settings.required(names.database, '数据库地址，如 mysql://用户:密码@主机:3306/duban');
  const clientId = settings.required(names.clientId, '钉钉应用的 Client ID');
  const clientSecret = settings.required(names.clientSecret, '钉钉应用的 Client Secret');
  const apiBase = settings.base(names.apiBase, 'https://api.dingtalk.com');
  const ownApi = settings.read(names.apiBase) !== null;
  const oapiBase = settings.base(names.oapiBase, ownApi ? apiBase : 'https://oapi.dingtalk.com');
  const dingtalk: DingtalkSettings = {
    clientId,
    clientSecret,
    robotCode: settings.read(names.robotCode) ?? clientId,
    robotName: settings.read(names.robotName) ?? '督办助手',
    apiBase,
    oapiBase,
    byCallback: settings.flag(names.callback),
    callbackUrl: settings.callbackUrl(),
    cardTemplateId: settings.read(names.cardTemplate),
    events: settings.eventKeys(),
    corpId: settings.read(names.corpId),
  };
  return settings.finish({ ...base, database: base.database as ConnectionSettings, dingtalk });
}
