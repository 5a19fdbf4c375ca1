// What an operator can get wrong at DingTalk, found out without sending anything and without taking a message from the bot that runs.
import { messageOf } from '../../errors';
import { newId } from '../../ids';
import { DingtalkApi, type ProbeResult } from './api';
import { BoundedHttp, usualLimits } from './bounded-http';
import { cardPaths } from './card-api';
import { eventPath } from './event-callback';
import { callbackPath } from './http-callback';
import { readBase } from './reply-url';
import { askGateway } from './stream-gateway';

export interface DingtalkFinding {
  what: string;
  ok: boolean;
  /** What was found; for a fault also where to click. */
  note: string;
}

export interface DingtalkAccess {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  apiBase: string;
  oapiBase: string;
  byCallback?: boolean;
  cardTemplateId?: string | null;
  callbackUrl?: string | null;
  events?: object | null;
}

/** No conversation, person or message is named by these, so that the calls can do nothing. */
const nobody = 'duban-doctor-probe';

/** Each right of the app, tried by a call that is refused for its request once it has passed the right. */
const rightProbes: { what: string; right: string; path: string; body: (robotCode: string) => object; oapi?: true }[] = [
  {
    what: '权限：发群消息',
    right: 'qyapi_robot_sendmsg',
    path: '/v1.0/robot/groupMessages/send',
    body: robotCode => ({ robotCode, openConversationId: nobody, msgKey: 'sampleText', msgParam: '{"content":"x"}' }),
  },
  {
    what: '权限：发单聊消息',
    right: 'qyapi_robot_sendmsg',
    path: '/v1.0/robot/oToMessages/batchSend',
    body: robotCode => ({ robotCode, userIds: [], msgKey: 'sampleText', msgParam: '{"content":"x"}' }),
  },
  {
    what: '权限：读成员',
    right: 'qyapi_get_member',
    path: '/topapi/v2/user/get',
    body: () => ({ userid: nobody }),
    oapi: true,
  },
  {
    what: '权限：读部门',
    right: 'qyapi_get_department_list',
    path: '/topapi/v2/department/get',
    body: () => ({ dept_id: 1 }),
    oapi: true,
  },
];

/**
 * Walks through credentials, rights, robot and Stream. Asks for a Stream ticket and does not use it: no connection, no message taken.
 * Faults are findings, never errors.
 */
export async function examineDingtalk(access: DingtalkAccess): Promise<DingtalkFinding[]> {
  const http = new BoundedHttp({ ...usualLimits, totalMs: 5_000 });
  try {
    const apiBase = readBase('DINGTALK_API_BASE', access.apiBase);
    const oapiBase = readBase('DINGTALK_OAPI_BASE', access.oapiBase);
    const api = new DingtalkApi({ ...access, apiBase, oapiBase, http });
    const credentials = await examineCredentials(api);
    const rights = credentials.ok ? await examineRights(api, access.robotCode) : [];
    const receiving = access.byCallback ? callbackFinding : await examineStream(http, { ...access, apiBase });
    const card = credentials.ok ? await examineCard(api, access) : [];
    return [credentials, ...rights, receiving, ...card, examineEvents(access)];
  } catch (thrown) {
    return [{ what: '钉钉', ok: false, note: messageOf(thrown) }];
  } finally {
    await http.close();
  }
}

const callbackFinding: DingtalkFinding = {
  what: 'HTTP 回调',
  ok: true,
  note: `消息接收地址须填为本服务的公网 https 地址加 ${callbackPath}，由反向代理转到本服务`,
};

async function examineCredentials(api: DingtalkApi): Promise<DingtalkFinding> {
  const problem = await api.tokenProblem();
  if (problem === null) return { what: '钉钉凭证', ok: true, note: '已取得访问凭证' };
  const advice = problem.unreachable
    ? '请检查网络：须能访问 api.dingtalk.com:443'
    : '请在 open-dev.dingtalk.com 本应用的“凭证与基础信息”中核对 Client ID 和 Client Secret';
  return { what: '钉钉凭证', ok: false, note: `${problem.reason}，${advice}` };
}

async function examineRights(api: DingtalkApi, robotCode: string): Promise<DingtalkFinding[]> {
  const findings: DingtalkFinding[] = [];
  const robot: DingtalkFinding = { what: '机器人', ok: true, note: 'robotCode 可用' };
  for (const { what, right, path, body, oapi } of rightProbes) {
    const result = await api.probe(path, body(robotCode), oapi ? 'oapi' : 'api');
    findings.push({ what, ok: result.granted === true, note: noteOf(result, right) });
    if (/robotCode|bot\.stopped/i.test(result.code)) {
      robot.ok = false;
      robot.note = `${result.code}：请核对 DINGTALK_ROBOT_CODE，并在“应用能力 → 机器人”中启用机器人、消息接收模式选 Stream、发布`;
    }
  }
  return [...findings, robot];
}

function noteOf({ granted, reason }: ProbeResult, right: string): string {
  if (granted === true) return `${right} 已开通`;
  return granted === false ? reason : `没有查到 ${right} 是否开通：${reason}`;
}

const cardSteps = '见 docs/dingtalk-setup.md 的“互动卡片”';

/** Makes a card that is delivered to nobody: the platform looks at the right, then at the template. */
async function examineCard(api: DingtalkApi, access: DingtalkAccess): Promise<DingtalkFinding[]> {
  const what = '卡片模板';
  const { cardTemplateId, byCallback, callbackUrl } = access;
  if (!cardTemplateId) return [{ what, ok: true, note: `没有配置，提醒用普通卡片；要在卡片上直接办理，${cardSteps}` }];
  if (byCallback && !callbackUrl)
    return [
      {
        what,
        ok: false,
        note: '已配置模板，但没有设 DINGTALK_CALLBACK_URL，按钮的回调无处可到，卡片不会使用：请填钉钉能访问的本服务 https 地址',
      },
    ];
  const body = {
    cardTemplateId,
    outTrackId: `duban-doctor-${newId()}`,
    callbackType: 'STREAM',
    cardData: { cardParamMap: {} },
  };
  const { granted, code, reason } = await api.probe(
    cardPaths.create,
    {
      ...body,
      imGroupOpenSpaceModel: { supportForward: false },
    },
    'api',
  );
  const right: DingtalkFinding = {
    what: '权限：互动卡片',
    ok: granted === true,
    note:
      granted === false
        ? reason
        : granted
          ? 'Card.Instance.Write 已开通'
          : `没有查到 Card.Instance.Write 是否开通：${reason}`,
  };
  if (granted !== true) return [right];
  const trouble = /template/i.test(code) ? templateTrouble(code) : null;
  return [right, { what, ok: trouble === null, note: trouble ?? '可用' }];
}

function templateTrouble(code: string): string {
  const what = /Unpublished/i.test(code) ? '模板还没有发布' : '模板不存在，或不是在本应用下新建的';
  return `${what}（${code}）：请在 open-dev.dingtalk.com/fe/card 核对 DINGTALK_CARD_TEMPLATE，模板须关联本应用并发布，${cardSteps}`;
}

function examineEvents({ events, byCallback }: DingtalkAccess): DingtalkFinding {
  const what = '通讯录事件';
  if (events) return { what, ok: true, note: `HTTP 推送的请求网址须填为本服务的公网 https 地址加 ${eventPath}` };
  const stream =
    '可选：在“事件订阅”选 Stream 模式推送，勾选通讯录的用户变更、离职和部门变更，人员调动当时就生效；不订阅则十分钟内生效';
  const http =
    '可选：在“事件订阅”选 HTTP 推送，并设 DINGTALK_EVENT_TOKEN 和 DINGTALK_EVENT_AES_KEY；不订阅则十分钟内生效';
  return { what, ok: true, note: byCallback ? http : stream };
}

async function examineStream(http: BoundedHttp, access: DingtalkAccess): Promise<DingtalkFinding> {
  const { apiBase, clientId, clientSecret } = access;
  const subscriptions = [{ type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' }];
  try {
    await askGateway(http, { apiBase, clientId, clientSecret, ua: 'duban-doctor', subscriptions });
    return { what: 'Stream 连接', ok: true, note: '可以建立' };
  } catch (thrown) {
    const advice =
      '请在“应用能力 → 机器人”把消息接收模式选为 Stream 并发布应用；防火墙须放行 api.dingtalk.com 和 wss-open-connection.dingtalk.com 的 443 端口';
    return { what: 'Stream 连接', ok: false, note: `${messageOf(thrown)}，${advice}` };
  }
}
