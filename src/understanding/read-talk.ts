// Short acts that are a whole message: yes, no, more, undo, help, who one is, what a group is to be.
import { type UnitNames } from '../directory/unit-names';
import { type Frame, type TalkContext } from './frames';
import { type MarkedText, shaped } from './marks';

const particles = '(?:了|吧|呀|啊|哈|哦|噢|呢|的|嘛|啦|谢谢|谢了|辛苦了?|[\\s.,!~?、。])*';
const please = '(?:请|麻烦|帮我|帮忙|给我|我要|我想|再|那就?|[\\s,、])*';
const whole = (...words: string[]): RegExp => shaped(`^${please}(?:${words.join('|')})${particles}$`);

const yes = whole(
  '是|是的|对|对的|对头|嗯+|恩|好|好的|行|可以|确认|确定|确认无误|确认提交|提交|没错|没问题|无误|属实|同意|是这样|就这样|记录?(?:上|下)?|[Oo][Kk]|[Yy](?:es)?',
  '(?:是|对|好|嗯|没错|无误)(?:的)?[,\\s]*(?:确认|确定|提交|记录?|就这样|没错|没问题)',
  '(?:确认|确定)(?:记录|提交|以上)?[,\\s]*(?:<tasks>)?',
);
const no = whole(
  '不|不是|不对|不行|否|错|错了|搞错了?|取消|不要|不用|不用了|不必|不记|不确认|不同意|作废|算了|[Nn]o?',
  '(?:先|暂时|暂)?(?:不要?|别|不用|不必|取消)(?:先)?(?:提交|记录?|确认|保存|登记|上报)',
  '不(?:是|对)[,\\s]*(?:取消|别记|不要提交|不要)?',
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
  '(?:这个|你|机器人|督办助手)?(?:怎么|如何|咋)(?:用|使用|操作|反馈|上报|填报|报进度|报|更新进度|更新|查任务|查|查询|用你)(?:进度|任务|进展)?',
  '你(?:能|会|可以|都能|都会)(?:做|干|帮我做)?(?:些)?(?:什么|啥|哪些事?)|(?:有)?(?:什么|哪些)功能',
);
const whoAmI = whole(
  '我是谁|我是哪个(?:单位|部门|局)的?|我(?:的)?(?:身份|角色|权限|绑定信息|登记信息|单位信息)(?:是什么|信息)?|我(?:现在)?(?:绑定|登记)的?(?:是)?(?:哪个|什么)?(?:单位|部门|身份)(?:是什么|是哪个)?',
  '(?:查|看)(?:一下|看|询)?我的?(?:身份|绑定|单位|信息|角色)',
);
const unbind = whole('解绑|解除绑定|取消绑定|注销身份|解绑身份|我(?:已经?)?不在<unit>(?:了|上班了)?');

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
const bindingOfUnit = shaped(
  `^(?:大家好|你好|您好|[\\s,])*(?:我是|我来自|绑定(?:单位|到)?)[\\s:]*<unit>(?:的)?${post}(?:人)?[\\s.!]*$`,
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
  const shape = marked.shape.trim();
  if (text === '') return null;
  return (
    readAnswer(marked, shape, talk) ??
    (undoLast.test(shape) ? { intent: 'undo' } : null) ??
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
  if (!bindingOfUnit.test(shape)) return null;
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
