// The HTTP side of the local DingTalk: sending to groups and people, session webhooks.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AccessTokens } from './access-tokens';
import { type ChatWorld, type GatewayApp } from './chat-world';
import { getDepartment, getUser, listParentDepartments } from './contacts-api';
import { type FaultSwitches } from './fault-switches';
import { answer, apiError, oapiAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';
import { finishSend, rightMissing, type Way } from './send-answer';
import { SentCards } from './sent-cards';
import { type SentFiles } from './sent-files';
import { readMsgParam, readWebhookBody, type SentBody } from './sent-message';

const webhookMs = 5_400_000;
const longestWebhookBody = 20_000;
const mostUsers = 20;

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

/** Everything that is called by HTTP, apart from opening a Stream connection. */
export class RobotApi {
  readonly cards: SentCards;
  readonly tokens: AccessTokens;
  private readonly webhooks = new Map<string, { conversationId: string; robotCode: string; until: number }>();

  constructor(
    private readonly world: ChatWorld,
    private readonly faults: FaultSwitches,
    private readonly files: SentFiles,
  ) {
    this.cards = new SentCards(world);
    this.tokens = new AccessTokens(world.apps);
  }

  /** @returns null when there is no such call */
  async handle(request: ApiRequest): Promise<ApiAnswer | null> {
    switch (`${request.method} ${request.path}`) {
      case 'POST /v1.0/oauth2/accessToken':
        return this.tokens.issueToken(request);
      case 'GET /gettoken':
        return this.tokens.issueOldToken(request);
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

  /** The platform looks at the token first, then at the right, then at the request. */
  private withApp(request: ApiRequest, right: string, act: (app: GatewayApp) => ApiAnswer): ApiAnswer {
    const token = request.headers['x-acs-dingtalk-access-token'];
    const app = this.tokens.appOf(typeof token === 'string' ? token : undefined);
    if (!app) return apiError(400, 'InvalidAuthentication', '不合法的access_token');
    return this.faults.isDenied(right) ? rightMissing(right) : act(app);
  }

  private withOldToken(request: ApiRequest, right: string, act: () => ApiAnswer): ApiAnswer {
    if (!this.tokens.appOf(request.query.get('access_token') ?? undefined))
      return oapiAnswer(40014, '不合法的access_token');
    return this.faults.isDenied(right) ? oapiAnswer(60011, '没有调用该接口的权限') : act();
  }

  private finish(show: () => void, done: () => ApiAnswer, by: Way = 'api'): ApiAnswer {
    return finishSend(this.faults, by, show, done);
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
