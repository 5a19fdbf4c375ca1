// Questions for figures: 全区完成情况, 各单位排名, 还有谁没报, 谁逾期了.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Question, rangeOf, type Settled, settled } from './question-scope';
import { notAsked, statusOf, strangeWords } from './query-words';

const completionWords =
  /(?:完成|办结|推进|进展|落实|总体|整体|反馈|办理|任务|工作)(?:的)?(?:情况|进度|进展|率|比例|度)|(?:进度|进展|任务|情况|数据|完成)(?:的)?(?:统计|汇总|总览|概况|通报|数据)|统计|汇总|总体(?:怎么样|如何)|(?:完成|办结|办|做|干|搞|弄|推|推进)得?(?:怎么样|咋样|如何|怎样)|(?:完成|办结)了?(?:多少|几项|几成|百分之几|百分之多少)|(?:一共|总共)?(?:完成|办结|办完|做完)(?:了)?(?:多少|几)(?:项|个|件|条|%)?|(?:进度|进展)(?:怎么样|咋样|如何|怎样|到哪|多少)/u;
const rankingWords =
  /拖后腿|排第几|排(?:个|一?下|一排|排)?(?:队|座次)|比一比|[Pp][Kk]一?下|排倒数|倒数第一|(?:从高到低|由高到低|从低到高|倒序)|排个?序|排名|排行|名次|排个名|排序|(?:哪|谁).{0,8}最(?:好|快|慢|差|多|少|高|低|落后|靠前)|最(?:好|快|慢|差|落后|高|低|多|少)的(?:单位|部门|是)|(?:前|后|倒数)(?:\d|[一二三四五六七八九十])名|(?:谁|哪(?:个|家|些).{0,4})(?:领先|垫底|落后|第一|倒数)/u;
const whichUnits =
  '(?:谁家?|哪(?:些|几[个家]?|[个家])?(?:单位|部门|[局家镇]|街道|镇街)|(?:有)?(?:哪些|什么|几个|几家|多少)(?:个|家)?(?:单位|部门)|(?:有|还有)(?:几|多少)家)';
const silent =
  '(?:(?:没有?|未|尚未|还没有?|不)(?:有|及时|按时)?(?:反馈|上报|填报|报送|更新|回复|汇报|报|交|动静|进展|回)|一声不[吭响]|(?:不|没)[吭作吱]声)';
const noFeedbackUnits = shaped(
  `${whichUnits}.{0,8}${silent}|${silent}(?:过)?(?:进度|进展|情况|任务)?的?(?:(?:单位|部门)(?:有|是)?(?:哪些|哪几|谁|名单|列表)|(?:有|是)?(?:哪些|哪几个?)(?:单位|部门))|${silent}(?:进度|进展)?的?(?:单位|部门)(?:名单|列一?下|发一?下|统计一?下|呢)?$|${silent}(?:进度|进展)?的(?:是|有)谁`,
);
const late = '(?:逾期|超期|过期|超时|延误|拖期|误期|亮(?:了)?红灯|红灯)';
const overdueUnits = shaped(
  `${whichUnits}.{0,8}${late}|有没有(?:单位|部门|哪家).{0,6}${late}|${late}(?:了|任务)?的?(?:(?:单位|部门)(?:有|是)?(?:哪些|哪几|谁|名单|列表)?|(?:有|是)?(?:哪些|哪几个?)(?:单位|部门))|${late}(?:了)?的(?:是|有)?(?:谁|哪(?:几[个家]|些单位|个单位|家))|谁的任务.{0,4}${late}`,
);
const aboutTasks = /任务|事项|几项|哪几项|哪些项/u;
const overall = /整体|总体|总的|全局|大家|一共|总共|整个/u;

export function readStats(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  if (notAsked.test(text)) return null;
  const { shape, start, end } = question;
  const range = rangeOf(marked, question);
  const time = range === null ? {} : { range };
  const [section] = marked.within('section', start, end);
  const { scope, unit } = settled(whom);
  const all = { scope: scope === 'own' ? ('all' as const) : scope, ...(unit === undefined ? {} : { unit }) };
  if (noFeedbackUnits.test(shape) && !aboutTasks.test(text.replace(/任务进[度展]/gu, '')))
    return { intent: 'stats', metric: 'no_feedback_units', ...all, ...time };
  if (overdueUnits.test(shape) && !aboutTasks.test(text.replace(/逾期任务|谁的任务/gu, '')))
    return { intent: 'stats', metric: 'overdue_units', ...all, ...time };
  if (rankingWords.test(text) && strangeWords(shape).length <= 14)
    return { intent: 'stats', metric: 'ranking', ...all, ...time };
  if (!completionWords.test(text)) return null;
  const status = statusOf(shape);
  if (status !== null && !(status === 'done' && /(?:多少|几)(?:项|个|件|条)?/u.test(text))) return null;
  // Only where the clause is made of such words; "完成情况较好" tells something.
  if (strangeWords(shape).replace(fewMore, '') !== '' || praise.test(shape)) return null;
  const whose = section
    ? { scope: 'section' as const, section: section.no }
    : overall.test(text) && scope === 'own' && marked.within('own', start, end).length === 0
      ? { scope: 'all' as const }
      : { scope, ...(unit === undefined ? {} : { unit }) };
  return { intent: 'stats', metric: 'completion', ...whose, ...time };
}

const fewMore =
  /领导|书记|区长|局长|主任|率|比例|度|统计|汇总|总览|概况|总体|整体|整个|得|多|较|通报|成|数据|来看|来讲|来说|看来|百分之|完成|办结|推进|落实|工作|怎样|进度|进展|了|%|[推办做干搞弄]/gu;
const praise = /[较很挺十]|完成得?(?:好|不错)|不错|良好|顺利|正常/u;
