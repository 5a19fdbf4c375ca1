// What a person wants of the reminders they get: 提前三天提醒我, 今天别提醒了, 晚上不要打扰, 每周一三五提醒.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { numeralPattern, readNumber } from './numerals';

const remindWord =
  /提醒|喊我|[跟和]我[说讲]一?[声下]|告诉我一声|吱一?声|推送|通知我|打扰|静音|免扰|勿扰|叫我|发给我|别再?(?:发|吵|弹|@)|不要再?(?:发消息|弹|@)/u;
/** Somebody else is to be reminded, or it is talked about reminding. */
const aboutOthers = shaped('<unit>|<all>|他们?|她们?|大家|催|各科室|同事|企业|群众|你们');
const asked = /[?]|吗|怎么|为什么|为何|谁|什么|是否|多久|(?<![这那过好前头停])几天/u;
const thanked =
  /(?:谢谢|感谢|多谢|辛苦|收到|谢)[^,。;]{0,8}提醒|提醒(?:得|的)(?:很|非常|真|好|及时|对)|温馨提醒|友情提醒|特别提醒|重要提醒|(?:已|已经|刚)(?:提醒|通知)|提醒(?:函|单|事项)|提醒(?:过|一下(?:各|大家))|经.{0,4}提醒/u;
const refuse =
  '(?:不要|别|不用|不必|无需|不再|停止|暂停|关闭|取消|关掉|停掉|不想|停|关|不需要|先不|免|不(?=提醒|推送|打扰|发))';
const between =
  '(?:再|给|对|向|我们?|的|收到|接收|发|每天|老|总|一直|在|群里|这么|那么|频繁|天天|到期|任务|逾期|全部|所有|这个|本群|<tasks>|<date>|这项|该项)*';
const muted = shaped(
  `${refuse}${between}(?:提醒|推送|打扰|通知|消息|吵|喊|@|弹窗?)|免打扰|静音|(?:提醒|推送|通知)(?:请|先|都|就|给我|功能|<date>)*(?:关了|关掉|关闭|关一下|停了|停掉|停止|停一?[下停]|关一关|暂停|取消|免了)|(?:提醒|推送)(?:就|都|<date>|先)*(?:不要|别|不用|不需要|免)(?:再)?(?:了|发)?`,
);
/** "明天再提醒", "过两天再提醒我": not now, but then. */
const snoozed =
  /(?:再|才)(?:提醒|通知|叫|推送)(?:我|一次|一下)*|(?:稍后|晚点|迟点|一会儿?|待会儿?|过会儿?|过[一两二三几]天)(?:再)?(?:提醒|通知|叫)/u;
const unmuted = shaped(
  '(?:恢复|打开|开启|重新(?:开启|打开|开通)|继续|开通|启用|重启|开一?下|还是)(?:接收|给我|我的|每日|每天|任务|到期|正常|发|<tasks>|的)*(?:提醒|推送|通知)|(?:取消|解除|关闭|关掉|退出)(?:静音|免打扰|勿扰)|(?:提醒|推送)(?:请|重新|再|给我)*(?:打开|开启|恢复|开一?下|开起来|开了吧)',
);

const unitOfTime = '(天|日|个?工作日|周|个?星期|个?礼拜|个?月)';
const ahead = new RegExp(
  `(?:提前|提早|到期前|截止前|期限前|期前|之前|临期)(${numeralPattern}|半)个?${unitOfTime}|(${numeralPattern})个?${unitOfTime}(?:之?前|以前)`,
  'gu',
);
const further = new RegExp(
  `(?:和|、|,|及|与|跟|各|再)\\s*(?:提前|到期前|前)?(${numeralPattern})个?${unitOfTime}?(?=[和、,及与跟各天日]|之?前|提醒|分别|都|$)`,
  'gu',
);
/** "提前7、3、1天提醒": the unit stands behind the last. */
const listed = new RegExp(
  `(?:提前|到期前|前)((?:${numeralPattern}(?:、|,|和|/))+${numeralPattern})个?(天|日|工作日|周)`,
  'u',
);
const hour = `(?:${numeralPattern}|\\d{1,2})(?:点|:\\d{2}|时)(?:半|钟|整|\\d{1,2}分?)?`;
const quietTime = `晚上|夜里|夜间|深夜|半夜|凌晨|中午|午休|清早|早上|早晨|周末|双休日|周六|周日|星期[六天日]|礼拜[六天日]|节假日|假期|休息(?:日|时间)|非工作(?:日|时间)|下班(?:后|时间|以后)?|上班前|${hour}\\s*(?:到|至|-|以?后|之后|以?前|之前)`;
const quiet = new RegExp(
  `(?:${quietTime}).{0,16}(?:${refuse}|免|勿)|(?:${refuse}|免|勿)[^,。]{0,6}(?:在)?(?:${quietTime})`,
  'u',
);
const quietAsked =
  /(?:免打扰|勿扰|静默|免扰|安静)(?:时[间段]|时间段|模式.{0,4}\d)|(?:免打扰|勿扰|静默|静音).{0,10}\d{1,2}(?:点|:)/u;
const onlyThen = new RegExp(`只(?:在|要)?(?:上班|工作时间|工作日|白天|${hour})[^,。]{0,10}(?:提醒|推送)`, 'u');
const rhythm = new RegExp(
  `(?:每天|每日|每周|每个?(?:工作日|周|星期|礼拜|月)|每月|每季度?|天天|隔天|每隔|每两|逢|(?:周|星期|礼拜)[一二三四五六日天]|月初|月底|以后|今后|改到|改成|改为|调到|设为|设置?成?|定在|固定在?).{0,18}(?:提醒|推送|叫我|发给我)|(?:提醒|推送)(?:时间|频率|频次|周期)?(?:请|给我|能)*(?:改|调|设|定|换|变更)(?:到|成|为|在|置|整)|(?:提醒|推送)(?:时间|频率)(?:为|是)|提醒我?(?:一次)?[,，]?每(?:天|周|月|个)`,
  'u',
);

const tooOften = new RegExp(
  `${refuse}(?:再|给我|对我|老是?|总是?)*(?:每天|天天|这么频繁|那么频繁)(?:都|地|的)?(?:提醒|推送|发)(?:我)?`,
  'u',
);

/** The setting a message asks for, or null. */
export function readSettings(marked: MarkedText): Frame | null {
  const { text, shape } = marked;
  if (text.length > 80 || !remindWord.test(text) || thanked.test(text)) return null;
  if (aboutOthers.test(shape) || asked.test(text) || /[“”"]/u.test(text)) return null;
  const nos = marked.within('tasks', 0, text.length).flatMap(mark => mark.nos);
  const tasks = nos.length > 0 ? { tasks: nos.map(no => ({ no })) } : {};
  const setting = (frame: Omit<Extract<Frame, { intent: 'reminder_settings' }>, 'intent'>): Frame => ({
    intent: 'reminder_settings',
    ...frame,
    ...tasks,
  });
  const packed = text.replace(/\s/gu, '');
  const dates = marked.within('date', 0, text.length);
  // 9月5日之前 is a day, and not five days ahead.
  const undated = dates.reduce((rest, { start, end }) => rest.slice(0, start) + '|'.repeat(end - start) + rest.slice(end), text); // prettier-ignore

  // "这周末不要提醒" and "周末不要提醒": a weekend named apart is one stretch of days, not a window of every week.
  const isOneStretch = dates.some(({ start, end }) => /[这本下][个]?(?:周|礼拜|星期)|\d/u.test(text.slice(start, end)));
  if (quietAsked.test(text) || onlyThen.test(packed)) return setting({ action: 'quiet_hours' });
  if (!isOneStretch && quiet.test(packed) && !unmuted.test(packed)) return setting({ action: 'quiet_hours' });
  if (unmuted.test(shape) && !muted.test(shape.replace(/(?:取消|解除|关闭|关掉|退出)(?:静音|免打扰|勿扰)/gu, '')))
    return setting({ action: 'unmute' });
  const until = dates.at(-1)?.range.end;
  const limit = until === undefined || until === null ? {} : { until };
  const days = daysAhead(undated.replace(/\s/gu, ''));
  // "不要每天提醒，每周一就行": how often, not whether.
  if (tooOften.test(packed) && rhythm.test(packed.replace(tooOften, ''))) return setting({ action: 'schedule' });
  if (muted.test(shape) && days.length === 0) return setting({ action: 'mute', ...limit });
  if (days.length > 0) return setting({ action: 'lead_days', days: days.length === 1 ? (days[0] ?? 0) : days });
  // "周五再提醒" is one Friday, "每周五再提醒" a rhythm.
  const isOneDay = dates.length > 0 && !/每|逢|隔|天天|以后|今后|[改调设定]/u.test(packed);
  if (snoozed.test(text) && (isOneDay || !rhythm.test(packed))) return setting({ action: 'mute', ...limit });
  return rhythm.test(packed) ? setting({ action: 'schedule' }) : null;
}

/** The days ahead that are asked for, in the order they are said; a week is seven. */
function daysAhead(text: string): number[] {
  const list = listed.exec(text);
  if (list?.[1]) {
    const counts = list[1].split(/[、,和/]/u).map(readNumber);
    return distinct(counts.map(count => inDays(count, list[2] ?? '天')));
  }
  const first = [...text.matchAll(ahead)];
  if (first.length === 0) return [];
  const from = first[0]?.index ?? 0;
  const all = [...text.slice(from).matchAll(ahead), ...text.slice(from).matchAll(further)];
  return distinct(
    all
      .sort((a, b) => a.index - b.index)
      .map(([, figure, unit = '天', other, otherUnit]) =>
        inDays(figure === '半' ? 0.5 : readNumber(figure ?? other ?? ''), otherUnit ?? unit),
      ),
  );
}

function inDays(count: number | null, unit: string): number | null {
  if (count === null) return null;
  return /周|星期|礼拜/u.test(unit) ? count * 7 : /月/u.test(unit) ? count * 30 : Math.ceil(count);
}

const distinct = (days: (number | null)[]): number[] => [...new Set(days.filter(count => count !== null && count > 0))] as number[]; // prettier-ignore
