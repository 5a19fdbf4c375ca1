// How a send is answered when a fault is switched on: shown or not, answered or not.
import { type FaultSwitches, type SendFaultKind } from './fault-switches';
import { answer, apiError, type ApiAnswer } from './http-exchange';

export function rightMissing(right: string): ApiAnswer {
  return apiError(403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', '没有调用该接口的权限', {
    accessdenieddetail: { requiredScopes: [right] },
  });
}

/** By which call something is sent. */
export type Way = 'api' | 'webhook' | 'card' | 'change';

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

/** A send that is in order: shown and answered, unless a fault is switched on. */
export function finishSend(faults: FaultSwitches, by: Way, show: () => void, done: () => ApiAnswer): ApiAnswer {
  const fault = faults.takeSendFault(by === 'card' || by === 'change' ? by : 'message');
  if (fault === null || (typeof fault === 'string' && fault.startsWith('deliver-then'))) show();
  return fault === null ? done() : answerWithFault(fault, by);
}
