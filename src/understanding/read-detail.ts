// Questions about numbered tasks: "38进展", "第52项是干什么的", "38什么时候到期".
import { isPlainLead } from './lead-words';
import { shaped } from './marks';

export type Aspect = 'content' | 'status' | 'deadline' | 'units';

const aspects: readonly (readonly [Aspect, RegExp])[] = [
  ['content', /(?:是|要|让)?(?:做|干|弄|办)(?:个|些|点)?(?:啥|什么|嘛|哪样)(?:的|事|任务|工作)*[\s.?!]*$/u],
  ['units', /谁|哪个?(?:单位|局|部门|家)|哪些?(?:单位|局|部门|家)|牵头(?:单位)?|责任单位|配合单位|主办|负责人|分管/u],
  [
    'deadline',
    /什么时候|啥时候|何时|几时|几号|几月|几日|哪天|哪日|[几多少]天|剩.{0,3}天|多会儿?|啥日子|截止|期限|时限|到期|最后期限|多久|时间/u,
  ],
  [
    'status',
    /程度|到哪|完成|进度|进展|怎么样|咋样|情况|到哪|状态|办结|办得|如何|推进|落实|做完|搞定|报了|反馈|怎样|销号|多少|逾期|超期|过期|哪一?步|[弄做办搞整]|好了|\ue001|status/iu,
  ],
  ['content', /什么|干啥|干嘛|做啥|啥|内容|任务要求|说的|讲的|具体|要求|详细|原文|怎么写/u],
];

/** What a question about a task wants to know; {} when it does not say. */
export function aspectOf(shape: string): { aspect?: Aspect } {
  const found = aspects.find(([, words]) => words.test(shape));
  return found ? { aspect: found[0] } : {};
}

const asksInLead = shaped(
  '^[\\s,]*(?:[\\p{Script=Han}]{0,2}(?:区长|书记|局长|主任|镇长|市长)|领导)们?(?:想|要|让我?|叫我?)*(?:看|问|了解|听)(?:一?下|看|问)?(?:的)?$|(?:看|瞧|瞅|念|查|问|了解|调|打开|显示|列|说|讲|介绍|汇报|告诉我|发|给我|我想知道|知道|请问)(?:一?下|看|询|到|出|我|问|一问|说|讲)*(?:<own>|<unit>|的|\\s|关于|任务|序号)*$',
);
const nouns =
  '进度|进展|情况|内容|详情|状态|时限|期限|截止时间|截止日期|完成时限|完成时间|到期时间|到期日|牵头单位|责任单位|配合单位|具体内容|具体要求|要求|完成情况|推进情况|办理情况|落实情况|反馈情况|任务内容|明细|原文|责任分工|信息|详细内容|详细信息|具体情况|负责人|重点|要点|历史|记录|堵点|难点|卡点';
const handing =
  '(?:请|麻烦)?(?:再)?(?:发|给|告诉|说|讲|列|看|查|介绍|展示|显示|提供)(?:一?下|一?份|我|给我|看|出来|过来|大家|谢谢)*';
const isBareRequest = new RegExp(
  `^[\\s:,]*(?:的|任务|工作|事项|项目|最新|目前|当前|现在|具体|详细)*(?:(?:${nouns})(?:和|、|及|以及)?)*(?:呢|是)?(?:${handing})?[\\s.~!]*$`,
  'u',
);

/** True for a number with nothing that states a fact: "第38项", "38进展", "看下38的内容". */
export function isDetailRequest(leadShape: string, bodyShape: string, alone: boolean): boolean {
  if (!alone || !isBareRequest.test(bodyShape)) return false;
  if (asksInLead.test(leadShape)) return true;
  return isPlainLead(leadShape) && !/反馈|上报|报送|登记|更正|撤|记|回复|回\s*$|扣|打|按|输入|是\s*$/u.test(leadShape);
}
