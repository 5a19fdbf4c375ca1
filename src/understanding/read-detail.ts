// Questions about numbered tasks: "38进展", "第52项是干什么的", "38什么时候到期".
import { shaped } from './marks';

export type Aspect = 'content' | 'status' | 'deadline' | 'units';

const aspects: readonly (readonly [Aspect, RegExp])[] = [
  ['units', /谁|哪个?(?:单位|局|部门|家)|哪些?(?:单位|局|部门|家)|牵头(?:单位)?|责任单位|配合单位|主办|负责人|分管/u],
  ['deadline', /什么时候|啥时候|何时|几时|几号|几月|哪天|截止|期限|时限|到期|最后期限|多久|时间/u],
  ['status', /完成|进度|进展|怎么样|咋样|情况|到哪|状态|办结|办得|如何|推进|落实|做完|搞定|报了|反馈|怎样|销号|多少/u],
  ['content', /什么|干啥|啥|内容|任务要求|说的|讲的|具体|要求|详细|原文|怎么写/u],
];

/** What a question about a task wants to know; {} when it does not say. */
export function aspectOf(shape: string): { aspect?: Aspect } {
  const found = aspects.find(([, words]) => words.test(shape));
  return found ? { aspect: found[0] } : {};
}

const asksInLead = shaped(
  '(?:看|查|问|了解|调|打开|显示|列|说|讲|介绍|汇报|告诉我|发|给我|我想知道|请问)(?:一?下|看|询|到|出|我|问)*(?:<own>|<unit>|的|\\s|关于)*$',
);
const isBareRequest =
  /^[\s:,]*(?:的|任务|工作|事项|项目)*(?:(?:进度|进展|情况|内容|详情|状态|时限|期限|截止时间|完成时限|完成时间|牵头单位|责任单位|配合单位|具体内容|完成情况|推进情况|进展情况|办理情况|落实情况|任务内容|明细|原文|责任分工|信息)(?:情况)?)?(?:呢|是)?[\s.~!]*$/u;

/** True for a number with nothing that states a fact: "第38项", "38进展", "看下38的内容". */
export function isDetailRequest(leadShape: string, bodyShape: string, alone: boolean): boolean {
  if (!isBareRequest.test(bodyShape)) return false;
  const silent = /^[\s:,]*$/u.test(bodyShape);
  return (
    alone &&
    (asksInLead.test(leadShape) ||
      !silent ||
      /^[\s:,]*$/u.test(leadShape) ||
      shaped('^(?:<own>|<unit>|\\s)*$').test(leadShape))
  );
}
