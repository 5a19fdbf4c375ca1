// Short acts that are a whole message: yes, no, more, undo, help, who one is, what a group is to be.
import { type UnitNames } from '../directory/unit-names';
import { type Frame, type TalkContext } from './frames';
import { type MarkedText, shaped } from './marks';
import { readIdentity } from './read-identity';
import { wholeMessage } from './talk-words';

/** These acts are short; longer messages are something else. */
const longest = 60;

/** Several of these in a row, with the sounds between them: 嗯嗯是的, 对，就这么记, 没错，就是这个. */
const inRow = (atom: string): string => `(?:(?:${atom})(?:的|啊|呀|呐|呢|了|吧|哈|哒|[,\\s。.!~])*)+`;
const yesWord =
  '是(?:这样|这么回事)?|对|好|行|嗯|恩|中|成|可以|要得|得行|确认|确定|提交|没有?错|没问题|没毛病|没有问题|无误|属实|准确|正确|同意|无异议|[Oo][Kk]';
const noWord =
  '不(?:是|对|行|要|用|必|同意|确认|提交|记|算数?|准|好)?|错|(?:搞|弄|记|报|说|写|填|发|打|看|整)错|取消|算(?:了|球)|作[废罢]|打住|撤(?:销|回|掉|下来?)?(?=$|[了吧,\\s。])|收回|别|莫|等等|等一下|慢着|停|否|哎|还是|先|放着|放一放|这个|这条|它|掉';
const recordVerb = '(?:记录?|登记|填|报|上报|提交|交|办|来|确认|保存|发)';
const yes = wholeMessage(
  inRow(yesWord),
  `(?:${inRow(yesWord)})?(?:就|请|帮我|给我)*(?:(?:这么|这样|照这样|照此|按这个|照这个|按此)${recordVerb}?|是(?:这个|这样|这么回事|它))`,
  `${inRow(yesWord)}(?:就|请|帮我|给我)*${recordVerb}(?:上|下|下来|一下)?`,
  '是|是的|对|对的|对头|嗯+|恩|好|好的|行|可以|确认|确定|确认无误|确认提交|提交|没错|没问题|无误|属实|同意|是这样|就这样|记录?(?:上|下)?|[Oo][Kk]|[Yy](?:es)?',
  '(?:是|对|好|嗯|没错|无误|可以|行|没问题)(?:的)?[,\\s]*(?:确认|确定|提交|记录?|就这样(?:记录?|提交|吧)?|没错|没问题)',
  '(?:确认|确定)(?:记录|提交|以上)?[,\\s]*(?:<tasks>)?',
);
const no = wholeMessage(
  `(?=[不错搞弄记报说写填发打看整取算作撤收别莫等慢停否哎先放还这])${inRow(noWord)}(?:(?:不要?|别|莫|取消|不用)?(?:先)?${recordVerb})?`,
  '(?:(?:不对|不是|错了|等等|等一下|慢着|不|否|哎|搞错了|算了)[,\\s]*)+(?:先)?(?:不要?|别|取消|不用|撤销|作废|重来)(?:先)?(?:提交|记录?|确认|保存|登记|上报|发|报)?',
  '不|不是|不对|不行|否|错|错了|搞错了?|取消|不要|不用|不用了|不必|不记|不确认|不提交|NO|不同意|作废|算了|不是这样的?|不是这个意思|先?取消(?:掉)?|先不要|先不|[Nn]o?',
  '(?:先|暂时|暂)?(?:不要?|别)(?:提交|记录?|上报|报|确认|交)[,\\s]+(?:我)?(?:再|还要|要)[^,?]{1,10}',
  '(?:先|暂时|暂)?(?:不要?|别|不用|不必|取消)(?:先)?(?:提交|记录?|确认|保存|登记|上报|发|报)(?:了)?(?:这个|这条)?',
  '(?:是|对|好)?(?:先)?(?:放弃|撤销|撤回|重来|重新来|重报|等等再说|再等等|等一下|缓一缓)',
  '不(?:是|对)[,\\s]*(?:取消|别记|不要提交|不要)?',
);
/** "不是45，是46": no to what was asked, and what is meant instead has to be said in full. */
const otherTask = shaped(
  '^不(?:是|对)[,\\s]*(?:<tasks>|<quantity>|<positions>)?[,\\s]*(?:应该?)?是(?:<tasks>|<positions>|第?\\d+(?:项|号)?)[\\s.!]*$',
);
const sorryAlone = wholeMessage(
  '(?:不好意思|抱歉|对不起|刚才|刚刚|我|上面|前面|那条|这条|\\s|,)*(?:报|说|发|填|写|搞|弄)错了',
);
const more = wholeMessage(
  '更多|还有呢|还有吗|继续(?:看)?|下一页|下页|翻页|看?(?:其余|剩下|剩余|后面|余下)(?:的)?(?:任务|\\d*项?)?|接着(?:看|来)?|往下(?:看)?|more',
);
const sorry =
  '(?:(?:不好意思|抱歉|对不起|刚才|刚|我|是|不对|上面|前面|那条|这条|内容|数据|数|打)*(?:填?报|说|发|填|写|搞|弄|看|反馈|更新)?(?:错了?|重复?了|有误|不对|不准确?)(?:了|的)?[,;。.!\\s]*(?:请予?|麻烦|帮我|给我|予以)*)?';
/** "撤回，发错了" */
const because =
  '(?:(?:一下|吧|了|掉)?[,;。.!\\s]+(?:因为?|刚才|刚|我|是|不小心|上面|前面|那条|这条|数据?|内容)*(?:报|说|发|填|写|搞|弄|看|打)(?:错|重复?)(?:了|群了?|地方了?|人了?|数了?)?)?';
const reportNoun = '(?:那一?[条个次]|进[度展]|反馈|更新|记录|上报|填报|消息|数据|内容|操作)';
const reportedBy = '(?:报|发|填|写|说|提交|反馈|更新|录|登记|交)(?:上去)?';
const lastOne =
  `(?:我?的?(?:(?:[刚才]+|前面|上面)(?:${reportedBy}的?${reportNoun}|${reportedBy}的|的?${reportNoun})|${reportedBy}的${reportNoun}?|` +
  `(?:上一?[条次个步]|[这那][条次]|本次|条)(?:${reportedBy})?的?${reportNoun}?))`;
/** Words that take back only what is named with them. */
const takes = '(?:撤回|撤销|撤掉|撤下来?|撤了?|收回|回退|作废|删除|删掉|删了?|不(?:算|作)数?|不要了?|取消|当没说)';
const undoLast = wholeMessage(
  `(?:把|将|请|麻烦)*${lastOne}+(?:请|帮我|给我|都|先|就|全部)*${takes}(?:一下|掉|吧|了|啊)*(?:[,;。\\s]*(?:请|帮我)?${takes})?`,
  `${takes}(?:一下|掉)?${lastOne}+`,
  `${sorry}(?:把|将)?(?:刚才|刚刚|那个|上一?条|上次|上一次|前面|最近|我|这条|那条|本次|这次)*(?:的|报的|发的|填的|那条|反馈|更新|上报|进度|记录|提交)*(?:撤回|撤销|撤掉|撤了|收回|回退)(?:刚才|刚|上一?条|上次|上一次|一下|掉|我|这条|那条|本次|这次|最近)*(?:报的|发的|填的|写的|的)?(?:反馈|更新|上报|进度|记录|提交|那条|一条|操作|内容|全部)*${because}`,
  '(?:刚才|刚刚|上一?条|上次|上一次|那条|这条|我|报的|发的|的)+(?:作废|不算|取消)(?:[,\\s]*(?:撤回|撤销|重报))?',
  '取消(?:刚才|刚刚|上一?条|上次|上一次|本次|这次)(?:的)?(?:反馈|更新|上报|进度|记录|提交|操作)*',
);
/** "刚进群，请问怎么反馈进度": who says first that all this is new to them. */
const newcomer =
  /^(?:我|今天|刚|才|是|的|了)*(?:进群|入群|来|接手|接这[个块]|到岗|上岗|新来的|新人|新手|第一次用|头一回用|不熟悉?|(?:填[报写])?(?:格式|步骤|方法)忘)[的了]?[,。!\s]+/u;
const help = wholeMessage(
  `(?:你好|您好|在吗|,|\\s|请问|想问一?下|这个|那个|这?玩意儿?|东西|机器人|我)*(?:不知道|不会|不懂|不清楚)?(?:怎么|如何|咋|怎样)(?:个)?(?:用|使用|操作|[弄搞整玩])(?:这个|它|你|啊|呀)?`,
  '(?:你|这个|机器人|,|\\s)*(?:都|还)?(?:有|能|会|可以)(?:帮我们?|给我)?(?:[做干办弄]些?)?(?:点|些)?(?:什么|啥|哪些|干嘛)(?:个)?(?:用|功能|本事|用处|作用|事)?',
  '(?:教|告诉|指导)(?:教|一?下|我|我们|大家)*(?:怎么|如何|咋)?(?:用|使用|操作|弄|[填报])?(?:一?下)?|(?:不会|不懂|不知道怎么)(?:用|弄|操作|搞)[,\\s]*(?:教|告诉|帮)(?:教|我|一?下)*',
  '(?:有没有|有无|有|给个?|发个?|要个?|看看?)?(?:使用|操作)?(?:说明书?|手册|教程|指南|帮助)(?:文档|一?下)?(?:有没有|没有|没(?!有)|发我|给我|发一?[下份]|在哪|呢)*|(?:应该?)?(?:怎么|如何|咋)(?:跟|和|对)你(?:说|讲|聊)|你是(?:干|做)(?:什么|啥|嘛)(?:用)?的',
  '(?:使用|操作|查看|看|机器人|全部|所有)*(?:帮助|说明|指南|手册|教程|指令|命令|菜单|功能)(?:文档|中心|一下|大全|列表|介绍|说明|有哪些|清单)*|(?:教|告诉|指导)(?:教|一?下|我|我们|大家)*(?:怎么|如何|咋)(?:用|使用|操作|填|报|反馈)|(?:有没有|有无|求)?使用(?:方法|说明|手册)(?:吗|没有?)?(?:[,\\s]*(?:我)?(?:不会|不懂|不知道怎么)用)?|(?:我)?(?:不会|不懂|不知道怎么)用(?:这个|机器人|你)?|help|\\?',
  '(?:这个|你|机器人|督办助手|小助手|我|要|该|应该|想问|请问|一下|是|到底)*(?:怎么|如何|咋|怎样)(?:去|来|才能|样)?(?:用|使用|操作|反馈|上报|填报|报进度|报|更新进度|更新|查任务|查|查询|用你|登记|填|延期|申请延期|核销|申请核销|办结|申请办结|销号|退回|挂起|报堵点|答复堵点|撤回|绑定|导出|改|更正|设置提醒|催办)(?:这个|我局|我们|<own>|本周)*(?:的)?(?:任务|工作)?(?:进度|进展|任务|情况|台账|数据|机器人|系统|你)?',
  '(?:<own>|本周|任务|进度|进展|完成情况|情况|延期|提醒|身份|单位|台账|反馈)(?:的)?(?:应该|该|要|是)?(?:怎么|如何|咋|怎样|在哪)(?:来|去)?(?:报|填|反馈|上报|填报|更新|查|看|申请|绑定|设置|改|导出|用|登记|弄)',
  '(?:这个|小助手|督办助手|机器人)?你?(?:都)?(?:能|会|可以)(?:帮我|帮我们)?(?:做|干|问|查|用)?(?:点|些)?(?:什么|啥|哪些事?|哪些)(?:事情?|功能)?|(?:你)?(?:都)?(?:有|支持)?(?:什么|哪些)(?:功能|命令|指令|用法)|(?:可以|能)问你?(?:什么|啥)',
);
const groupAct =
  /^(?:请|麻烦|帮我|帮忙|现在)*(?:(启用|开通|激活|启动)|(停用|关闭|停止|禁用))(?:一下)?(?:本|这个|该|此)?群(?:聊|组)?(?:提醒|机器人|督办|功能)?[\s.!]*$/u;
const groupBind = /^(?:请|把|将)*(?:本|这个|该|此)群(?:聊|组)?(?:绑定|关联|对应)(?:到|为|至|给|单位|成)*[\s:]*(.*)$/u;
const groupList =
  /^(?:请|把|将)*(?:本|这个|该|此)群(?:聊|组)?(?:的)?(?:清单|使用清单|用清单|绑定清单)(?:是|为|设为|改为|用)?[\s:]*(.*)$/u;

/** True for a clause that takes back the last report and says nothing else: "撤回，然后导出台账". */
export const isUndo = (shape: string): boolean => undoLast.test(shape);

/** The act of a message that is nothing else, or null. */
export function readTalk(marked: MarkedText, names: UnitNames, talk: TalkContext | undefined): Frame | null {
  const text = marked.text.trim();
  if (text.length > longest) return null;
  const shape = marked.shape.trim();
  // A hand that says OK is an answer where there is a question; elsewhere it is nothing.
  if (text === '')
    return talk?.pending !== undefined && nods.test(marked.plain.words(0, marked.text.length))
      ? { intent: 'confirm' }
      : null;
  return (
    readAnswer(marked, shape, talk) ??
    (undoLast.test(shape) ? { intent: 'undo' } : null) ??
    (talk?.last_update && sorryAlone.test(shape) ? { intent: 'clarify', about: 'unsure' } : null) ??
    (more.test(shape) ? { intent: 'more' } : null) ??
    readGroupSetup(text, names) ??
    readIdentity(marked, shape) ??
    (help.test(shape.replace(newcomer, '')) ? { intent: 'help' } : null)
  );
}

const nods = /^\s*(?:(?:👌|✅|🆗|✔|☑|\[OK\])[\u{1f3fb}-\u{1f3ff}\ufe0f\s]*)+$/u;

/** Yes and no mean something only where the bot has asked. */
function readAnswer(marked: MarkedText, shape: string, talk: TalkContext | undefined): Frame | null {
  if (talk?.pending === undefined) return null;
  if (no.test(shape)) return { intent: 'deny' };
  if (otherTask.test(shape)) return { intent: 'clarify', about: 'unsure' };
  // "嗯？" asks back.
  if (!yes.test(shape) || /[?]|^\s*(?:对|是)吧/u.test(marked.text)) return null;
  const named = marked.within('tasks', 0, marked.text.length).flatMap(mark => mark.nos);
  const asked = talk.tasks ?? [];
  // "确认38" answers a question about 38 alone, and no other.
  if (named.length > 0 && !(named.length === asked.length && named.every(task => asked.includes(task))))
    return { intent: 'clarify', about: 'unsure' };
  return { intent: 'confirm' };
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
