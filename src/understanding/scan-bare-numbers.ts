// Finds numbers of the list that are written bare: "38完成80%", "1，推进中", "看看38", "撤回3".
import { leadWord } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { expandNumbers, joiner, ranger } from './number-groups';

/** What may stand before a bare number: nothing, a sign, or words that lead to one. */
const bareBefore = shaped(
  `(?:^|[\\n,;。、:!?()【\\[ >"“”'\\]】*_]|<percent>了?|<bullet>|<section>|<unit>的?|<own>的?|<quantity>|${leadWord}|` +
    '撤回|撤销|撤|删掉|删除|收回|催办|催一?下|催|盯一?下|盯着?|督办|督促|提醒|核销|退回|查|查询|查一下|看|看看|看下|看一下|瞧瞧?|瞅瞅?|念一?下|调一?下|问|问下|问一下|问问|请问|知道|了解|介绍|' +
    '申请|刚才|刚刚|同意|不同意|延期|因为|由于|除了|不是|并|但|而|所以|上次|之前|听说|据说|如果|等|要是|假如|开启|打开|恢复|关闭|关掉|暂停|停止|取消|设置|说说|讲讲|聊聊)\\s*$',
);
/**
 * What must follow it: a word of progress, of asking, of wishing, or the end. Never a measure word, so that "38人" stays
 * what it is.
 */
const bareAfter = shaped(
  '^\\s*[】\\])*_]{0,2}\\s*[:,，、=→-]?\\s*(?:' +
    [
      '<percent>|<date>[^\\n]{0,8}(?:完成|办结|前|到期|延期|提醒|搞定|做完|进度|进展|达到|<percent>)|<date>(?:我们?|<own>)?(?:又|已|共|累计|新增|办理|开展|组织|召开|受理|走访|培训|发放|正在|启动|推进)|补充(?:说明|情况|一下|一点|汇报|反馈)*\\s*[:,]|<unit>|<own>|<tasks>|[?!。;~(]|$|(?:和|与|及)<unit>\\s*\\d',
      '资金|经费|场地|人员|人手|编制|设备|系统|平台|数据|名单|合同|招标|采购|主(?!任)|难点|堵点|瓶颈|问题|困难|企业|群众|窗口|政策|文件|制度|机制|审批|立项|培训|宣传|前期|后期|第[一二三]阶段|首批|省|市里|区里|镇|上级|领导|对应|相关|配套',
      '已|以(?=完成|办结|经)|业已|于|截至|截止|自|均|都(?!市)|全(?![区市县省国年十])|总体|整体|整个|累计|实际|现(?!场|金|代)|目前|当前|正(?!式|月|版)|在(?!线)',
      '[弄搞整忙跑抓顾走落铺处绊碰遇搁僵停暂压连面进](?![\\d\\ue009])|推(?![荐出选举销拿])|开[干头]|动[手起工]|上手|起步|起来|手头|手里|过了|齐|好(?=了|没)|成(?=了|没)|拖|往后|多给|实在|确实|真|根本|结(?![构合论果])|收(?![入费到])|销|闭环|提(?=个?醒)|宽限|缓|求宽限|死|一点|压根|都|进入|归|念|被|同样|一样|亦|完(?!善|整)|完成|办结|办完|办好|办妥|办理|办|搞|做|弄|干完|完工|完结|完事|结束|结项|收尾|达到|达标|通过|验收|上线|销号|竣工|交付|落地|落实|到位|清零|ok|OK|done',
      '进度|进展|进行|推进|推动|推行|启动|开始|开展|开工|动工|着手|实施|整改|长期|常态|持续|转(?!弯|让)|过半|差|接近|快|近|将近|超过|超额|还|尚|没|未|暂|仍|基本|大体|大致|大部分|初步|部分|主体|全面|阶段',
      '常态|顺利|圆满|成功|按(?!摩|键)|如期|最(?!新|佳|美)|属于?|列入|纳入|作为|大概|该(?!项)|至今|一直|确定|正常|有序|稳步|加快|抓紧|积极|继续|同步|如实|确实|确已|真的|终于|总算|一直|仍在|干|只|才|刚|仅|就|又|也|再|总(?!结|共|计)|分别|各(?!类|种|个|位)|卡|堵|遇|存在|缺|难|受阻|有|无|因|由|需|要|得|申请|请|想|希望|能|可|应|争取|预计|预期|计划|打算|准备|拟|力争|将|会(?!议|场)|待|等',
      '整|一并|一起|一同|同[上前]|照旧|妥(?=了)|碰|时间(?!表)|[写报填]成|[写报填]的?|最新|大约|约(?![谈见定])|估计|差不多|推不|难(?![忘免])|不好[办搞推弄做]|比较|谈|批(?![次发量复])|手续|材料|要件',
      '延|推迟|顺延|展期|逾期|超期|到期|到|时限|期限|怎|咋|如何|什么|啥|哪|谁|几|多久|多少|为什么|为啥|为何|是|不|吗|呢|吧|情况|内容|详情|详细|具体|原文|要求|要点|状态|明细|理由|依据|材料|方案|初稿',
      '从|改|更正|更新|更改|调整|修改|报|交|提交|上报|反馈|回复|填|提前|每|别|停|暂停|取消|恢复|撤|收回|作废|同意|核销|退回|驳回|打回|准予|不予|牵头|责任|配合|主办|负责|任务|工作|事项|这个|那个|这|那|的|了|催|督|发|给|看|查|说|讲|重新|误|错',
    ].join('|') +
    ')',
);
const bareForm = new RegExp(
  `(?<![\\d.第])(\\d{1,3})(?!\\d|\\.\\d)((?:(?:${joiner}|${ranger})\\d{1,3}(?!\\d|\\.\\d))*)`,
  'gu',
);
/** Ten alone is mostly no number of the list (十有八九, 十全十美). */
const spoken =
  '(?:[一二三四五六七八九]?十[一二三四五六七八九]|[二三四五六七八九]十|一百(?:[零〇][一二三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?)?)';
const spokenForm = new RegExp(
  `(?<![第一二三四五六七八九十百])${spoken}(?:(?:、|和|与|及|跟)${spoken})*(?![百千万亿])`,
  'gu',
);
/** After an order or a request a number stands for itself: "退回 38，佐证材料不全", "撤回3". */
const ordered = shaped(
  '(?:说说|讲讲|介绍一?下|撤回|撤销|催办|催|核销|销号|退回|驳回|不同意|同意|查询?|查一下|查看|看|看看|看下|看一下|显示|打开|任务详情|详情)\\s*$',
);
const orderedAfter = /^\s*(?:$|[,;。!?、\n]|的)/u;
const reportBefore = shaped(
  '<tasks>[^,;。!?\\n]{1,10}(?:完成|办结|搞定|完|好|中|启动|推进|做|弄|办)了?(?:然后|和)?\\s*$',
);
const strongAfter = /^\s*(?:已|还(?!是)|也|正在|正(?!式)|在(?!线)|完成|办结|推进|没|未|搞|弄|做|尚|进度|基本|刚|才)/u;
const measureBefore = shaped(
  '<tasks>[^,;。!?\\n]{0,6}(?:进度|进展|完成|完成了|达到|到|目前|现在|已|约|为|是|:|\\s)\\s*$',
);
/** In an order the list of numbers ends at a comma: "撤回38，39改为50%". */
const commaSplit = /\s*,.*$/su;

/** "1、38完成" at the beginning of a line: the first of several points, or the tasks 1 and 38? */
function isPerhapsListMark(text: string, start: number, group: string): boolean {
  return /^1、(?!2$)\d+$/u.test(group) && /(?:^|\n)[ \t]*$/u.test(text.slice(0, start));
}

/** Marks numbers that stand directly before a word of progress ("38完成80%", "1，推进中"). */
export function scanBareNumbers(marked: MarkedText): void {
  for (const form of [bareForm, spokenForm])
    // Over the shape: what is marked already is no figure any more.
    for (const match of marked.shape.matchAll(form)) markAt(marked, match.index, match[0]);
  markOthersBeforeColon(marked);
}

/** A number with nothing before it and a colon after, at the beginning of a line or after a sign. */
const beforeColon = shaped('(?:^|[\\n;。]|,\\s?)\\s*(<tasks>|\\d{1,3})\\s*:(?!\\d)', 'gu');

/** "14：已完成选址；15：图审60%": where one is a number of the list, so are the others, whatever follows them. */
function markOthersBeforeColon(marked: MarkedText): void {
  const heads = [...marked.shape.matchAll(beforeColon)].map(({ index, 0: whole, 1: number = '' }) => ({
    number,
    start: index + whole.indexOf(number),
  }));
  if (heads.every(({ number }) => /^\d/u.test(number))) return;
  for (const { number, start } of heads)
    if (/^[1-9]/u.test(number))
      marked.add([{ kind: 'tasks', nos: [Number(number)], exact: false, start, end: start + number.length }]);
}

function markAt(marked: MarkedText, start: number, group: string): void {
  const end = start + group.length;
  const before = marked.shapeOf(Math.max(0, start - 12), start);
  const after = marked.shapeOf(end, end + 24);
  // "3 8完成80%", "38 39完成": whether that is one number or two only the sender knows.
  if (/\d\s+$/u.test(before)) return;
  // "38进度80": a measure without its sign, and no second number.
  if (measureBefore.test(before) && /^\s*(?:$|[,;。!?\n)]|了|左右)/u.test(after)) return;
  // "15完成图审，进度60", "进度80": a measure whose task has to be asked for.
  if (
    /(?:^|[\n,;。])\s*(?:目前|现在|总体|整体)?(?:进度|完成率|完成度)(?:到|为|是|约)?\s*$/u.test(before) &&
    /^\s*(?:$|[,;。!?\n]|了|左右)/u.test(after)
  )
    return;
  const isOrder = ordered.test(before);
  if (isOrder && group.includes(',') && !orderedAfter.test(after)) {
    const first = group.replace(commaSplit, '');
    markAt(marked, start, first);
    const next = start + first.length + (/^\s*,\s*/u.exec(group.slice(first.length))?.[0].length ?? 0);
    markAt(marked, next, marked.shapeOf(next, end));
    return;
  }
  // "43已完成44还在做": the second of two reports without a sign between.
  const follows = reportBefore.test(before) && strongAfter.test(after);
  const stands = bareBefore.test(before) && bareAfter.test(after);
  if (!stands && !follows && !(isOrder && orderedAfter.test(after))) return;
  const nos = isPerhapsListMark(marked.text, start, group) ? null : expandNumbers(group);
  if (nos) marked.add([{ kind: 'tasks', nos, exact: false, start, end }]);
}
