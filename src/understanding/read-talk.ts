// Short acts that are a whole message: yes, no, more, undo, help, who one is, what a group is to be.
import { type UnitNames } from '../directory/unit-names';
import { type Frame, type TalkContext } from './frames';
import { type MarkedText, shaped } from './marks';

const particles = '(?:了|吧|呀|啊|哈|哦|噢|呢|的|嘛|啦|谢谢|辛苦|[\\s.,!~?、。])*';
const please = '(?:请|麻烦|帮我|帮忙|给我|我要|我想|再|那就?|[\\s,、])*';
const whole = (...words: string[]): RegExp => shaped(`^${please}(?:${words.join('|')})${particles}$`);
/** These acts are short; longer messages are something else. */
const longest = 60;

const yes = whole(
  '是|是的|对|对的|对头|嗯+|恩|好|好的|行|可以|确认|确定|确认无误|确认提交|提交|没错|没问题|无误|属实|同意|是这样|就这样|记录?(?:上|下)?|[Oo][Kk]|[Yy](?:es)?',
  '(?:是|对|好|嗯|没错|无误)(?:的)?[,\\s]*(?:确认|确定|提交|记录?|就这样|没错|没问题)',
  '(?:确认|确定)(?:记录|提交|以上)?[,\\s]*(?:<tasks>)?',
);
const no = whole(
  '不|不是|不对|不行|否|错|错了|搞错了?|取消|不要|不用|不用了|不必|不记|不确认|不同意|作废|算了|[Nn]o?',
  '(?:先|暂时|暂)?(?:不要?|别|不用|不必|取消)(?:先)?(?:提交|记录?|确认|保存|登记|上报|发|报)(?:了)?(?:这个|这条)?',
  '(?:是|对|好)?(?:先)?(?:放弃|撤销|撤回|重来|重新来|重报|等等再说|再等等|等一下|缓一缓)',
  '不(?:是|对)[,\\s]*(?:取消|别记|不要提交|不要)?',
);
/** "不是45，是46": no to what was asked, and what is meant instead has to be said in full. */
const otherTask = shaped(
  '^不(?:是|对)[,\\s]*(?:<tasks>|<quantity>|<positions>)?[,\\s]*(?:应该?)?是(?:<tasks>|<positions>|第?\\d+(?:项|号)?)[\\s.!]*$',
);
const sorryAlone = whole(
  '(?:不好意思|抱歉|对不起|刚才|刚刚|我|上面|前面|那条|这条|\\s|,)*(?:报|说|发|填|写|搞|弄)错了',
);
const more = whole(
  '更多|还有呢|还有吗|继续(?:看)?|下一页|下页|翻页|看?(?:其余|剩下|剩余|后面|余下)(?:的)?(?:任务|\\d*项?)?|接着(?:看|来)?|往下(?:看)?|more',
);
const sorry =
  '(?:(?:不好意思|抱歉|对不起|刚才|刚刚|我|是|不对|上面|前面)*(?:报|说|发|填|写|搞|弄|看)?错了?[,;。.!\\s]*)?';
const undoLast = whole(
  `${sorry}(?:把|将)?(?:刚才|刚刚|那个|上一?条|上次|上一次|前面|最近|我|这条|那条|本次|这次)*(?:的|报的|发的|填的|那条|反馈的?|更新|上报|进度|记录|提交)*(?:撤回|撤销|撤掉|收回|回退)(?:刚才|刚刚|上一?条|上次|上一次|一下|掉|我|这条|那条|本次|这次|最近)*(?:的)?(?:反馈|更新|上报|进度|记录|提交|那条|一条|操作|内容|全部)*`,
  '取消(?:刚才|刚刚|上一?条|上次|上一次|本次|这次)(?:的)?(?:反馈|更新|上报|进度|记录|提交|操作)*',
);
const help = whole(
  '(?:使用|操作|查看|看)?(?:帮助|说明|指南|手册|教程|指令|命令|菜单|功能)(?:一下)?|使用(?:方法|说明|手册)|help|\\?',
  '(?:这个|你|机器人|督办助手|小助手|我|要|该|应该|想问|请问|一下|是|到底)*(?:怎么|如何|咋|怎样)(?:去|来|才能|样)?(?:用|使用|操作|反馈|上报|填报|报进度|报|更新进度|更新|查任务|查|查询|用你|登记|填|延期|申请延期|撤回|绑定|导出|改|更正|设置提醒|催办)(?:这个|我局|我们|<own>|本周)*(?:的)?(?:进度|进展|任务|情况|台账|数据|机器人|系统|你)?',
  '(?:<own>|本周|任务|进度|进展|完成情况|情况|延期|提醒|身份|单位|台账|反馈)(?:的)?(?:应该|该|要|是)?(?:怎么|如何|咋|怎样|在哪)(?:来|去)?(?:报|填|反馈|上报|填报|更新|查|看|申请|绑定|设置|改|导出|用|登记|弄)',
  '(?:这个|小助手|督办助手|机器人)?你?(?:都)?(?:能|会|可以)(?:帮我|帮我们)?(?:做|干|问|查|用)?(?:点|些)?(?:什么|啥|哪些事?|哪些)(?:事情?|功能)?|(?:你)?(?:都)?(?:有|支持)?(?:什么|哪些)(?:功能|命令|指令|用法)|(?:可以|能)问你?(?:什么|啥)',
);
const whoAmI = whole(
  '我是谁|我(?:是|属于|在)(?:哪|什么)(?:个|家)?(?:单位|部门|局|办|镇)?的?(?:人)?|(?:你)?(?:知道|认识|记得)?我是谁|我(?:绑|绑定|登记|注册)(?:的|了)?(?:是)?(?:哪|什么)(?:个|家)?(?:单位|局|部门|办)?|我(?:现在)?(?:有)?(?:绑定|绑|登记)(?:了)?(?:没有?|单位了?没有?|哪里|吗)|我(?:的)?(?:身份|角色|权限|绑定信息|登记信息|单位信息)(?:是什么|信息)?|我(?:现在)?(?:绑定|登记)的?(?:是)?(?:哪个|什么)?(?:单位|部门|身份)(?:是什么|是哪个)?',
  '(?:查|看)(?:一下|看|询)?我的?(?:身份|绑定|单位|信息|角色)',
);
const unbind = whole(
  '(?:把|将)?(?:我的?|我和)?(?:<own>|<unit>|单位|身份|账号)?(?:的)?(?:解绑|解除绑定|取消绑定)(?:我的?)?(?:<own>|<unit>|单位|身份|账号|绑定|登记)*',
  '(?:把|将)?(?:我的?)?(?:<own>|<unit>|单位|身份|账号)(?:的)?(?:绑定|登记)?(?:解除|注销|取消)|(?:解除|注销|取消)(?:我的?)?(?:<own>|<unit>|单位|身份|账号)(?:的)?(?:绑定|登记)?',
  '解绑|解除绑定|取消绑定|注销身份|解绑身份|我(?:已经?)?(?:调走|离职|退休|调离|离开<unit>)(?:了)?(?:请|帮我|[,\\s])*(?:解绑|解除绑定|取消绑定)|我(?:已经?)?不在<unit>(?:了|上班了)?',
);

const person = '(?<name>[\\p{Script=Han}]{2,4}(?:·[\\p{Script=Han}]{1,6})?)';
const post =
  '(?:的|里的)?(?:联络员|负责人|工作人员|干部|同志|科员|科长|主任|局长|副局长|经办人|办公室|科室|新来的|新任)*';
const bindings = [
  shaped(
    `^(?:大家好|你好|您好|各位好|领导好|[\\s,])*(?:我是|本人是|我叫|我来自|我在|绑定(?:身份|单位)?|登记|身份绑定)[\\s:]*<unit>${post}[\\s,]*(?:我?叫|名叫|姓名)?[\\s:]*${person}[\\s.!]*$`,
  ),
  shaped(
    `^(?:大家好|你好|您好|各位好|领导好|[\\s,])*(?:我是|本人是?|我叫|绑定|登记)[\\s:]*${person}[\\s,]+(?:我)?(?:是|在|来自|单位是?)?[\\s:]*<unit>${post}[\\s.!]*$`,
  ),
];
/** 我调到区司法局了: another unit from now on. */
const bindingByMove = shaped(
  '^(?:大家好|你好|您好|[\\s,]|现在|已经?|今天|<date>|起)*(?:我|本人)(?:已经?|刚|现在|<date>)*(?:调到|调至|调入|调动到|转到|换到|借调到|到|去)(?:了)?<unit>(?:工作|上班|任职|来)?(?:了)?(?:[,\\s]*(?:请|帮我|麻烦)*(?:改|更新|换|重新)?(?:绑定)?(?:一下|下)?(?:单位|身份|绑定)?)?[\\s.!]*$',
);
const bindingOfUnit = shaped(
  `^(?:大家好|你好|您好|[\\s,])*(?:我是|我来自|本人是?|我们是|我这边是|(?:请|帮我|把我|将我|我要|我想|身份|单位|重新)*(?:绑定|绑|登记|改绑|换绑|注册)(?:到|为|成|单位|身份|是|在|我)*|我在(?=<unit>(?:上班|工作)))[\\s:]*<unit>(?:的|上班|工作)*${post}(?:人)?[\\s.!]*$`,
);
const noName =
  /谁|什么|哪|吗|呢|任务|进度|完成|反馈|单位|本周|本月|群|负责|牵头|这边|那边|问|想|要|请|查|看|来|联络员|主任|局长|科长|同志/u;

const groupAct =
  /^(?:请|麻烦|帮我|帮忙|现在)*(?:(启用|开通|激活|启动)|(停用|关闭|停止|禁用))(?:一下)?(?:本|这个|该|此)?群(?:聊|组)?(?:提醒|机器人|督办|功能)?[\s.!]*$/u;
const groupBind = /^(?:请|把|将)*(?:本|这个|该|此)群(?:聊|组)?(?:绑定|关联|对应)(?:到|为|至|给|单位|成)*[\s:]*(.*)$/u;
const groupList =
  /^(?:请|把|将)*(?:本|这个|该|此)群(?:聊|组)?(?:的)?(?:清单|使用清单|用清单|绑定清单)(?:是|为|设为|改为|用)?[\s:]*(.*)$/u;

/** The act of a message that is nothing else, or null. */
export function readTalk(marked: MarkedText, names: UnitNames, talk: TalkContext | undefined): Frame | null {
  const text = marked.text.trim();
  if (text.length > longest) return null;
  const shape = marked.shape.trim();
  if (text === '') return null;
  return (
    readAnswer(marked, shape, talk) ??
    (undoLast.test(shape) ? { intent: 'undo' } : null) ??
    (talk?.last_update && sorryAlone.test(shape) ? { intent: 'clarify', about: 'unsure' } : null) ??
    (more.test(shape) ? { intent: 'more' } : null) ??
    readGroupSetup(text, names) ??
    readIdentity(marked, shape) ??
    (help.test(shape) ? { intent: 'help' } : null)
  );
}

/** Yes and no mean something only where the bot has asked. */
function readAnswer(marked: MarkedText, shape: string, talk: TalkContext | undefined): Frame | null {
  if (talk?.pending === undefined) return null;
  if (no.test(shape)) return { intent: 'deny' };
  if (otherTask.test(shape)) return { intent: 'clarify', about: 'unsure' };
  if (!yes.test(shape)) return null;
  const named = marked.within('tasks', 0, marked.text.length).flatMap(mark => mark.nos);
  const asked = talk.tasks ?? [];
  // "确认38" answers a question about 38 alone, and no other.
  if (named.length > 0 && !(named.length === asked.length && named.every(task => asked.includes(task))))
    return { intent: 'clarify', about: 'unsure' };
  return { intent: 'confirm' };
}

function readIdentity(marked: MarkedText, shape: string): Frame | null {
  if (whoAmI.test(shape)) return { intent: 'identity', action: 'whoami' };
  if (unbind.test(shape)) return { intent: 'identity', action: 'unbind' };
  const [unit] = marked.within('unit', 0, marked.text.length);
  if (!unit) return null;
  for (const form of bindings) {
    const name = form.exec(shape)?.groups?.['name'];
    if (name === undefined || noName.test(name)) continue;
    if (unit.unsure || unit.bySound) return { intent: 'clarify', about: 'which_unit', candidates: unit.names };
    return { intent: 'identity', action: 'bind', unit: unit.names[0] ?? '', name };
  }
  if (!bindingOfUnit.test(shape) && !bindingByMove.test(shape)) return null;
  if (unit.unsure || unit.bySound) return { intent: 'clarify', about: 'which_unit', candidates: unit.names };
  return { intent: 'identity', action: 'bind', unit: unit.names[0] ?? '' };
}

function readGroupSetup(text: string, names: UnitNames): Frame | null {
  const act = groupAct.exec(text);
  if (act) return { intent: 'group_setup', action: act[1] ? 'enable' : 'disable' };
  const list = groupList.exec(text);
  if (list) return withTarget('list', cleanTarget(list[1] ?? ''));
  const bind = groupBind.exec(text);
  if (!bind) return null;
  const target = cleanTarget(bind[1] ?? '');
  if (/^(?:全区|全县|全市|所有单位|各单位)$/u.test(target)) return withTarget('bind', '全区');
  const resolved = names.resolve(target);
  if (resolved.kind === 'unit' && resolved.how !== 'sound') return withTarget('bind', resolved.name);
  if (resolved.kind === 'unit') return { intent: 'clarify', about: 'which_unit', candidates: [resolved.name] };
  if (resolved.kind === 'ask') return { intent: 'clarify', about: 'which_unit', candidates: resolved.candidates };
  return { intent: 'group_setup', action: 'bind', ...(target === '' ? {} : { unknownTarget: target }) };
}

function withTarget(action: 'bind' | 'list', target: string): Frame {
  return { intent: 'group_setup', action, ...(target === '' ? {} : { target }) };
}

function cleanTarget(target: string): string {
  return target.replace(/^["“「]|["”」]$/gu, '').replace(/[\s.!。]+$/gu, '').trim(); // prettier-ignore
}
