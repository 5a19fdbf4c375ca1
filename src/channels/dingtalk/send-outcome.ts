// What an answer of DingTalk's means for what was sent: sent, surely not sent and why, or unknown. One table for all APIs.
import { maskSecrets } from '../../logger';
import { type HttpAnswer } from './bounded-http';
import { rightsNamed } from './rights';

/** Why something was surely not sent. */
export type Refusal =
  'unreachable' | 'stale_token' | 'permission' | 'quota' | 'throttled' | 'banned' | 'webhook_gone' | 'rejected';

export interface NotSent {
  outcome: 'not_sent';
  refusal: Refusal;
  retryAfterMs: number | null;
  reason: string;
  /** The old API's number, where it gave one. */
  errcode?: number;
  /** The new API's code, where it gave one. */
  code?: string;
  /** The rights it names, of a refusal for want of them. */
  rights?: string[];
}

export interface Unknown {
  outcome: 'unknown';
  reason: string;
}

export type ApiOutcome = { outcome: 'sent'; providerKey: string | null } | NotSent | Unknown;

type JsonObject = Record<string, unknown>;

const second = 1_000;
const minute = 60 * second;
export const banMs = 5 * minute;

/** How long to wait by refusal, where the answer says nothing better; null = trying again by itself is no use. */
const pauses: Record<Refusal, number | null> = {
  unreachable: 5 * second,
  stale_token: minute,
  permission: null,
  quota: 60 * minute,
  throttled: second,
  banned: banMs,
  webhook_gone: null,
  rejected: null,
};

const sentences: Record<Refusal, string> = {
  unreachable: '连不上钉钉服务器',
  stale_token: '访问凭证失效',
  permission: '应用没有所需权限',
  quota: '本月调用额度已用完',
  throttled: '发送过快，被限流',
  banned: '本机地址被钉钉暂时封禁',
  webhook_gone: '会话回复地址已失效',
  rejected: '钉钉拒绝了请求',
};

/** Makes a refusal; `detail` is the platform's own code and words. */
export function notSent(refusal: Refusal, detail: string, retryAfterMs = pauses[refusal]): NotSent {
  return { outcome: 'not_sent', refusal, retryAfterMs, reason: `${sentences[refusal]}（${clean(detail)}）` };
}

export function unknownOutcome(detail: string): Unknown {
  return { outcome: 'unknown', reason: `不知是否送达（${clean(detail)}）` };
}

function clean(text: string): string {
  return maskSecrets(text).replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** Codes of the OpenAPI (`code`), first match counts; 'doubt' = the platform itself does not know. */
const openapiCodes: [RegExp, Refusal | 'doubt', number?][] = [
  [/QpsLimit|Throttling|TooManyRequests/i, 'throttled'],
  [/ApiCountLimit|Quota/i, 'quota'],
  [/too\.?fast/i, 'throttled', 5 * second],
  [/^InvalidAuthentication/i, 'stale_token'],
  [/PermissionDenied|^Forbidden/i, 'permission'],
  [/^(unknown|system|internal|service)/i, 'doubt'],
];

/** Codes of the old API and of webhooks (`errcode`). */
const errcodes = new Map<number, [Refusal | 'doubt', number?]>([
  [300001, ['webhook_gone']],
  [130101, ['throttled', minute]],
  [410100, ['throttled', minute]],
  [90002, ['throttled']],
  [90018, ['throttled']],
  [90020, ['quota']],
  [40014, ['stale_token']],
  [42001, ['stale_token']],
  [60011, ['permission']],
  [15, ['doubt']],
  [88, ['doubt']],
  [-1, ['doubt']],
]);

export type Read = { json: JsonObject } | { failed: NotSent | Unknown };

/**
 * Reads an answer: the JSON object of a success, or what its failure means.
 * @param harmless - the call only read something; then a bare 88 of the old API counts as a stale token and may be tried again
 * Source: the three outcomes of sending (reliability description) and the reference's lists of errors and limits
 */
export function readAnswer(answer: HttpAnswer, harmless = false): Read {
  if (answer.kind === 'not_written') return { failed: notSent('unreachable', answer.reason) };
  if (answer.kind === 'no_answer') return { failed: unknownOutcome(answer.reason) };
  const { status } = answer;
  const json = jsonObject(answer.body);
  const failed = (json && refusalInJson(json, status, answer.retryAfter, harmless)) ?? refusalByStatus(answer);
  if (failed) return { failed };
  return json ? { json } : { failed: unknownOutcome(`HTTP ${status}，答复无法识别`) };
}

function jsonObject(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function refusalInJson(
  json: JsonObject,
  status: number,
  retryAfter: string | null,
  harmless: boolean,
): NotSent | Unknown | null {
  if (Number(json.status) === 1111) return notSent('banned', '1111');
  const code = typeof json.code === 'string' ? json.code : '';
  const detail = `${code} ${wordsOf(json.message)}`;
  const known = openapiCodes.find(([pattern]) => pattern.test(code));
  if (code !== '' && known) return coded(verdict(known[1], detail, waitOf(retryAfter) ?? known[2]), code, json);
  if (code !== '' && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return coded(notSent(status === 401 ? 'stale_token' : 'rejected', detail), code, json);
  const errcode = errcodeOf(json);
  if (errcode === 0) return null;
  const sub = subCodeOf(json);
  const row = harmless && errcode === 88 && sub === null ? errcodes.get(42001) : errcodes.get(sub ?? errcode);
  const failed = verdict(row?.[0] ?? 'rejected', `${errcode} ${wordsOf(json.errmsg)}`, waitOf(retryAfter) ?? row?.[1]);
  return failed.outcome === 'not_sent' ? { ...failed, errcode } : failed;
}

function coded(failed: NotSent | Unknown, code: string, json: JsonObject): NotSent | Unknown {
  if (failed.outcome === 'unknown') return failed;
  return { ...failed, code, ...(failed.refusal === 'permission' ? { rights: scopesOf(json) } : {}) };
}

/** `errcode` as a number, whatever its spelling; 0 when absent. */
function errcodeOf(json: JsonObject): number {
  const errcode = Number(json.errcode ?? 0);
  return Number.isNaN(errcode) ? -1 : errcode;
}

/** 88 is the old gateway's envelope: what is the matter stands in sub_code. */
function subCodeOf(json: JsonObject): number | null {
  const sub = Number(json.sub_code ?? json.subCode ?? Number.NaN);
  return errcodeOf(json) === 88 && errcodes.has(sub) ? sub : null;
}

function verdict(refusal: Refusal | 'doubt', detail: string, retryAfterMs?: number): NotSent | Unknown {
  return refusal === 'doubt' ? unknownOutcome(detail) : notSent(refusal, detail, retryAfterMs ?? pauses[refusal]);
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The rights an administrator has to grant, as the platform names them. */
function scopesOf(json: JsonObject): string[] {
  const detail = (json.accessdenieddetail ?? json.accessDeniedDetail) as
    { requiredScopes?: unknown } | null | undefined;
  return rightsNamed(detail?.requiredScopes);
}

function refusalByStatus(answer: HttpAnswer & { kind: 'answered' }): NotSent | Unknown | null {
  const { status } = answer;
  if (status === 429) return notSent('throttled', 'HTTP 429', waitOf(answer.retryAfter) ?? pauses.throttled);
  if (status >= 500 || status === 408) return unknownOutcome(`HTTP ${status}`);
  // A permanent redirect has done nothing; 302 and 303 are also how an act that was done is answered.
  if (status >= 300 && status < 400)
    return [301, 307, 308].includes(status) ? notSent('rejected', `HTTP ${status}`) : unknownOutcome(`HTTP ${status}`);
  // A page instead of an answer is the guard in front of the API; a page for 404 or 405 is a server without that path.
  const page = /text\/html/i.test(answer.contentType) || /^\s*<(!doctype|html)/i.test(answer.body);
  if (page && status !== 404 && status !== 405) return notSent('banned', `HTTP ${status}，网页`);
  return status >= 400 ? notSent('rejected', `HTTP ${status}`) : null;
}

/** Retry-After in whole seconds, between one second and ten minutes. */
function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) return undefined;
  return Math.min(Math.max(Number(retryAfter), 1), 600) * second;
}
