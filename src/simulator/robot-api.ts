// The HTTP side of the local DingTalk: tokens, sending to groups and people, session webhooks.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { SentCards } from './sent-cards';
import { type ChatWorld, type GatewayApp } from './chat-world';
import { getDepartment, getUser, listParentDepartments } from './contacts-api';
import { type FaultSwitches, type SendFaultKind } from './fault-switches';
import { answer, apiError, oapiAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';
import { type SentFiles } from './sent-files';
import { readMsgParam, readWebhookBody, type SentBody } from './sent-message';

const tokenSeconds = 7200;
const webhookMs = 5_400_000;
const longestWebhookBody = 20_000;
const mostUsers = 20;

const credentials = z.object({ appKey: z.string(), appSecret: z.string() });
const groupSend = z.object({
  openConversationId: z.string(),
  robotCode: z.string().optional(),
  msgKey: z.unknown(),
  msgParam: z.unknown(),
});
const peopleSend = z.object({
  userIds: z.array(z.string()),
  robotCode: z.string().optional(),
  msgKey: z.unknown(),
  msgParam: z.unknown(),
});

const recallBody = z.object({ robotCode: z.string(), processQueryKeys: z.array(z.string()).min(1).max(20) });

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function rightMissing(right: string): ApiAnswer {
  return apiError(403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', '没有调用该接口的权限', {
    accessdenieddetail: { requiredScopes: [right] },
  });
}

type Way = 'api' | 'webhook' | 'card' | 'change';

/** What was sent, kept or lost, and answered or not, when a fault is switched on. */
function answerWithFault(fault: SendFaultKind, by: Way): ApiAnswer {
  if (fault === 'timeout' || fault === 'deliver-then-timeout') return 'hang';
  if (fault === 'reset' || fault === 'deliver-then-reset') return 'reset';
  if (fault === 'too-fast')
    return by === 'webhook'
      ? answer(200, { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' })
      : apiError(403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', '请求过于频繁，请稍后再试');
  if (fault === 429) return apiError(429, 'TooManyRequests', '请求过于频繁，请稍后再试');
  if (fault === 403)
    return rightMissing(by === 'card' || by === 'change' ? 'Card.Instance.Write' : 'qyapi_robot_sendmsg');
  const status = fault === 'deliver-then-504' ? 504 : fault;
  return apiError(status, status === 504 ? 'GatewayTimeout' : 'ServiceUnavailable', '服务暂不可用');
}

/** Everything that is called by HTTP, apart from opening a Stream connection. */
export class RobotApi {
  readonly cards: SentCards;
  private readonly tokens = new Map<string, { app: GatewayApp; until: number }>();
  private readonly webhooks = new Map<string, { conversationId: string; robotCode: string; until: number }>();

  constructor(
    private readonly world: ChatWorld,
    private readonly faults: FaultSwitches,
    private readonly files: SentFiles,
  ) {
    this.cards = new SentCards(world);
  }

  /** @returns null when there is no such call */
  async handle(request: ApiRequest): Promise<ApiAnswer | null> {
    switch (`${request.method} ${request.path}`) {
      case 'POST /v1.0/oauth2/accessToken':
        return this.issueToken(request);
      case 'GET /gettoken':
        return this.issueOldToken(request);
      case 'POST /v1.0/robot/groupMessages/send':
        return this.withApp(request, 'qyapi_robot_sendmsg', app => this.sendToGroup(app, request));
      case 'POST /v1.0/robot/oToMessages/batchSend':
        return this.withApp(request, 'qyapi_robot_sendmsg', app => this.sendToPeople(app, request));
      case 'POST /v1.0/robot/messageFiles/download':
        return this.withApp(request, 'qyapi_robot_sendmsg', app => this.openFile(app, request));
      case 'POST /v1.0/card/instances/createAndDeliver':
        return this.withApp(request, 'Card.Instance.Write', app => this.sendCard(app, request));
      case 'POST /v1.0/card/instances':
        return this.withApp(request, 'Card.Instance.Write', app => this.cards.create(app, request.body));
      case 'PUT /v1.0/card/instances':
        return this.withApp(request, 'Card.Instance.Write', () => this.changeCard(request));
      case 'POST /v1.0/card/callbacks/register':
        return this.withApp(request, 'Card.Instance.Write', () => answer(200, { success: true, result: request.body }));
      case 'POST /v1.0/robot/groupMessages/recall':
      case 'POST /v1.0/robot/otoMessages/batchRecall':
        return this.withApp(request, 'qyapi_robot_sendmsg', app => this.recall(app, request));
      case 'POST /media/upload':
        return this.withOldToken(request, 'media', () => this.files.upload(request));
      case 'POST /robot/sendBySession':
        return this.sendBySession(request);
      case 'POST /topapi/v2/user/get':
        return this.withOldToken(request, 'qyapi_get_member', () => getUser(this.world, request));
      case 'POST /topapi/v2/department/get':
        return this.withOldToken(request, 'qyapi_get_department_list', () => getDepartment(this.world, request));
      case 'POST /topapi/v2/department/listparentbyuser':
        return this.withOldToken(request, 'qyapi_get_department_list', () =>
          listParentDepartments(this.world, request),
        );
      default:
        return request.method === 'GET' ? this.files.serve(request.path) : null;
    }
  }

  /** Tokens live on the system's clock, not on the turned one: turning to the next morning signs nobody out. */
  private tokenFor(app: GatewayApp): string {
    const until = Date.now() + tokenSeconds * 1000;
    for (const [token, known] of this.tokens)
      if (known.app === app && known.until > Date.now()) {
        known.until = until;
        return token;
      }
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, { app, until });
    return token;
  }

  /** Every token given out so far is refused from now on. */
  expireTokens(): void {
    this.tokens.clear();
  }

  private findApp(key: string, secret: string): GatewayApp | undefined {
    return this.world.apps.find(app => app.clientId === key && same(secret, app.clientSecret));
  }

  private issueToken(request: ApiRequest): ApiAnswer {
    const body = credentials.safeParse(request.body);
    const app = body.success ? this.findApp(body.data.appKey, body.data.appSecret) : undefined;
    if (!app) return apiError(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
    return answer(200, { accessToken: this.tokenFor(app), expireIn: tokenSeconds });
  }

  private issueOldToken(request: ApiRequest): ApiAnswer {
    const app = this.findApp(request.query.get('appkey') ?? '', request.query.get('appsecret') ?? '');
    if (!app) return oapiAnswer(40089, '不合法的corpid或corpsecret');
    return answer(200, { errcode: 0, errmsg: 'ok', access_token: this.tokenFor(app), expires_in: tokenSeconds });
  }

  private appOf(token: string | undefined): GatewayApp | null {
    const known = this.tokens.get(token ?? '');
    return known && known.until > Date.now() ? known.app : null;
  }

  /** The platform looks at the token first, then at the right, then at the request. */
  private withApp(request: ApiRequest, right: string, act: (app: GatewayApp) => ApiAnswer): ApiAnswer {
    const token = request.headers['x-acs-dingtalk-access-token'];
    const app = this.appOf(typeof token === 'string' ? token : undefined);
    if (!app) return apiError(400, 'InvalidAuthentication', '不合法的access_token');
    return this.faults.isDenied(right) ? rightMissing(right) : act(app);
  }

  private withOldToken(request: ApiRequest, right: string, act: () => ApiAnswer): ApiAnswer {
    if (!this.appOf(request.query.get('access_token') ?? undefined)) return oapiAnswer(40014, '不合法的access_token');
    return this.faults.isDenied(right) ? oapiAnswer(60011, '没有调用该接口的权限') : act();
  }

  /** A send that is in order: shown and answered, unless a fault is switched on. */
  private finish(show: () => void, done: () => ApiAnswer, by: Way = 'api'): ApiAnswer {
    const fault = this.faults.takeSendFault(by === 'card' || by === 'change' ? by : 'message');
    if (fault === null || (typeof fault === 'string' && fault.startsWith('deliver-then'))) show();
    return fault === null ? done() : answerWithFault(fault, by);
  }

  private show(
    app: GatewayApp,
    conversationId: string,
    body: SentBody,
    providerKey: string | null,
    mentions: string[] = [],
  ): void {
    const message = this.world.show({
      conversationId,
      from: { staffId: null, robotCode: app.robotCode, name: app.robotName },
      ...body,
      quotedId: null,
      providerKey,
      mentions,
      pushedTo: null,
    });
    this.world.events.emit({ kind: 'message', message });
  }

  private robotCodeFault(app: GatewayApp, robotCode: string | undefined): ApiAnswer | null {
    if (robotCode === undefined || robotCode === '')
      return apiError(400, 'invalidParameter.robotCode.empty', 'robotCode不能为空');
    if (robotCode === app.robotCode) return null;
    return this.world.apps.some(other => other.robotCode === robotCode)
      ? apiError(400, 'invalidParameter.robotCode.auth', '应用没有该机器人的权限')
      : apiError(400, 'invalidParameter.robotCode.notExsit', '机器人不存在');
  }

  private recall(app: GatewayApp, request: ApiRequest): ApiAnswer {
    const body = recallBody.safeParse(request.body);
    if (!body.success) return apiError(400, 'invalidParameter.processQueryKeys.invalid', '无效的processQueryKeys');
    const fault = this.robotCodeFault(app, body.data.robotCode);
    if (fault) return fault;
    const successResult = body.data.processQueryKeys.filter(key => this.world.recall(key, app.robotCode));
    const others = body.data.processQueryKeys.filter(key => !successResult.includes(key));
    return answer(200, {
      successResult,
      failedResult: Object.fromEntries(others.map(key => [key, 'robot.processQueryKey.invalid'])),
    });
  }

  private openFile(app: GatewayApp, request: ApiRequest): ApiAnswer {
    const { robotCode } = (request.body ?? {}) as { robotCode?: string };
    const fault = this.robotCodeFault(app, robotCode);
    return fault ?? this.files.openAddress(`http://${request.headers.host ?? ''}`, request.body);
  }

  private changeCard(request: ApiRequest): ApiAnswer {
    const read = this.cards.readChange(request.body);
    if ('refused' in read) return read.refused;
    return this.finish(read.change, () => answer(200, { success: true, result: true }), 'change');
  }

  private sendCard(app: GatewayApp, request: ApiRequest): ApiAnswer {
    if (this.faults.templateGone) return apiError(400, 'param.templateNotExist', '卡片模板不存在');
    const read = this.cards.read(app, request.body);
    if ('refused' in read) return read.refused;
    return this.finish(
      () => {
        this.world.events.emit({ kind: 'message', message: this.cards.show(app, read) });
      },
      () => this.cards.answerFor(read),
      'card',
    );
  }

  private sendToGroup(app: GatewayApp, request: ApiRequest): ApiAnswer {
    const body = groupSend.safeParse(request.body);
    if (!body.success) return apiError(400, 'invalid.openConversationId', '无效的openConversationId');
    const fault = this.robotCodeFault(app, body.data.robotCode);
    if (fault) return fault;
    const sent = readMsgParam(body.data.msgKey, body.data.msgParam);
    if ('code' in sent) return apiError(400, sent.code, sent.message);
    const { openConversationId } = body.data;
    if (!this.world.findGroup(openConversationId))
      return apiError(400, 'invalid.openConversationId', '无效的openConversationId');
    const processQueryKey = randomBytes(24).toString('base64url');
    return this.finish(
      () => {
        this.show(app, openConversationId, sent, processQueryKey);
      },
      () => answer(200, { processQueryKey }),
    );
  }

  private sendToPeople(app: GatewayApp, request: ApiRequest): ApiAnswer {
    const body = peopleSend.safeParse(request.body);
    if (!body.success || body.data.userIds.length === 0)
      return apiError(400, 'invalidParameter.userIds.invalid', '无效的userIds');
    if (body.data.userIds.length > mostUsers)
      return apiError(400, 'invalidParameter.userIds.tooMany', 'userIds超过上限20');
    const fault = this.robotCodeFault(app, body.data.robotCode);
    if (fault) return fault;
    const sent = readMsgParam(body.data.msgKey, body.data.msgParam);
    if ('code' in sent) return apiError(400, sent.code, sent.message);
    const processQueryKey = randomBytes(24).toString('base64url');
    const invalidStaffIdList = body.data.userIds.filter(id => !this.world.findPerson(id));
    return this.finish(
      () => {
        for (const id of new Set(body.data.userIds)) {
          const person = this.world.findPerson(id);
          if (person) this.show(app, this.world.privateChat(person, app.robotCode).id, sent, processQueryKey);
        }
      },
      () => answer(200, { processQueryKey, invalidStaffIdList, flowControlledStaffIdList: [] }),
    );
  }

  /**
   * A reply address for one conversation, good for 90 minutes of the gateway's clock.
   * @param baseUrl - where this gateway is reached
   */
  openWebhook(baseUrl: string, conversationId: string, robotCode: string): { url: string; until: number } {
    const session = randomBytes(16).toString('hex');
    const until = this.world.clock.now().getTime() + webhookMs;
    this.webhooks.set(session, { conversationId, robotCode, until });
    return { url: `${baseUrl}/robot/sendBySession?session=${session}`, until };
  }

  private sendBySession(request: ApiRequest): ApiAnswer {
    const session = this.webhooks.get(request.query.get('session') ?? '');
    const now = this.world.clock.now().getTime();
    if (!session || this.faults.webhooksExpired || session.until <= now)
      return answer(200, { errcode: 300001, errmsg: 'session 不存在' });
    if (Buffer.byteLength(JSON.stringify(request.body ?? null)) > longestWebhookBody)
      return answer(200, { errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' });
    const read = readWebhookBody(request.body);
    const app = this.world.apps.find(one => one.robotCode === session.robotCode);
    if (!read || !app) return answer(200, { errcode: 40035, errmsg: '不合法的参数' });
    return this.finish(
      () => {
        if (!read.body) return;
        // Whoever is @-ed appears by name, and only where the words say "@<user id>"; an action card needs no more than the words.
        const named =
          read.body.buttons.length > 0
            ? this.world.people
                .map(person => person.staffId)
                .filter(id => new RegExp(`@${id}\\b`, 'u').test(read.body?.text ?? ''))
            : read.atUserIds;
        const mentions = named.filter(id => read.body?.text.includes(`@${id}`));
        const byName = (words: string): string =>
          mentions.reduce((text, id) => text.replaceAll(`@${id}`, `@${this.world.findPerson(id)?.name ?? id} `), words);
        const { text, markdown } = read.body;
        this.show(
          app,
          session.conversationId,
          { ...read.body, text: byName(text), markdown: markdown === null ? null : byName(markdown) },
          null,
          mentions,
        );
      },
      () => answer(200, { errcode: 0, errmsg: 'ok' }),
      'webhook',
    );
  }
}
