// DingTalk's HTTP calls that the bot makes: group and one-to-one send, session webhook, names of people and departments.
import { z } from 'zod';
import { AppError } from '../../errors';
import { AccessToken } from './access-token';
import { type BoundedHttp, type HttpAnswer } from './bounded-http';
import { type EncodedMessage } from './message-encoding';
import { adviceOnRefusal, MissingRights } from './rights';
import { banMs, notSent, readAnswer, unknownOutcome, type ApiOutcome, type NotSent, type Read } from './send-outcome';

export interface ApiOptions {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  /** Bases without a closing slash, e.g. https://api.dingtalk.com and https://oapi.dingtalk.com. */
  apiBase: string;
  oapiBase: string;
  http: BoundedHttp;
  /** For uploads, which take longer; the same unless told. */
  uploads?: BoundedHttp;
  /** Told once for each right found missing, with what an administrator has to do. */
  onMissingRight?: (advice: string) => void;
}

/** A person as the organisation's directory names them; nothing more personal is read. */
export interface ContactPerson {
  staffId: string;
  name: string;
  departmentIds: number[];
}

const keyAnswer = z.object({ processQueryKey: z.string().min(1) });
/** A longer key could neither be stored nor come back in a quote. */
const maxKeyLength = 190;
const staffList = z.array(z.string()).catch([]);
const batchAnswer = z.object({ invalidStaffIdList: staffList, flowControlledStaffIdList: staffList });

/** Real answers hold an array of numbers; a documented sample spells it as a string. */
const departmentIds = z
  .preprocess(value => (typeof value === 'string' ? value.match(/\d+/g) : value), z.array(z.coerce.number().int()))
  .catch([]);
const userAnswer = z.object({
  result: z.object({ userid: z.string(), name: z.string(), dept_id_list: departmentIds }),
});
const fileAnswer = z.object({ downloadUrl: z.string().min(1) });
const departmentAnswer = z.object({ result: z.object({ name: z.string() }) });

/** No such person, or outside what the app may see. */
const notVisible = [33012, 60121, 50002, 60003, 60020];

/** What a call that can do nothing tells of the right it needs; `granted` null = it tells nothing. */
export interface ProbeResult {
  granted: boolean | null;
  reason: string;
  /** The platform's code, '' where it gave none. */
  code: string;
}

/** Every send can be given up by a signal: what was not yet written then surely was not sent. */
export class DingtalkApi {
  private readonly token: AccessToken;
  private readonly missing: MissingRights;
  private bannedUntilMs = 0;

  constructor(private readonly options: ApiOptions) {
    const { apiBase, clientId, clientSecret, http } = options;
    this.missing = new MissingRights(options.onMissingRight);
    const credentials = JSON.stringify({ appKey: clientId, appSecret: clientSecret });
    this.token = new AccessToken(() => http.post(`${apiBase}/v1.0/oauth2/accessToken`, credentials));
  }

  /** Sends to a group by its openConversationId; nobody can be @-ed this way. */
  async sendToGroup(conversationId: string, message: EncodedMessage, signal?: AbortSignal): Promise<ApiOutcome> {
    const body = { ...message, openConversationId: conversationId, robotCode: this.options.robotCode };
    const read = await this.call('/v1.0/robot/groupMessages/send', body, signal);
    return 'failed' in read ? read.failed : sentWithKey(read.json);
  }

  /** Sends to one person; someone DingTalk does not know is `rejected`, someone it holds back is `throttled`. */
  async sendToPerson(staffId: string, message: EncodedMessage, signal?: AbortSignal): Promise<ApiOutcome> {
    const [outcome] = await this.sendToPeople([staffId], message, signal);
    return outcome ?? notSent('rejected', '没有收件人');
  }

  /** As {@link sendToPerson}, to at most 20 by one call. @returns of each, in order */
  async sendToPeople(staffIds: string[], message: EncodedMessage, signal?: AbortSignal): Promise<ApiOutcome[]> {
    const body = { ...message, userIds: staffIds, robotCode: this.options.robotCode };
    const read = await this.call('/v1.0/robot/oToMessages/batchSend', body, signal);
    if ('failed' in read) return staffIds.map(() => read.failed);
    const refused = batchAnswer.parse(read.json);
    return staffIds.map(staffId => {
      if (refused.invalidStaffIdList.includes(staffId)) return notSent('rejected', '用户不存在或不在应用可见范围');
      if (refused.flowControlledStaffIdList.includes(staffId)) return notSent('throttled', '对该用户限流', 60_000);
      return sentWithKey(read.json);
    });
  }

  /**
   * Posts to a session webhook. It yields no key, so nobody can find out later what a quote of it means.
   * @param url - already found allowed
   * @param body - JSON text
   */
  async sendBySession(url: string, body: string, signal?: AbortSignal): Promise<ApiOutcome> {
    const read = await this.guarded(() => this.options.http.post(url, body, {}, signal));
    if ('failed' in read) return read.failed;
    return 'errcode' in read.json ? { outcome: 'sent', providerKey: null } : unknownOutcome('答复中没有 errcode');
  }

  /**
   * A person of the organisation; null when there is none by that id, or the app may not see them.
   * Errors: channel_failed (retryable unless a right is missing)
   */
  async getUser(staffId: string): Promise<ContactPerson | null> {
    const json = await this.readContacts('/topapi/v2/user/get', { userid: staffId, language: 'zh_CN' });
    if (json === null) return null;
    const parsed = userAnswer.safeParse(json);
    if (!parsed.success) throw new AppError('channel_failed', '钉钉通讯录的答复无法识别', { retryable: true });
    const { userid, name, dept_id_list } = parsed.data.result;
    return { staffId: userid, name, departmentIds: dept_id_list };
  }

  /** A department's name; null when there is none by that id, or the app may not see it. Errors: as {@link getUser}. */
  async getDepartmentName(departmentId: number): Promise<string | null> {
    const json = await this.readContacts('/topapi/v2/department/get', { dept_id: departmentId, language: 'zh_CN' });
    const parsed = departmentAnswer.safeParse(json);
    return parsed.success ? parsed.data.result.name : null;
  }

  /** Where a file somebody sent can be fetched for a while; or why not, in words. */
  async fileAddress(downloadCode: string): Promise<{ address: string } | { problem: string }> {
    const body = { downloadCode, robotCode: this.options.robotCode };
    const read = await this.call('/v1.0/robot/messageFiles/download', body);
    if ('failed' in read) return { problem: read.failed.reason };
    const parsed = fileAnswer.safeParse(read.json);
    return parsed.success ? { address: parsed.data.downloadUrl } : { problem: '答复中没有下载地址' };
  }

  /** Why the credentials give no token; null when they do. */
  async tokenProblem(): Promise<{ reason: string; unreachable: boolean } | null> {
    const got = await this.token.get();
    if (!('failed' in got)) return null;
    return { reason: got.failed.reason, unreachable: got.failed.refusal === 'unreachable' };
  }

  /**
   * Finds out whether a right is granted, by a call whose request is refused for what it names: the platform looks at the right first.
   * @param body - must name nobody and nothing
   */
  async probe(path: string, body: object, where: 'api' | 'oapi'): Promise<ProbeResult> {
    const read = where === 'api' ? await this.call(path, body) : await this.callOldApi(path, body);
    if (!('failed' in read)) return { granted: true, reason: '', code: '' };
    const { failed } = read;
    if (failed.outcome === 'unknown') return { granted: null, reason: failed.reason, code: '' };
    const code = failed.code ?? '';
    if (failed.refusal === 'permission') return { granted: false, reason: failed.reason, code };
    return { granted: failed.refusal === 'rejected' ? true : null, reason: failed.reason, code };
  }

  /** What an administrator has to grant before everything works; empty when nothing was found missing. */
  missingRights(): string[] {
    return this.missing.advice();
  }

  /** Calls the new API with the app's token. */
  call(path: string, body: object, signal?: AbortSignal, method: 'POST' | 'PUT' = 'POST'): Promise<Read> {
    const { http, apiBase } = this.options;
    const text = JSON.stringify(body);
    const write = method === 'POST' ? http.post.bind(http) : http.put.bind(http);
    return this.withToken(path, token =>
      write(`${apiBase}${path}`, text, { 'x-acs-dingtalk-access-token': token }, signal),
    );
  }

  /** Uploads a form to the old API. */
  upload(path: string, query: Record<string, string>, form: { body: Buffer; contentType: string }): Promise<Read> {
    const { oapiBase } = this.options;
    const http = this.options.uploads ?? this.options.http;
    return this.withToken(
      path,
      token => {
        const asked = new URLSearchParams({ access_token: token, ...query }).toString();
        return http.write('POST', `${oapiBase}${path}?${asked}`, form.body, { 'content-type': form.contentType });
      },
      'harmless',
    );
  }

  private callOldApi(path: string, body: object): Promise<Read> {
    const text = JSON.stringify(body);
    return this.withToken(
      path,
      token =>
        this.options.http.post(`${this.options.oapiBase}${path}?access_token=${encodeURIComponent(token)}`, text),
      'harmless',
    );
  }

  private async readContacts(path: string, body: object): Promise<Record<string, unknown> | null> {
    const read = await this.callOldApi(path, body);
    if (!('failed' in read)) return read.json;
    const { failed } = read;
    if (failed.outcome === 'not_sent' && notVisible.includes(failed.errcode ?? 0)) return null;
    const retryable = failed.outcome === 'unknown' || failed.retryAfterMs !== null;
    throw new AppError('channel_failed', `读取钉钉通讯录失败：${failed.reason}`, { retryable });
  }

  /** Calls with the token; a token refused as stale is renewed once and the call, surely not carried out, made again. */
  private async withToken(
    path: string,
    call: (token: string) => Promise<HttpAnswer>,
    harmless?: 'harmless',
  ): Promise<Read> {
    for (let attempt = 1; ; attempt++) {
      if (this.pauseMs() > 0) return { failed: this.banned() };
      const got = await this.token.get();
      if ('failed' in got) {
        this.noteBan(got);
        return got;
      }
      const read = await this.guarded(() => call(got.token), harmless);
      const stale = 'failed' in read && read.failed.outcome === 'not_sent' && read.failed.refusal === 'stale_token';
      if (stale) this.token.forget(got.token);
      if (!stale || attempt === 2) return this.withAdvice(path, read);
    }
  }

  /** A refusal for want of a right says what an administrator has to do; it is remembered until the call works. */
  private withAdvice(path: string, read: Read): Read {
    if (!('failed' in read)) {
      this.missing.worked(path);
      return read;
    }
    const { failed } = read;
    if (failed.outcome !== 'not_sent' || failed.refusal !== 'permission') return read;
    const advice = adviceOnRefusal(path, failed.rights ?? [], failed.code ?? '');
    if (advice === null) return read;
    this.missing.refused(path, advice);
    return { failed: { ...failed, reason: advice } };
  }

  /** While this machine's address is banned every call is refused here: each further one would prolong it. */
  private async guarded(call: () => Promise<HttpAnswer>, harmless?: 'harmless'): Promise<Read> {
    if (this.pauseMs() > 0) return { failed: this.banned() };
    const read = readAnswer(await call(), harmless !== undefined);
    this.noteBan(read);
    return read;
  }

  private noteBan(read: Read | { failed: NotSent }): void {
    if (!('failed' in read) || read.failed.outcome !== 'not_sent' || read.failed.refusal !== 'banned') return;
    this.bannedUntilMs = performance.now() + banMs;
  }

  private pauseMs(): number {
    return Math.ceil(this.bannedUntilMs - performance.now());
  }

  private banned(): NotSent {
    return notSent('banned', '暂停调用', Math.max(this.pauseMs(), 1_000));
  }
}

function sentWithKey(json: object): ApiOutcome {
  const parsed = keyAnswer.safeParse(json);
  if (!parsed.success) return unknownOutcome('答复中没有 processQueryKey');
  const { processQueryKey: key } = parsed.data;
  return { outcome: 'sent', providerKey: key.length <= maxKeyLength ? key : null };
}
