// Finds the figures that are no task numbers: percentages, money, people, telephone and document numbers, clock times, list marks.
import { type Mark, type MarkedText } from './marks';
import { findBullets } from './scan-bullets';
import { readPercent } from './numerals';

/** Forms that are what they are whatever stands beside them; the first that fits a place takes it. */
const fixedForms = [
  /(?:https?|dtmd|dingtalk|ftp):\/\/\S+|www\.\S+/giu,
  /[〔[(【]\s*(?:19|20)\d{2}\s*[〕\])】]\s*(?:第\s*)?\d{1,4}\s*号?/gu,
  /(?<!\d)1\d{10}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|(?!20\d{6}(?!\d))\d{7,}/gu,
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}/gu,
  /(?<!\d)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d|\s*%)|(?<![\d第])\d{1,2}点(?:半|钟|整|\d{1,2}分?)?/gu,
  /(?<![A-Za-z])(?![Nn][Oo]\d|[Qq][1-4](?!\d))[A-Za-z]+[-_]?\d+(?:[-_.]\d+)*|(?<!\d)\d+[A-Za-z]+\d*/gu,
  /(?<!\d)20\d{2}-(?:1[3-9]|[2-9]\d|\d{3,4})(?![\d-])|(?<!\d)\d{1,3}:\d{1,3}(?=$|[^\d%\p{L}\s])/gu,
  /(?<![\d.])(?!20\d{2}[-/.])\d{4,6}(?![\d%年.-])/gu,
];

const percentForm =
  /(?:\d{1,4}(?:\.\d+)?\s*%|百分之(?:\d+(?:\.\d+)?|一?百|[一二三四五六七八九]?十(?:[一二三四五六七八九](?![十百]))?|零?[一二三四五六七八九])|(?<![一二三四五六七八九十\d.])(?:[一二三四五六七八九1-9]|十)成(?:[半五]|[1-9](?!\d))?(?![立效果功本员为就不交品绩长年熟套])|一半(?!天|会))/gu;
const percentRange =
  /(?<![从由]\s*)(?<![\d.])\d{1,3}(?:\.\d+)?\s*%?\s*(?:-|到|至)\s*\d{1,3}(?:\.\d+)?\s*%|[一二三四五六七八九][、到至]?[一二三四五六七八九]成/gu;
/** "8成5完成": eighty-five of a hundred, or the next number? */
const cutTenth = /成[1-9]$/u;
const tenthEnds = /^(?:左右|上下|以上|多|了)*\s*(?:$|[,;。!?)\n])/u;
/** 八成 as "most likely": 八成能完成, 八成是忘了. */
const likely = /^(?:是|会|能|要|可以|可能|得|又|没|完成|做完|办结|搞定)/u;

/** Words that count, unless they begin another word: 38处 is a count, 38处理中 a task. */
const measureWords =
  '亿|万|千(?!方)|百|元(?!旦)|块|美元|个|名(?!单|录|称)|人(?!社|大|才|事|行)|户(?!籍)|家|次(?!日|月|周)|份|条(?!件|例)|件|笔|台(?!账|风)|辆|套|处(?!理|置|于|在)|座|栋|幢|亩|公里|千米|米|平方|平米|㎡|吨|度(?!过)|' +
  '分(?!别|局|两|三|阶|批|步|类|管|工|析)|秒|小时|天|日(?!常|前|均)|年(?!底|内|前|度|初|中|末)|月(?!底|末|初|内|中|前|份?报)|周(?![一二三四五六日末内边])|倍|级|类|页|楼|层|栏|岁|票(?!据)|场(?!地|所)|批(?!复|准|示|文|了|下)|轮|届|宗|起(?!草|动|来|步|止)|例(?!会|行|如)|百分点|字|行(?!动|政|业)|' +
  '位(?!于|置)|本(?!月|周|季|年|局|单|项|次|级|区)|册|张|篇|集(?!中|体|团)|门(?!户)|款(?!项)|章(?!程)|支(?!持|付|队)|组(?!织|建)|队(?!伍)|班(?!子)|室|℃|°|箱|包(?!括|含)|盒|桶|瓶|杯|斤|公斤|克(?!服)|兆|G|kw|kW|MW|路(?!演)|线(?!上|下|索)|弄(?!完|好|了|得|不|齐|妥|成|到|着)|点|期(?!限|间|待|末)|多[项个名家户人次件条份]';
const quantityForm = new RegExp(
  `(?<![第\\d.#])\\d+(?:\\.\\d+)?\\s*(?:多|余|来|几)?\\s*(?:${measureWords})(?![项号])`,
  'gu',
);
const decimalForm = /(?<![\d.])\d+\.\d+(?![\d.])|(?<!\d)\d+\.\d+\.\d+/gu;

function placesOf(text: string, form: RegExp): { start: number; end: number; found: string }[] {
  return [...text.matchAll(form)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
    found: match[0],
  }));
}

function quantities(text: string, form: RegExp): Mark[] {
  return placesOf(text, form).map(({ start, end }) => ({ kind: 'quantity', start, end }));
}

/** Marks what can be told before dates are read. */
export function scanFixedFigures(marked: MarkedText): void {
  for (const form of fixedForms) marked.add(quantities(marked.text, form));
  marked.add(findBullets(marked.text));
  marked.add(quantities(marked.text, percentRange));
  marked.add(
    placesOf(marked.text, percentForm).map(({ start, end, found }): Mark => {
      const percent = readPercent(found.replace(/\s+/gu, ''));
      // "-5%", "负5%": no progress goes below nothing.
      const below = /[-负]\s*$/u.test(marked.text.slice(0, start));
      const after = marked.text.slice(end);
      const isCut = cutTenth.test(found) && !tenthEnds.test(after);
      const doubted = percent === null || below || isCut || (found.endsWith('成') && likely.test(after));
      return doubted ? { kind: 'quantity', start, end } : { kind: 'percent', percent, start, end };
    }),
  );
}

/** Marks numbers before a measure word and decimals; called after dates and task numbers have taken theirs. */
export function scanQuantities(marked: MarkedText): void {
  marked.add(quantities(marked.text, quantityForm));
  marked.add(quantities(marked.text, decimalForm));
}
