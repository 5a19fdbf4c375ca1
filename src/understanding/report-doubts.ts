// What speaks against a report that reads like one: a later question, a time still to come, another unit, a contradiction.
import { type CivilDate } from '../calendar/civil-date';
import { type Clause } from './clauses';
import { type MarkedText, shaped } from './marks';

const tailQuestion =
  /^(?:对吗|对吧|是吧|是吗|行吗|可以吗|好吗|没错吧|对不对|是不是|行不行|可以吧|行吧|好吧|ok吗|OK吗|没问题吧|呢|(?:是|这|那|对|可以|行|好|没|能|准确|属实|算(?!了)|我|你们?|谁)[^,]{0,6}(?:吗|么|吧|对不对|是不是|没有?))$/u;

/** "…，对吗", "…，是这样吗": makes a question of what was said. */
export const isTailQuestion = ({ shape }: Clause): boolean => tailQuestion.test(shape);

/** "…，谢谢", "…，收到请回复": adds nothing. */
const courtesy =
  /^(?:谢谢|感谢|多谢|辛苦|麻烦|领导|各位|老师|大家|了|您|你|啦|请|收到|回复|下|啊|哈|急|在线等|帮我|(?:查|看)一?下|\s)+$/u;
export const isCourtesy = ({ shape }: Clause): boolean => courtesy.test(shape);

/** 还没验收, 有待完善: what is not said beside 已完成. */
export const contradiction = shaped(
  '(?:只|就|仅|单|唯独)(?:还)?(?:差|剩|欠|缺)(?!别|异)|(?:还|尚|仍|暂)(?:没|未|差|剩|有<quantity>.{0,4}(?:没|未))|没完|未完|(?:没有|未)(?:验收|通过|到位)|(?:但|不过|只是|就是).{0,8}(?:没|未|差|缺)|(?:<unit>|他们|那边|对方|其他单位|别的单位)[^,;]{0,6}(?<!并)(?:没|未)(?![有问异]|完全)|(?:还|仍)需(?!.{0,12}(?:协调|支持))|有待|待[^,;]{0,6}(?:验收|完善|审|批|签|章|确认|核)|(?:需要?|正在|要)(?:进一步)?(?:完善|整改|补充)|(?:^|[,;(])(?:还|只|就|现在?|目前|正)*等(?:着|待)?[^,;]{0,6}(?:验收|盖章|签字|审批|审定|审核|批复)(?!后)[^,;]{0,2}$|还要|(?:^|[,;(])除了?[^,;]{1,12}',
);

const heading =
  /^的?(?:进度|进展|目前|累计|实际|总体)|^[的份]*(?:任务|工作|重点|完成|推进)*(?:进展|进度|情况|动态|反馈|汇报|报告)[^,。;]{0,6}:/u;
const limit = /(?:之?前|以前)$/u;
const byTonight = /^.?[^,;。已了]{0,4}(?:前|内|能|可|就|要)(?:完成|办结|搞定|做完|办完)$/u;
const isLastYears = (end: CivilDate | null, today: CivilDate): boolean =>
  end !== null && end.slice(0, 4) < today.slice(0, 4);

/** "38 6月底完成", said before the end of June, is a plan without the word; "38本周已完成" is none. */
export function isStillToCome(marked: MarkedText, start: number, end: number, today: CivilDate): boolean {
  return marked.within('date', start, end).some(({ range, startAny, end: dateEnd }) => {
    // What is done is done this year: "去年38已完成" speaks of something else.
    // "8月份进展情况：38完成80%": a heading of the time that is.
    if (
      !startAny &&
      range.start !== null &&
      range.start <= today &&
      !isLastYears(range.end, today) &&
      heading.test(marked.text.slice(dateEnd, end))
    )
      return false;
    if (range.start !== null && (range.start > today || isLastYears(range.end, today))) return true;
    if (range.start === null && range.end !== null && range.end > today && limit.test(marked.text.slice(0, dateEnd)))
      return true;
    // "38今天下班前完成"
    if (range.end === today && byTonight.test(marked.text.slice(dateEnd - 1, end))) return true;
    return (range.end === null || range.end > today) && !/已|了/u.test(marked.text.slice(dateEnd, end));
  });
}

export function namesOther(marked: MarkedText, start: number, end: number, senderUnit: string | null): boolean {
  return marked.within('unit', start, end).some(mark => mark.unsure || !mark.names.includes(senderUnit ?? ''));
}

const forSomebody = shaped(
  '^(?:[\\s我们这边里儿现先再来请特兹是]|<own>)*(?:代替?|替|帮|受|代表|委托)(?!(?:替|表)?(?:<own>|[我咱本俺]|一?下|忙))(?:[^,。;]{1,16}?(?:报|反馈|汇报|填|登记|更新|委托|说|转|回复|发|录|记|交)|<unit>(?:的|这边)?$)',
);
const isOf = shaped('^(?:大家好|[您你]好|[\\s,])*(?:我们?|本人|<own>)?(?:这[边里]|这头)?(?:是|来自|系)<unit>');
/** "代住建局报一下，…", "受财政局委托，…": what follows is another's; whether it may stand has to be asked. */
export function speaksFor(marked: MarkedText, { start, end, shape }: Clause, senderUnit: string | null): boolean {
  // "我是财政局的，38已完成", said by somebody known to be of another unit.
  if (senderUnit !== null && isOf.test(shape)) return namesOther(marked, start, end, senderUnit);
  if (!forSomebody.test(shape)) return false;
  return marked.within('unit', start, end).length === 0 || namesOther(marked, start, end, senderUnit);
}
