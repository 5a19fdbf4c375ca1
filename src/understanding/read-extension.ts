// Requests for more time: "41申请延期到9月底，因省级系统未上线". Politely asked ("能不能延到9月底") they are requests all the same.
import { type DateView } from '../calendar/date-phrases';
import { type Clause, gateOf } from './clauses';
import { type Frame } from './frames';
import { type Gate, gateOfShape, takenBack } from './gates';
import { isPlainLead } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { isTailQuestion } from './report-doubts';
import { type Segment, type Stretch } from './segments';

/** What a word that may mean anything (推到, 拖到, 挪到) must have after it to mean a later day. */
const aDay =
  '(?=\\s*(?:\ue000|[下本这][个]?[周月季礼星年]|明年|[年月季]底|国庆|春节|元旦|中秋|五一|周|星期|礼拜|十?[一二三四五六七八九十]月|(?:20)?\\d{1,4}[年月./-]))';
const words =
  `(?:往|向)?后[放挪顺移拖调推延]|(?:推|拖|挪|放|顺|缓|移|调)(?:后)?(?:到|至)${aDay}|延个期|延(?:长)?(?:[一两二三四五六半几十\\d]+个?半?(?:天|周|月|星期|礼拜))|晚(?:点|些)(?:再)?(?:交|完成|办结)|放宽(?:完成)?(?:时限|期限|时间)|(?:再|多)给(?:我们?|<own>)?(?:点|些|几天|宽限|[一两二三四五六七八九十\\d]+(?:天|周|个月))(?:时间)?|` +
  '延期|延长|宽限|推迟|顺延|延后|展期|延缓|缓一缓|缓缓|往后延|往后推|推后|推一推|推推|延一延|延几天|延一下|后延|缓几天|延些|延迟(?:到|至)|延到|延至|拖到|(?:期限|时限|时间)(?:能否|能不能|可否|能|可以|想|恳请|还?请|望|希望|申请|需要?)*(?:改|调整?|放宽)(?:到|至|为|成)|晚(?:几|[一二两三四五六七八九十\\d]+)(?:天|周|个月)(?:再)?(?:交|报|完成|办)';
const extension = new RegExp(words, 'u');
const refused = new RegExp(
  `(?:不|无需|无须|别|没有?|未|不会|不得|不用|不需要|不再|严禁|禁止|拒绝|取消|撤回|撤销|收回|不可能?|(?<!能)不能|无法|难以|谁说|谁让|不准|不允许|不想|不打算)(?:申请|要求|过|再|予|予以|准|批准|允许|同意)*(?:延期|延长|推迟|延后|顺延|延至|延到|延个期|宽限|(?:往|向)?后[放挪顺移拖调推延]|[推拖挪放缓]到)|拖到[^,;。]{0,8}(?:了|还|都|才)|` +
    '(?:延期|延长|推迟|顺延)(?:了?的(?!话)|任务|事项|申请(?:表|书|单|的|已|不要了|不用了|作废|算了|撤|取消|流程|审批|怎|被|没|未|通过)|后|前|原因是什么|理由是什么|情况|批|通过|审批|被|获|已|是否|了(?!吗|行)|没|多久了|不要了|不用了|作废|算了|撤(?:回|销|了)|取消|怎么|如何|流程|办法|手续|需要什么|要什么)|(?:延期|延长|推迟|延后|延至|延到)[^,;。]{0,12}(?:已|获)获?(?:批|同意|通过|准)|(?:已|已经|曾|刚)(?:申请|同意|批准|经)?(?:延期|延长|推迟)|(?:同意|批准|驳回|退回|收到).{0,6}(?:延期|延长|推迟)|(?:延期|推迟)(?:召开|举行|举办|开会|开学|开放|上线|发布)',
  'u',
);
const politely =
  /能否|可否|能不能|可不可以|可以.*吗|行吗|行不行|是否可以|好吗|可以不|可以么|能.*吗|能.{0,6}不$|(?:行|可以|成|中|好|要得)不(?![行可以成中好])|请问.{0,4}(?:能|可)/u;
const reasonForm = /(?:因为?|由于|原因(?:是|为|:)?|理由(?:是|为|:)?|鉴于)[\s:,]*(.+)$/u;

const ofSomething =
  /的(?!任务|时限|期限|时间|工作|完成|办结|事|截止|进度|我|申请|延)[\p{Script=Han}]{2}|会议?(?!不会)|培训|验收|活动|评审|开标|招标|检查|考试|仪式/u;

/** What a request is read against. */
export interface RequestView {
  /** The clauses that lead to the number. */
  before: readonly Clause[];
  gate: Gate | null;
  senderUnit: string | null;
  dates: DateView;
}

/** Words of wishing that are the request itself; what is left of gates without them only speaks of one (预计, 可能, 务必). */
const wishing =
  /申请|请求|恳请|请|想要?|拟|需要?|要|希望|能否|能不能|可否|可不可以|可以|(?<!可)能|麻烦|帮忙|帮我?|把|将|特此?|望|盼|求|给我?|再|多/gu;

/** "38下周再申请延期": not now. */
const later = shaped('(?:<date>|以后|改天|回头|过几天|到时候?)(?:再|就|才|我们|<own>|会)*$');

/** "…，7月底": the day in a clause of its own. */
const onlyDay = shaped('^(?:就|大概|暂定)?<date>(?:前|之前|左右|吧|行不|可以不)*$');

/** The request of a segment, a question back where it is none for certain, or null. */
export function readExtension(marked: MarkedText, segment: Segment, view: RequestView): Frame | null {
  const { lead, body, more, nos } = segment;
  const stretches = [body, ...more];
  const said = stretches.findIndex(stretch => extension.test(textOf(marked, stretch)));
  // "请求延长41项时限至9月20日": the word may lead to the number.
  const leadShape = marked.shape.slice(lead.start, lead.end);
  // "想申请一下延期，137的，材料没齐": a clause of its own before the number.
  const askedBefore = said < 0 && asksBefore(marked, view.before, segment);
  const isLed =
    askedBefore || (said !== 0 && (asksAlone.test(leadShape) || /(?:延期申请|申请延期)\s*:?\s*$/u.test(leadShape)));
  const at = isLed ? 0 : said;
  const stretch = isLed ? { ...body, start: lead.start } : stretches[at];
  if (!stretch || at > 2 || (!isLed && !isRequest(marked, stretch))) return null;
  if ((!isLed && refused.test(textOf(marked, lead))) || marked.within('all', lead.start, body.start).length > 0)
    return null;
  const wordAt = stretch.start + (extension.exec(textOf(marked, stretch))?.index ?? 0);
  const others = marked.within('unit', lead.start, wordAt).some(({ names }) => !names.includes(view.senderUnit ?? ''));
  const head = (at === 0 ? marked.shape.slice(lead.start, wordAt) : marked.shape.slice(stretch.start, wordAt)).replace(
    wishing,
    '',
  );
  // "71的培训推迟到下周": not the task. "各单位注意，71延期到9月底": no request.
  const between = marked.text.slice(Math.min(body.start, wordAt), wordAt);
  const isDoubtful =
    others ||
    ofSomething.test(between) ||
    view.before.some(({ start, end }) => marked.within('all', start, end).length > 0) ||
    later.test(head) ||
    segment.under !== undefined ||
    gateOfShape(head, '') !== null ||
    /你们?|他们?/u.test(textOf(marked, lead)) ||
    stretches
      .slice(at + 1)
      .some(part => takenBack.test(textOf(marked, part)) || isTailQuestion(clauseOf(marked, part)));
  if (isDoubtful || (at === 0 && view.gate === 'doubt' && !isLed && !isPlainLead(leadShape.replace(wishing, ''))))
    return { intent: 'clarify', about: 'unsure' };
  const last =
    stretches.findLast(
      part =>
        extension.test(textOf(marked, part)) ||
        /^(?:延)?[到至]/u.test(textOf(marked, part)) ||
        onlyDay.test(marked.shape.slice(part.start, part.end)),
    ) ?? stretch;
  const asked = askedBefore ? view.before.at(-1) : undefined;
  const dates = marked.within('date', asked?.start ?? body.start, last.end).filter(mark => mark.range.end !== null);
  const reason =
    reasonOf(marked, segment, stretches, at) ??
    reasonBefore(marked, asked ? view.before.slice(0, -1) : view.before, lead);
  return {
    intent: 'request_extension',
    tasks: nos.map(no => ({ no })),
    until: dates.at(-1)?.range.end ?? null,
    reason,
  };
}

/** True where the last clause before a number is a request for time that names none, and the number stands by itself. */
function asksBefore(marked: MarkedText, before: readonly Clause[], { body }: Segment): boolean {
  const last = before.at(-1);
  if (!last || !asksForTime(marked, last)) return false;
  return /^(?:的|任务|这项|工作|[\s:])*$/u.test(marked.text.slice(body.start, body.end));
}

const asksAlone = shaped(
  `^(?:[\\s,]|一下|下|个|办理?|提|请|您好|你好|领导|我们?|<own>|<unit>|想|要|需|拟|申请|请求|恳请|特|现|麻烦|能否|能不能|可否|可不可以|再|任务|工作|该项|这项|这个|此项|完成|时限|期限|时间)*(?:${words})`,
);

/** True for a request that names no task: "申请延期到9月底". */
export function asksForTime(marked: MarkedText, clause: Clause): boolean {
  return asksAlone.test(clause.shape) && isRequest(marked, clause);
}

function isRequest(marked: MarkedText, stretch: Stretch): boolean {
  const text = textOf(marked, stretch);
  if (refused.test(text)) return false;
  if (/(?:没有?|了没有?)[\s.]*$/u.test(text)) return false;
  const gate = gateOf(clauseOf(marked, stretch));
  // A polite question (能否延期到9月底) is a request; asking what became of one is not.
  if (gate === 'question') return politely.test(text) && !/谁|怎么|如何|为什么|几次/u.test(text);
  return gate !== 'condition' && gate !== 'hearsay' && gate !== 'example';
}

const textOf = (marked: MarkedText, { start, end }: Pick<Stretch, 'start' | 'end'>): string =>
  marked.text.slice(start, end);
const clauseOf = (marked: MarkedText, stretch: Stretch): Clause => ({
  ...stretch,
  shape: marked.shape.slice(stretch.start, stretch.end),
});

function clean(said: string): string | null {
  const trimmed = said
    .replace(/^[\s,，;；:：、。]+|[\s,，;；、。.!！]+$/gu, '')
    .replace(/^(?:主要)?(?:是)?(?:因为?|由于|原因(?:是|为)?|理由(?:是|为)?|鉴于)[\s:：,，]*/u, '')
    .replace(
      /[\s,，;；、]+(?:故|所以|因此|特|现)?(?:特此)?(?:我[局办院]|我们)?(?:申请|请求|拟|需要?|想|希望)*(?:延期|延长|推迟|顺延|延后).*$/u,
      '',
    )
    .replace(/(?:故|特|现|特此)?(?:申请|请求|拟申请|拟|希望)(?:延期|延长|推迟|顺延|延后).*$/u, '')
    .replace(/[\s,，;；、]+(?:想|要|拟)?(?:延|推迟|顺延)[到至].*$/u, '')
    .replace(/[,，;；、\s]*(?:请(?:批准|审批|批示|予以批准|支持|领导)|望批准|妥否).*$/u, '');
  return trimmed === '' ? null : trimmed;
}

const behindDay =
  /^(?!.*(?:吗|行不|可以|能否|好不|如何|怎么|谢谢|批准|同意))[\p{Script=Han}\s]*(?:没|未|还|不|缺|卡|难|待|等|尚)[\p{Script=Han}]{2,}$/u;

function reasonOf(marked: MarkedText, segment: Segment, stretches: Stretch[], at: number): string | null {
  const whole = { start: segment.body.start, end: (stretches.at(-1) ?? segment.body).end };
  const said = reasonForm.exec(textOf(marked, whole).replace(/\n/gu, ' '));
  if (said?.[1] !== undefined) {
    const start = whole.start + (said.index + said[0].length - said[1].length);
    return clean(marked.plain.words(start, whole.end));
  }
  const later = stretches
    .slice(at + 1)
    .find(
      part => !/^(?:延)?[到至]/u.test(textOf(marked, part)) && !onlyDay.test(marked.shape.slice(part.start, part.end)),
    );
  if (later) return clean(marked.plain.words(later.start, whole.end));
  // "申请延期到十月底律师平台还没对接好": behind the day, without a sign.
  const stretch = stretches[at];
  const lastDay = stretch && marked.within('date', stretch.start, stretch.end).at(-1);
  const behind = stretch && lastDay && marked.text.slice(lastDay.end, stretch.end);
  if (behind !== undefined && behindDay.test(behind))
    return clean(marked.plain.words(lastDay?.end ?? 0, stretch?.end ?? 0));
  const [first] = stretches.slice(0, at);
  const last = stretches[at - 1];
  return first && last ? clean(marked.plain.words(first.start, last.end)) : null;
}

/** "因为资金没到位，41申请延期": the reason may stand before the number. */
function reasonBefore(marked: MarkedText, before: readonly Clause[], lead: Stretch): string | null {
  const telling = before.filter(({ shape }) => !isPlainLead(shape));
  const [first] = telling;
  const last = telling.at(-1);
  if (first && last) return clean(marked.plain.words(first.start, last.end));
  const inLead = reasonForm.exec(textOf(marked, lead))?.[1];
  return inLead === undefined ? null : clean(inLead);
}
