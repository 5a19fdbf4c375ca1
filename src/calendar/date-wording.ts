// The pieces that the patterns of dates are put together from.

export const digit = '0123456789';
export const chineseDigit = '一二三四五六七八九十廿卅';

/** The number of a month or of a day, in figures or words. */
export const monthNumber = '(?:\\d{1,2}|十[一二]?|[一二三四五六七八九])';
export const dayNumber = '(?:\\d{1,2}|[二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九])';

/** A number begins here: not inside a longer one, and no 第3, #3 (but 统一六月底前). */
export const edge = `(?<![\\d第#])(?!(?<=(?<!统)[${chineseDigit}百零〇])[${chineseDigit}])`;

/** Not directly before this, for lists of counted things: "6月5项" names no day, "本周三家" no Wednesday. */
export const counted =
  '项(?!目)|个(?![别体])|件|条|份|次(?!日)|家|户|天(?!气)|周|[百千万亿成分度点种类期批场部]|人(?![大社民员事才均武])';

/** 到, 至, a dash: between the two ends of a range. */
export const to = '(?: ?(?:-{1,2}|[—–~～]{1,2}|直?到|至) ?)';

/** 一下 is a word of its own: "看一下周五的" speaks of 周五. */
export const notInShort = '(?<!(?<![统唯周])一)';

/** Which week, month or quarter; read by `distanceOf`. Not the 下 of 线下 or the 上 of 早上. */
export const relative =
  `(?:本|这(?:[一1]?个|一)?|(?<!相)当|次|${notInShort}(?<![以线旗名乡当])下{1,3}(?:[一1]?个|一)?|` +
  '(?<![以早晚马网线加赶会])上{1,3}(?:[一1]?个|一)?)';

const figure = `[${chineseDigit}两\\d]+`;

// 前, 后, 内 as words of time, and not the beginnings of others: 前期, 后续, 内容.
export const before = `(?:之前|以前|前(?![后期台述往来景沿锋置瞻列端几]|提(?:下|是|条件)|${figure} ?(?:[名位强批天周月次轮]|个(?!工作))))`;
export const after = `(?:之后|以后|过后|后(?![续台期勤面方备来果置半]|天(?!气)|${figure}(?:[天周]|个)))`;
export const within = '(?:之内|以内|内(?![容部网外控设勤涵存参置销资业退阁环河科蒙审训定因]))';

/** A year and what joins it to what follows; read by `writtenYear`. */
export const year =
  '(?:(?:(?<![\\d第#])(?<y4>(?:19|20)\\d\\d) ?(?:年度?|[./-](?=\\d{1,2} ?月))|(?<![\\d.第#])(?<y2>[23]\\d)年度?|' +
  '(?<yc>[〇○零一二三四五六七八九]{4})年度?|' +
  '(?<yw>今年度?|本年度?|当年度?|明年度?|来年|次年|翌年|去年度?|上年度|下年度|后年|(?<!年)前年))的? ?)';
export const yearFirst = `${digit}〇○零一二三四五六七八九今本当明来次翌去上下后前`;

/** 年 as a word of its own (年底, 年前), with no number or other word before it: not 三年前, 近年. */
export const yearAlone = `(?<![\\d${chineseDigit}百千今明去后前近多少周青中老成几半每某整上当本来])(?<!(?<![查看问说列发催报填])下)年`;

/** A month's third, half, beginning or end; read by `monthSpan`. */
export const monthPart =
  '(?<part>上中旬|中下旬|[上中下]旬|[上下]半月|月?[底末](?![层端部线价])|初(?![步始级期审稿中次衷验心])|' +
  '中(?=$|[前后完之以的到,;。、!? )]|开始|开展|要|报|交))';

/** 本周内容: the heading of something, not a time; 本周内容有哪些 asks what is to be done in it. */
export const matter = '内容(?![有是要呢包都列])';
