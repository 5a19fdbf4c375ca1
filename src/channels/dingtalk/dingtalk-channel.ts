// DingTalk as a channel: receives over the Stream connection or by HTTP callback, chooses how to send, and never sends twice what may have arrived.
import Router from '@koa/router';
import { type Clock } from '../../clock';
import { AppError } from '../../errors';
import { type Logger } from '../../logger';
import { type IncomingMessage, type OtherNews, type SendRequest, type SendResult } from '../../messages';
import { type Platform } from '../platform';
import { DingtalkApi } from './api';
import { BoundedHttp, usualLimits, type HttpLimits } from './bounded-http';
import { CardApi } from './card-api';
import { addCardRoute, cardPath, cardSecretOf } from './card-callback';
import { CardDoor } from './card-door';
import { decodeRobotMessage } from './codec';
import { addEventRoute } from './event-callback';
import { type EventKeys } from './event-crypto';
import { FileDownload } from './file-download';
import { addRobotRoute } from './http-callback';
import { encodings, encodeWebhookBody } from './message-encoding';
import { MediaApi } from './media-api';
import { peopleChanged } from './people-events';
import { allowedReplyUrl, readBase } from './reply-url';
import { type ApiOutcome, type NotSent, type Refusal } from './send-outcome';
import { StreamConnection, type StreamTiming } from './stream-connection';

export interface DingtalkOptions {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  /** The robot's display name in DingTalk: what a pressed button has to @ in a group. */
  robotName: string;
  /** https, or http on this machine; see readBase. */
  apiBase: string;
  oapiBase: string;
  /** The robot's receiving mode is HTTP: messages come to {@link Platform.router}, and no Stream connection is opened. */
  byCallback?: boolean;
  /** Of the interactive card made from templates/cards; without it buttons are links of an action card. */
  cardTemplateId?: string | null;
  /** Where DingTalk reaches this service, without a path; only for presses of cards by HTTP callback. */
  callbackUrl?: string | null;
  /** Events of the organisation are pushed by HTTP to {@link Platform.router}, sealed with these. */
  events?: EventKeys | null;
  /** The organisation's id, for which events may be sealed instead of the app's key. */
  corpId?: string | null;
  logger: Logger;
  clock: Clock;
  /** Other times than the usual ones, for tests. */
  timing?: Partial<StreamTiming>;
  limits?: Partial<HttpLimits>;
  cardRestMs?: number;
}

const name = 'dingtalk';

/** After this a send is given up, wherever it is: well inside the outbox's lease. */
const sendBudgetMs = 20_000;
/** An upload may take so long. */
const uploadMs = 60_000;
/** A webhook this near to its end counts as ended. */
const webhookMarginMs = 30_000;

/** Refusals of the webhook after which the OpenAPI may still succeed. */
const webhookToOpenApi: readonly Refusal[] = [
  'webhook_gone',
  'rejected',
  'throttled',
  'quota',
  'permission',
  'stale_token',
];
/** Refusals of the OpenAPI after which the webhook may still succeed. */
const openApiToWebhook: readonly Refusal[] = ['permission', 'quota', 'rejected', 'stale_token'];

/** Codes that find fault with how a message is put, not with what it says or for whom. */
const formRefused = /msgKey|msgParam/;

type Way = 'openapi' | 'webhook';
type OnMessage = (message: IncomingMessage) => Promise<void>;

/**
 * Makes the DingTalk channel; nothing happens before `start`, which resolves when the first attempt to connect has ended,
 * whichever way: the connection is kept up from then on, and `status` tells.
 * Errors: bad_settings when credentials are empty or a base address is not allowed
 */
export function createDingtalkChannel(options: DingtalkOptions): Platform {
  const { clientId, clientSecret, robotCode, robotName, logger, clock } = options;
  if (clientId === '' || clientSecret === '' || robotCode === '')
    throw new AppError('bad_settings', '钉钉的 Client ID、Client Secret、robotCode 均须填写');
  const apiBase = readBase('DINGTALK_API_BASE', options.apiBase);
  const oapiBase = readBase('DINGTALK_OAPI_BASE', options.oapiBase);
  const http = new BoundedHttp({ ...usualLimits, ...options.limits });
  const onMissingRight = (reason: string) => { logger.error({ event: 'dingtalk_right_missing', reason }); }; // prettier-ignore
  const uploads = new BoundedHttp({ ...usualLimits, ...options.limits, totalMs: uploadMs });
  const api = new DingtalkApi({ clientId, clientSecret, robotCode, apiBase, oapiBase, http, uploads, onMissingRight });
  const media = new MediaApi(api, robotCode);
  const cards = cardDoor();
  const download = new FileDownload(api, [apiBase, oapiBase]);
  let stream: StreamConnection | null = null;
  let called: { since: string; lastAt: string | null; onMessage: OnMessage } | null = null;
  let news: OtherNews = {};

  async function receive(data: string, onMessage: OnMessage): Promise<void> {
    const message = decodeRobotMessage(data, { robotCode, robotName, receivedAt: clock.now() });
    // Broken for good: acknowledged by returning, else it would come again and again.
    if ('broken' in message) logger.warn({ event: 'dingtalk_message_broken', fields: message.broken });
    else await onMessage(message);
  }

  async function receiveCall(data: string): Promise<void> {
    if (called === null) throw new AppError('channel_failed', '钉钉通道未启动');
    called.lastAt = clock.now().toISOString();
    await receive(data, called.onMessage);
  }

  function cardDoor(): CardDoor | null {
    const { cardTemplateId: templateId, byCallback = false } = options;
    // Without an address presses would come to nobody.
    if (!templateId || (byCallback && !options.callbackUrl)) return null;
    const cardApi = new CardApi({ api, templateId, robotCode, byCallback });
    return new CardDoor({
      api: cardApi,
      robotCode,
      robotName,
      logger,
      now: () => clock.now(),
      restMs: options.cardRestMs,
    });
  }

  async function answerCard(data: string, time: unknown): Promise<object> {
    return cards && news.onPress ? cards.answer(data, time, news.onPress) : {};
  }

  function takeEvent(type: string, data: string): void {
    const changed = peopleChanged(type, data);
    logger.debug({ event: 'dingtalk_event_taken', type: type.slice(0, 60), ofPeople: changed !== undefined });
    if (changed !== undefined) news.onPeopleChanged?.(changed);
  }

  function callRoutes(): Router | null {
    if (!options.byCallback && !options.events) return null;
    const router = new Router();
    if (options.byCallback) addRobotRoute(router, { clientSecret, logger, onRobotMessage: receiveCall });
    if (options.byCallback && cards)
      addCardRoute(router, { apiSecret: cardSecretOf(clientSecret), logger, onCardCallback: answerCard });
    if (options.events) {
      const owners = [clientId, ...(options.corpId ? [options.corpId] : [])];
      addEventRoute(router, { keys: options.events, owners, logger, onEvent: takeEvent });
    }
    return router;
  }

  function usableReplyUrl(request: SendRequest): string | null {
    const { replyUrl } = request;
    if (replyUrl === null || !allowedReplyUrl(replyUrl.url, [apiBase, oapiBase])) return null;
    return Date.parse(replyUrl.expiresAt) - webhookMarginMs > clock.now().getTime() ? replyUrl.url : null;
  }

  async function sendBy(way: Way, request: SendRequest, url: string | null, signal: AbortSignal): Promise<ApiOutcome> {
    const { recipient, message } = request;
    const group = recipient.kind === 'group';
    if (way === 'webhook' && url !== null) {
      const mention = group ? request.mention : null;
      return api.sendBySession(url, encodeWebhookBody(message, { group, robotName, mention }), signal);
    }
    // Card, then Markdown, then plain text: a form the platform will not take must not silence the message.
    let outcome: ApiOutcome | null = null;
    for (const encoded of encodings(message, { group, robotName })) {
      if (outcome) logger.warn({ event: 'dingtalk_plainer', key: request.key, form: encoded.msgKey });
      outcome =
        recipient.kind === 'group'
          ? await api.sendToGroup(recipient.conversationId, encoded, signal)
          : await api.sendToPerson(recipient.staffId, encoded, signal);
      if (outcome.outcome !== 'not_sent' || !formRefused.test(outcome.code ?? '')) break;
    }
    return outcome ?? { outcome: 'unknown', reason: '没有可用的格式' };
  }

  /** One way, and where it surely failed for a reason the other way does not share, the other. Doubt ends it. */
  async function sendWithin(request: SendRequest, signal: AbortSignal): Promise<SendResult> {
    const url = usableReplyUrl(request);
    const first: Way = url === null || request.quotable ? 'openapi' : 'webhook';
    const other: Way | null = first === 'webhook' ? 'openapi' : url === null ? null : 'webhook';
    const outcome = await sendBy(first, request, url, signal);
    logger.debug({ event: 'dingtalk_send', key: request.key, way: first, outcome: outcome.outcome });
    if (outcome.outcome !== 'not_sent' || other === null) return resultOf(outcome);
    const helps = first === 'webhook' ? webhookToOpenApi : openApiToWebhook;
    if (!helps.includes(outcome.refusal)) return resultOf(outcome);
    const second = await sendBy(other, request, url, signal);
    const { refusal } = outcome;
    logger.info({ event: 'dingtalk_send_other_way', key: request.key, way: other, refusal, outcome: second.outcome });
    return second.outcome === 'not_sent' ? bothRefused(outcome, second) : resultOf(second);
  }

  async function withinBudget<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const budget = new AbortController();
    const timer = setTimeout(() => { budget.abort(); }, sendBudgetMs); // prettier-ignore
    try {
      return await act(budget.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  const send = (request: SendRequest): Promise<SendResult> =>
    withinBudget(signal => (cards && request.card ? cards.send(request, signal) : sendWithin(request, signal)));

  /** A form that is refused, or one of the people who may be in the way of the others, is for the next try: each alone. */
  async function sendAlike(requests: SendRequest[]): Promise<SendResult[]> {
    const staffIds = requests.flatMap(({ recipient }) => (recipient.kind === 'person' ? recipient.staffId : []));
    const [encoded] = requests[0] ? encodings(requests[0].message, { group: false, robotName }) : [];
    if (!encoded || staffIds.length !== requests.length) return Promise.all(requests.map(send));
    const outcomes = await withinBudget(signal => api.sendToPeople(staffIds, encoded, signal));
    logger.debug({ event: 'dingtalk_send_alike', people: staffIds.length, outcome: outcomes[0]?.outcome });
    const nobody = outcomes.every(outcome => outcome.outcome === 'not_sent' && outcome.refusal === 'rejected');
    return outcomes.map(outcome =>
      resultOf(nobody && outcome.outcome === 'not_sent' ? { ...outcome, retryAfterMs: 0 } : outcome),
    );
  }

  return {
    name,
    title: '钉钉',
    changesCards: cards !== null,
    router: callRoutes(),
    contacts: { getUser: id => api.getUser(id), getDepartmentName: id => api.getDepartmentName(id) },
    files: {
      fetch: (code, limits) => download.fetch(code, limits),
      send: async (to, file) => resultOf(await media.send(to, file)),
      keepPicture: async file => {
        const got = await media.upload(file);
        return 'failed' in got ? { problem: got.failed.reason } : { address: got.mediaId };
      },
    },
    recall: (to, keys) => media.recall(to, keys),
    async start(onMessage, alsoTold = {}) {
      if (stream !== null || called !== null) throw new AppError('channel_failed', '钉钉通道已启动');
      news = alsoTold;
      if (options.byCallback) {
        called = { since: clock.now().toISOString(), lastAt: null, onMessage };
        await cards?.expectCallbacks(`${options.callbackUrl ?? ''}${cardPath}`, cardSecretOf(clientSecret));
        return;
      }
      const { timing } = options;
      stream = new StreamConnection({
        clientId, clientSecret, apiBase, http, logger, timing,
        now: () => clock.now(),
        onRobotMessage: data => receive(data, onMessage),
        onCardCallback: answerCard,
        onEvent: takeEvent,
      }); // prettier-ignore
      await stream.start();
    },
    putsOnCard: request => cards?.takes(request) ?? false,
    send,
    sendAlike,
    async change(request) {
      return cards?.change(request) ?? { outcome: 'not_sent', retryAfterMs: null, reason: '没有配置互动卡片模板' };
    },
    status() {
      const unstarted = { connected: false, since: null, lastFrameAt: null, lastError: null, notes: [] };
      const byCall = called && { ...unstarted, connected: true, since: called.since, lastFrameAt: called.lastAt };
      const { notes, ...status } = byCall ?? stream?.status() ?? unstarted;
      return { name, ...status, notes: [...notes, ...api.missingRights(), ...(cards?.notes() ?? [])] };
    },
    async stop() {
      called = null;
      await stream?.stop();
      await download.close();
      await uploads.close();
      await http.close();
    },
  };
}

function resultOf(outcome: ApiOutcome): SendResult {
  if (outcome.outcome !== 'not_sent') return outcome;
  return { outcome: 'not_sent', retryAfterMs: outcome.retryAfterMs, reason: outcome.reason };
}

/** Worth trying again when either way is, as soon as the first of them. */
function bothRefused(first: NotSent, second: NotSent): SendResult {
  const waits = [first.retryAfterMs, second.retryAfterMs].filter(ms => ms !== null);
  const retryAfterMs = waits.length === 0 ? null : Math.min(...waits);
  return { outcome: 'not_sent', retryAfterMs, reason: `${first.reason}；${second.reason}` };
}
