// What a person wants of the reminders they get: 提前三天提醒我, 今天别提醒了, 晚上不要打扰.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { numeralPattern, readNumber } from './numerals';

const remindWord = /提醒|推送|通知我|打扰|静音|叫我/u;
const aboutOthers = shaped('<unit>|<all>|他们|大家|催|单位(?!的提醒)');
const refuse = '(?:不要|别|不用|不必|无需|不再|停止|暂停|关闭|取消|关掉|停掉|不想)';
const muted = new RegExp(
  `${refuse}(?:再|给|对|向|我|们|收到|接收|发|每天|老|一直|在|群里|的)*(?:提醒|推送|打扰)|免打扰|静音|(?:提醒|推送)(?:请|先|都|就|给我)*(?:关了|关掉|关闭|停了|停掉|停止|暂停|取消)|(?:提醒|推送)(?:就)?(?:不要|别|不用)(?:再)?发?`,
  'u',
);
const snoozed = shaped('<date>再(?:提醒|通知|叫)(?:我|一次|一下)*');
const unmuted =
  /(?:恢复|打开|开启|重新开启|继续|开通|启用)(?:接收|给我|我的|每日|每天|任务|到期)*(?:的)?(?:提醒|推送)|取消(?:静音|免打扰)|(?:提醒|推送)(?:请|重新|再)*(?:打开|开启|恢复)/u;
const ahead = new RegExp(
  `(?:提前|到期前|截止前|期限前|之前)(${numeralPattern}|半)个?(天|日|工作日|周|个?星期|礼拜|个?月)`,
  'gu',
);
const furtherAhead = new RegExp(`(?:和|、|,|及|与|跟)(?:提前)?(${numeralPattern})个?(天|日|工作日|周|星期|礼拜)`, 'gu');
const hour = `(?:${numeralPattern}|\\d{1,2})(?:点|:\\d{2}|时)(?:半|钟|整|\\d{1,2}分?)?`;
const quiet = new RegExp(
  `(?:晚上|夜里|夜间|凌晨|中午|午休|早上|周末|双休日|节假日|休息时间|下班(?:后|时间)?|${hour}\\s*(?:到|至|-|以?后|之后|以?前|之前)).{0,16}(?:${refuse}|免)`,
  'u',
);
const quietAsked = /免打扰时间|勿扰时[间段]|静默时[间段]/u;
const rhythm = new RegExp(
  `(?:每天|每日|每周|每个?工作日|每月|天天|以后|改到|改成|改为|调到|设为|定在|固定在?).{0,16}(?:提醒|推送)|(?:提醒|推送)(?:时间)?(?:改|调|设|定)(?:到|成|为|在)`,
  'u',
);

/** The setting a message asks for, or null. */
export function readSettings(marked: MarkedText): Frame | null {
  const { text, shape } = marked;
  if (!remindWord.test(text) || aboutOthers.test(shape) || /[?]|吗|怎么|为什么|为何|谁|什么/u.test(text)) return null;
  const nos = marked.within('tasks', 0, text.length).flatMap(mark => mark.nos);
  const tasks = nos.length > 0 ? { tasks: nos.map(no => ({ no })) } : {};
  const quietText = text.replace(/\s/gu, '');
  if (quiet.test(quietText) || quietAsked.test(text))
    return { intent: 'reminder_settings', action: 'quiet_hours', ...tasks };
  const [date] = marked.within('date', 0, text.length);
  const until = date?.range.end;
  const limit = until === undefined || until === null ? {} : { until };
  if (unmuted.test(text)) return { intent: 'reminder_settings', action: 'unmute', ...tasks };
  if (muted.test(text) || snoozed.test(shape))
    return { intent: 'reminder_settings', action: 'mute', ...limit, ...tasks };
  const days = daysAhead(text);
  if (days.length > 0)
    return {
      intent: 'reminder_settings',
      action: 'lead_days',
      days: days.length === 1 ? (days[0] ?? 0) : days,
      ...tasks,
    };
  return rhythm.test(text) ? { intent: 'reminder_settings', action: 'schedule', ...tasks } : null;
}

function daysAhead(text: string): number[] {
  const first = [...text.matchAll(ahead)];
  if (first.length === 0) return [];
  const tail = text.slice(first[0]?.index ?? 0);
  const all = [...tail.matchAll(ahead), ...tail.matchAll(furtherAhead)].sort((a, b) => a.index - b.index);
  const days = all.map(([, figure = '', unit = '']) => {
    const count = readNumber(figure);
    if (count === null) return null;
    return /周|星期|礼拜/u.test(unit) ? count * 7 : /月/u.test(unit) ? count * 30 : count;
  });
  return [...new Set(days.filter(count => count !== null))];
}
