// Requests for a file, and for reminding others: 导出全区逾期任务, 催一下区税务局, 催办未反馈单位.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Question, rangeOf, type Settled, settled } from './question-scope';
import { statusOf } from './query-words';

/** 发个表, 要张表 */
const table =
  '(?<=把)表(?=发|给|导|拉)|(?:发|要|出|给|做|弄|拉|导|打)(?:我|我们)?(?:一?[个张份])表(?![态示扬彰明述演现决情白率格])';
const file =
  '台账|表格|[任务进度汇总统计完成情况一览]{2}表|报表|电子表|明细表|清单表|[Ee]xcel|EXCEL|xlsx?|XLSX?|[Ww]ord|WORD|docx?|[Pp][Dd][Ff]|通报|[简周]报|文档';
const exportWords = new RegExp(
  `${table}|导出|导成|导一|导下|导个|^(?:请|麻烦|帮我?|给我)*导(?![致向师入游读航演体管流弹])|下载|打印(?![机店纸室社])|另存为|(?:生成|制作|搞|出|做|弄|整|要|发|转|拉|来[份个张]|汇总|整理|提供|给)[^,。;!?]{0,14}(?:${file})|(?:${file})(?:发|给|来)(?:我|一|来|过来)|(?:做|弄|整|搞|出|拉)[^,;]{1,14}的表$`,
  'u',
);
const exportNotice =
  /(?:请|需|务必|及时|自行|各单位).{0,8}(?:报送|上报|填写|填报)|(?:已|已经|刚)(?:导出|下载|生成|打印|发)|怎么|如何|咋|在哪|哪里|哪儿|(?:不要|别|不用|无需|没法|无法|不能)(?:导出|下载|生成)|(?:导出|下载|打印)(?:了|完|好|失败|不了|功能|按钮|来的)/u;

export function readExport(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  if (!exportWords.test(text) || exportNotice.test(text)) return null;
  if (/通报|[简周]报/u.test(text) && !/导|下载|生成|出(?:一份|个)/u.test(text)) return null;
  const status = statusOf(question.shape);
  const range = rangeOf(marked, question);
  return {
    intent: 'export',
    ...settled(whom),
    ...(status === null ? {} : { status }),
    ...(range === null ? {} : { range }),
    ...formatOf(text),
  };
}

/** "，要word版", "，excel": says in which form the file is wanted, and asks for no second one. */
export const onlyFormat =
  /^(?:最好|都|就|请|麻烦|我?要|用|是|按|以|格式|导成?|出|发|给(?:我(?!要))?|做成|弄成|转成|的|为|[\s:])*(?:一?[份个])?(?:[Ee]xcel|EXCEL|xlsx?|XLSX?|[Ww]ord|WORD|docx?|[Pp][Dd][Ff]|表格|电子表格?)(?:版本?|格式|文件|文档|表格?|的|形式|就行|就好|就可以|即可|吧|谢谢|[\s.!])*$/u;

function formatOf(text: string): { format?: 'xlsx' | 'docx' | 'pdf' } {
  if (/[Pp][Dd][Ff]/u.test(text)) return { format: 'pdf' };
  if (/[Ww]ord|WORD|docx?|通报|[简周]报|文档/u.test(text)) return { format: 'docx' };
  return /[Ee]xcel|EXCEL|xlsx?|XLSX?|表/u.test(text) ? { format: 'xlsx' } : {};
}

const please =
  '另外|还有|然后|打个?电话|发个?消息|私信|发个?(?=催)|请|帮我|帮忙|麻烦|辛苦|再|去|现在|把|给|向|对|就|可以|能不能|能否|你|先|统一|顺便|[\\s,]';
const urge = '盯(?:一?下|一?盯|紧|着)|敲打(?:敲打|一?下)?|提个?醒|催办|催报|催促|催一催|催催|催|督促|提醒|督办|敦促';
const remindForm = shaped(`^(?:${please})*(?:${urge})(?:一?下|一催)?(?:.*)$`);
/** "给人社局发个催办". */
const remindNoun = shaped(
  `^(?:${please})*(?:给|向|对)(?:<unit>|<all>|[、和及与]|的|所有|全部|这些)*(?:.{0,14}(?:单位|部门))?(?:再|也|都)?(?:(?:发|下|打|推送?|进行|开展|予以|作)(?:一?个|一?条|一?次|一?份|下)?)?(?:${urge})(?:提醒|通知|函|单|消息|一下)?[\\s.!]*$`,
);
/** "还没完成的单位都催一遍". */
const remindAfter =
  /(?:单位|部门|的)(?:都|全部|再|给我|请|帮我|逐个|挨个|也|去)*(?:催|提醒|督促|督办|盯|敲打)(?:办|促|催|一催|盯|敲打)?(?:一遍|一下|一次|下|一轮|一盯|紧)?(?:吧)?[\s.!]*$/u;
/** "财政局那边催一下". */
const remindUnit = shaped(
  `^(?:${please})*<unit>(?:[、和及与]<unit>)*(?:那边|那头|那里|方面|的)?(?:再|也|都|该|得|要|帮我|帮忙|给我|麻烦|请|去|,)*(?:${urge})(?:一?下|一催)?(?:吧|了)?[\\s.!]*$`,
);
/** "让住建局抓紧", "喊财政局赶紧报一下". */
const remindLet = shaped(
  `^(?:${please})*(?:让|叫|喊|通知|要求)(?:一?下)?<unit>(?:[、和及与]<unit>)*(?:那边|那头|的同志|他们)?(?:也|都)?(?:抓紧|赶紧|赶快|尽快|快[点些]|加快|抓点紧)(?:时间|进[度展]|办理?|推进?|报|反馈|完成|落实|一?点|一?下)*[了吧]*[\\s.!]*$`,
);
const remindNotice =
  /会议|开会|参加|注意|报送.{0,6}材料|提交材料|上报材料|材料|别忘|记得|我(?!区)|大家|收到|感谢|谢谢|已|过了|函|群众|企业|天气|安全|防/u;
const refused = /(?:不要|别|不用|不必|无需|暂不|停止|不再|先不|不).{0,3}(?:催|督促|督办|提醒)/u;

/** The whole of the words behind 催办 say which tasks: 本周到期的, 黄灯的任务. */
const namesTasks = shaped(
  `(?:${urge})(?:一?下|一催)?(?:<date>|<own>|<all>|<section>|<measure>|所有|全部|快|即将|要|将|到期|内|亮?[红黄绿]灯|(?:有|存在)(?:堵点|困难)|挂起|申请办结|待核销|未启动|没启动|\\s)+(?:的)?(?:重点)?(?:任务|事项|工作|单位|部门)*[\\s.!]*$`,
);

export function readReminder(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  const isNoun =
    remindNoun.test(question.shape) ||
    remindLet.test(question.shape) ||
    remindUnit.test(question.shape) ||
    remindAfter.test(text);
  if (!isNoun && (!remindForm.test(question.shape) || remindNotice.test(text))) return null;
  if (refused.test(text) || question.closing.includes('?') || /吗|呢/u.test(text)) return null;
  const status = statusOf(question.shape);
  const target = status === 'no_feedback' || status === 'overdue' || status === 'undone' ? status : undefined;
  const { scope, unit } = settled(whom);
  // "催办本周到期的", "催办黄灯的": there is no such order, and a list is none.
  if (target === undefined && scope !== 'unit' && !('ask' in whom))
    return namesTasks.test(question.shape) ? { intent: 'clarify', about: 'unsure' } : null;
  return {
    intent: 'remind_others',
    ...(scope === 'unit' ? { unit } : {}),
    ...(target === undefined ? {} : { target }),
  };
}
