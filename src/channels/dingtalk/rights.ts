// The rights (权限) an administrator grants the app: which call needs which, which are missing, and where to click.

/** What the platform's console calls a right. */
const titles: Readonly<Record<string, string>> = {
  qyapi_robot_sendmsg: '企业内机器人发送消息权限',
  'Card.Instance.Write': '互动卡片实例写权限',
  qyapi_get_member: '成员信息读权限',
  qyapi_get_department_list: '通讯录部门信息读权限',
};

/** The right a call needs, for answers that name none. */
const rightOfCall: Readonly<Record<string, string>> = {
  '/v1.0/robot/groupMessages/send': 'qyapi_robot_sendmsg',
  '/v1.0/robot/oToMessages/batchSend': 'qyapi_robot_sendmsg',
  '/v1.0/robot/messageFiles/download': 'qyapi_robot_sendmsg',
  '/v1.0/card/instances/createAndDeliver': 'Card.Instance.Write',
  '/v1.0/card/instances': 'Card.Instance.Write',
  '/v1.0/card/callbacks/register': 'Card.Instance.Write',
  '/v1.0/robot/groupMessages/recall': 'qyapi_robot_sendmsg',
  '/v1.0/robot/otoMessages/batchRecall': 'qyapi_robot_sendmsg',
  '/topapi/v2/user/get': 'qyapi_get_member',
  '/topapi/v2/department/get': 'qyapi_get_department_list',
};

const nameShape = /^[\w.]{1,80}$/;

/** One sentence for an administrator: what is missing, where to grant it. */
function grantAdvice(rights: readonly string[]): string {
  const named = rights.map(right => (titles[right] === undefined ? right : `${right}（${titles[right]}）`)).join('、');
  return `应用缺少权限：请管理员登录 open-dev.dingtalk.com，在本应用的“权限管理”中搜索并开通 ${named}，再到“版本管理与发布”重新发布`;
}

/**
 * What to do about a refusal for want of a right; null when nothing is known.
 * @param named - the rights the answer names; where it names none, the one the call is known to need counts
 * @param code - the answer's own code
 */
export function adviceOnRefusal(path: string, named: readonly string[], code: string): string | null {
  if (/IpNotInWhiteList/i.test(code))
    return '本机的出口 IP 不在应用的白名单内：请管理员登录 open-dev.dingtalk.com，在本应用的“安全设置”中把它加入“服务器出口IP”';
  const known = rightOfCall[path];
  const rights = named.length > 0 ? named : known === undefined ? [] : [known];
  return rights.length === 0 ? null : grantAdvice(rights);
}

/** The rights named in an answer, as far as they are written like names. */
export function rightsNamed(scopes: unknown): string[] {
  if (!Array.isArray(scopes)) return [];
  return scopes.filter((one): one is string => typeof one === 'string' && nameShape.test(one));
}

/** Remembers which rights were found missing, until a call that needs them succeeds. */
export class MissingRights {
  private readonly byCall = new Map<string, string>();

  /** @param onMissing - told once per call and sentence, until the call works again */
  constructor(private readonly onMissing: (advice: string) => void = () => undefined) {}

  refused(path: string, advice: string): void {
    if (this.byCall.get(path) === advice) return;
    this.byCall.set(path, advice);
    this.onMissing(advice);
  }

  worked(path: string): void {
    this.byCall.delete(path);
  }

  /** Sentences for an administrator; none when nothing is missing. */
  advice(): string[] {
    return [...new Set(this.byCall.values())];
  }
}
