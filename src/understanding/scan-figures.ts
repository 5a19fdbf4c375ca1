// Finds the figures that are no task numbers: percentages, money, people, telephone and document numbers, clock times, list marks.
import { type Mark, type MarkedText } from './marks';
import { readPercent } from './numerals';

/** Forms that are what they are whatever stands beside them; the first that fits a place takes it. */
const fixedForms = [
  /(?:https?|dtmd|dingtalk|ftp):\/\/\S+|www\.\S+/giu,
  /[〔[(【]\s*(?:19|20)\d{2}\s*[〕\])】]\s*(?:第\s*)?\d{1,4}\s*号?/gu,
  /(?<!\d)1\d{10}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|(?!20\d{6}(?!\d))\d{7,}/gu,
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}/gu,
  /(?<!\d)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d|\s*%)|(?<![\d第])\d{1,2}点(?:半|钟|整|\d{1,2}分?)?/gu,
  /(?<![A-Za-z])(?![Nn][Oo]\d|[Qq][1-4](?!\d))[A-Za-z]+[-_]?\d+(?:[-_.]\d+)*|\d+[A-Za-z]+\d*/gu,
  /(?<![\d.])(?!20\d{2}[-/.])\d{4,6}(?![\d%年.-])/gu,
];

const percentForm =
  /(?:\d{1,4}(?:\.\d+)?\s*%|百分之(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百]+)|(?<![一二三四五六七八九十\d])(?:[一二三四五六七八九]|十)成(?:[半五])?(?![立效果功本员为就不交品绩长年熟套])|一半(?!天|会))/gu;
const percentRange =
  /(?<![从由]\s*)(?<![\d.])\d{1,3}(?:\.\d+)?\s*%?\s*(?:-|到|至)\s*\d{1,3}(?:\.\d+)?\s*%|[一二三四五六七八九][、到至]?[一二三四五六七八九]成/gu;
/** 八成 as "most likely": 八成能完成, 八成是忘了. */
const likely = /^(?:是|会|能|要|可以|可能|得|又|没|完成|做完|办结|搞定)/u;

const measureWords =
  '亿|万|千|百|元|块|美元|个|名|人|户|家|次|份|条|件|笔|台|辆|套|处|座|栋|幢|亩|公里|千米|米|平方|平米|㎡|吨|度|分(?!别)|秒|小时|' +
  '天|日|年|月|周|倍|级|类|页|楼|层|栏|岁|票|场|批|轮|届|宗|起|例|百分点|字|行|位|本|册|张|篇|集|门|款|章|支|组|队|班|室|℃|°|' +
  '箱|包|盒|桶|瓶|杯|斤|公斤|克|兆|G|kw|kW|MW|路|线|弄|点|期';
const quantityForm = new RegExp(
  `(?<![第\\d.#])\\d+(?:\\.\\d+)?\\s*(?:多|余|来|几)?\\s*(?:${measureWords})(?![项号])`,
  'gu',
);
const decimalForm = /(?<![\d.])\d+\.\d+(?![\d.])|\d+\.\d+\.\d+/gu;

// "1. …", "2、…", "(3) …" that open a line or stand directly before a number of the list.
const listMark = /(?<=^|\n)[ \t]*(?:\((\d{1,2})\)|(\d{1,2})(?:[.)]|、(?!\s*\d)))(?!\d)/gu;
const numberedLine = /(?<=^|[\n ,;。])[ \t]*\(?(\d{1,2})[.)、]\s*(?=第?\s*\d)/gu;
/** "一、…" at the beginning of a line; "三十八、三十九项" is a list of numbers. */
const spokenListMark =
  /(?<=^|\n)[ \t]*\(?[一二三四五六七八九十]{1,3}(?:、|\))(?![零〇一二两三四五六七八九十百]|\s*(?:部分|的|里|中|任务|完成|进度|进展|$))/gu;
const innerListMark =
  /(?<=^|[\n ,;。])(?:\(\d{1,2}\)|\d{1,2}[.)、])\s*(?=第\s*[\d一二三四五六七八九十百]{1,4}\s*[项号]|#\d|任务\d)/gu;

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

function bullets(text: string, form: RegExp): Mark[] {
  return placesOf(text, form).map(({ start, end }) => ({ kind: 'bullet', start, end }));
}

/** Numbers at the beginnings of lines that count the lines: they begin at 1, so a lone "38." is a number of the list. */
function listMarks(text: string): Mark[] {
  const opening = [...text.matchAll(numberedLine)];
  // "1、38完成…\n2、39完成…" counts its lines; a single "1、38完成" may as well name two tasks.
  if (opening.length > 1 && opening.every((match, i) => Number(match[1]) === i + 1))
    return opening.map(match => ({ kind: 'bullet', start: match.index, end: match.index + match[0].length }));
  const marks = [...text.matchAll(listMark)];
  const numbers = marks.map(match => Number(match[1] ?? match[2]));
  const counting = numbers.every((no, i) => no === i + 1);
  return [
    ...(counting
      ? marks.map((match): Mark => ({ kind: 'bullet', start: match.index, end: match.index + match[0].length }))
      : []),
    ...bullets(text, innerListMark),
    ...bullets(text, spokenListMark),
  ];
}

/** Marks what can be told before dates are read. */
export function scanFixedFigures(marked: MarkedText): void {
  for (const form of fixedForms) marked.add(quantities(marked.text, form));
  marked.add(listMarks(marked.text));
  marked.add(quantities(marked.text, percentRange));
  marked.add(
    placesOf(marked.text, percentForm).map(({ start, end, found }): Mark => {
      const percent = readPercent(found.replace(/\s+/gu, ''));
      // "-5%", "负5%": no progress goes below nothing.
      const below = /[-负]\s*$/u.test(marked.text.slice(0, start));
      const doubted = percent === null || below || (found.endsWith('成') && likely.test(marked.text.slice(end)));
      return doubted ? { kind: 'quantity', start, end } : { kind: 'percent', percent, start, end };
    }),
  );
}

/** Marks numbers before a measure word and decimals; called after dates and task numbers have taken theirs. */
export function scanQuantities(marked: MarkedText): void {
  marked.add(quantities(marked.text, quantityForm));
  marked.add(quantities(marked.text, decimalForm));
}
