// What people say before the number of a task: greetings, hesitation, words of reporting, headings. They state nothing.
import { type Gate, gateOfShape } from './gates';
import { shaped } from './marks';

const greetings =
  '(?:谢谢|感谢|多谢)(?:<all>|大家|领导们?|各位)*的?(?:支持|关心|理解|配合|指导)+|(?:尊敬|敬爱)的|(?:督办)?(?:专员|督办员|小助手|管理员|同事|同仁)们?|您好|你好|大家好|各位好?|领导们?好?|同志们?|老师好?|辛苦了?|不好意思|抱歉|打扰了?|早上好|上午好|下午好|早|' +
  '[\\p{Script=Han}]{1,2}(?:主任|科长|局长|书记|区长|处长|镇长|股长|老师|总|组长|部长|院长)(?:您好|你好|好)?';
const hesitation = '嗯|呃|额|啊|哦|噢|哎|诶|那个|这个|就是|那|然后|接着|再就是|呢|哈|吧|了|的话?|是';
const reporting =
  '另(?=报)|正式|(?:跟|向|给|和)<all>|(?:今日|本周|每周|本月|工作|个人)?(?:双?周报|日报|月报|旬报)|#?接龙|(?:直接|就)?在?群里|报告|汇报|反馈|上报|报送|报|回复|更新|补充|登记|记录|记|填报|录入|说明|通报|告知|回报|报备|反映|答复|处理|交|发|说|讲';
const politeness = '请|麻烦|烦请|辛苦|帮我?|帮忙|劳驾|给我?|您|你|把|将|就|对|针对|关于|向';
const connectives =
  '顺便|对了|还有就是|另外|还有|其中|同时|以及|和|跟|与|及|包括|此外|再|现|先|也|都|一下|下|个|收到|好的|好|没问题|明白';
const pointing =
  '我?这[里边头](?:呢)?|我(?![区市县省国])|(?:<own>|<unit>)(?:这边|这里|这头|方面)?|<section>|<measure>|<date>|<quantity>|<bullet>|序号|任务|重点任务|重点工作|清单|编号|营商|工作|牵头|配合|负责|承担|负责的|分管|今天|目前|截至目前|现在|最新|本期';
const headings =
  '(?:完成|落实|推进|进展|办理|任务|工作|反馈|整改)?(?:情况|进度|进展|动态)(?:如下|汇报|反馈|报告|更新|说明|是)?|如下';
const grounds = '(?:按照?|根据|依照?)(?:要求|通知要求|规定|通知|安排|计划|进度|时间节点|时限)|按时|现将';
const corrections = '更正|纠正|修正|改一?下|说错了?|报错了?|写错了?|发错了?|填错了?|搞错了?|不对|应该?是|应为|改为';

/** 【反馈】, [进展]: a heading in brackets. */
const bracketed = `[【\\[(](?:${reporting}|${headings}|营商|优化营商环境|督办|工作|任务|事项|序号|状态|进度|清单|日报|周报|专班){1,6}[】\\])]`;

/** One thing that may stand before a number. */
export const leadWord = [
  bracketed,
  grounds,
  '[\\s:,、.~()*_\\-]',
  greetings,
  reporting,
  politeness,
  connectives,
  pointing,
  headings,
  corrections,
  hesitation,
].join('|');

const leadWords = shaped(`${leadWord}|\\d|已|的|<tasks>`, 'gu');

/** True where nothing but such words stands before a number. */
export const isPlainLead = (shape: string): boolean => shape.replace(leadWords, '') === '';

/** "张三：38已完成": another's words, copied; a heading before the sign is not a name. */
const nameBefore = /^\s*([\p{Script=Han}A-Za-z]{2,8})(?:\([^)]*\))?\s*[:]\s*$/u;
const heading =
  /(?:[周日月旬]报|接龙|情况|进[度展]|如下|更正|纠正|报告|汇报|反馈|补充|上报|任务|序号|编号|回复|更新|清单|事项|登记|记录|领导|您好|你好|另外|其中|目前|完成|办结|推进|工作|一下|修正|通报|说明|答复|动态|申请|延期|理由|原因|专员|同志们?|同事们?|助手)$/u;

/** True where the words before a number name somebody who said what follows. */
export function isCopied(lead: string): boolean {
  const name = nameBefore.exec(lead)?.[1];
  return name !== undefined && !heading.test(name) && !/^(?:尊敬|敬爱)的/u.test(name);
}

/** "尊敬的督办专员：", "各位领导：", "专员您好，": whom a message speaks to says nothing of who did what. */
const salutation =
  /^\s*(?:(?:尊敬|敬爱)的[^,。;:!\d]{1,14}?|(?:各位|诸位)(?:领导|同志|同事|同仁|老师|专员)?们?|(?:督办)?(?:专员|领导|老师|主任)们?(?=您好|你好))(?:您好|你好|大家好|[早晚]上好|[上下]午好|好)?(?:\s*:|(?<=好)[,!\s]*)\s*/u;

/** How many places of the words before a number are a salutation. */
export const salutationLength = (words: string): number => salutation.exec(words)?.[0].length ?? 0;

/** The speaker's own words again. */
export const comesBack = shaped('<own>|^[\\s,]*(?:而|应该)?是|(?:不过|但是?|目前|现在|我|另报|正式上报|现将)');
/** Words before a number that make it another's, a plan, a condition: more than the usual ones, or a unit's. */
export const opensAnothers = (lead: string): boolean =>
  !isPlainLead(lead) || holdsUnit.test(lead) || anothers.includes(gateOfShape(lead, ''));
const anothers: readonly (Gate | null)[] = ['example', 'hearsay', 'quotation', 'notice'];
const holdsUnit = shaped('<unit>');

/** "王主任：38已完成" may speak to him or quote him. */
export const namesOffice = /(?:主任|局长|科长|书记|区长|处长|镇长|股长|组长|部长|院长|所长)(?:\([^)]*\))?\s*[:]\s*$/u;

/** "麻烦登记一下：38完成80%" asks the bot, and reports all the same. */
export const asksToNote =
  /^[\s,:]*(?:请|麻烦|烦请|帮|帮忙|辛苦|给|您|你|我|来|再|先|要|想|赶紧|赶快|直接|在?群里)*(?:登记|记录|记|更新|填报|上报|录入|汇报|报告|反馈|报)(?:一?下|个)?(?:进度|进展|情况)?[\s:,]*$/u;

/** "之前说没完成的第73项，今天完成了": how things stood. */
export const formerly =
  /^(?:之前|上次|原来|前面|原先|前期)(?:说|报|讲)?(?:还)?(?:没|未)有?(?:完成|办结|搞完|做完|弄完|动)的/u;
