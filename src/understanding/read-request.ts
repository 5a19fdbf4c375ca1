// Requests about numbered tasks: 延期, 撤回, 核销, 退回, 催办.
import { gateOf } from './clauses';
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Segment, type Stretch } from './segments';

const extension = /延期|延长|宽限|推迟|顺延|延后|展期|延缓|缓一?缓|延迟(?:到|至)|延到|延至/u;
const noExtension =
  /(?:不|无需|无须|别|没有?|未|不会|不得|不用|不需要|不再|严禁|禁止|拒绝|取消)(?:申请|要求|再|予|予以|准|批准|允许)*(?:延期|延长|推迟|延后|顺延)|延期(?:了?的|任务|申请(?:表|书|单)|后|前|原因是什么|理由是什么|情况|批|通过|审批)/u;
const reasonForm = /(?:因为?|由于|原因(?:是|为|:)?|理由(?:是|为|:)?)[\s:,]*(.+)$/u;
const undoLead =
  /^(?:请|帮我|帮忙|麻烦|把|我要|我想|刚才的?|刚刚的?)*(?:撤回|撤销|收回|取消|回退|撤掉)(?:刚才|刚刚|一下|对|的|反馈|更新|上报|进度|记录|\s|:)*$/u;
const undoTail =
  /^[\s:,]*(?:的)?(?:更新|反馈|进度|上报|记录|刚才的|刚报的|这条|那条)*(?:请|帮我|给我|先)*(?:撤回|撤销|撤掉|收回|撤了)(?:一下|吧|了)?[\s.!]*$/u;
const acceptLead = /^(?:请)?(?:同意|批准|准予|通过)?(?:核销|销号|办结)[\s:]*$|^同意[\s:]*$/u;
const acceptTail = /^[\s:,]*(?:同意|准予|批准|予以|通过)(?:核销|销号|办结)?[\s.!]*$|^[\s:,]*(?:核销|销号)[\s.!]*$/u;
const returnLead = /^(?:请)?(?:退回|不同意|驳回|打回)(?:核销|销号|办结)?[\s:]*$/u;
const returnTail = /^[\s:,]*(?:退回|不同意|驳回|打回)(?:核销|销号|办结|重办|补充)?[\s.!]*(?:$|[:,]|理由|原因|因)/u;
const remindLead = shaped(
  '^(?:请|帮我|帮忙|麻烦|再|去|把)*(?:催办|催促|催|督促|督办|提醒)(?:一?下|一催|办)?(?:<unit>|<all>|[、,和及\\s])*(?:的|尽快|抓紧|报|反馈|关于|对|完成|办理|\\s)*$',
);

function text(marked: MarkedText, stretch: Pick<Stretch, 'start' | 'end'>): string {
  return marked.text.slice(stretch.start, stretch.end);
}

/** The request a segment makes, or null when it makes none. */
export function readRequest(marked: MarkedText, segment: Segment): Frame | null {
  const { lead, body, more, nos } = segment;
  const tasks = nos.map(no => ({ no }));
  const leadText = text(marked, lead).trim();
  const bodyText = text(marked, body);
  const leadShape = marked.shape.slice(lead.start, lead.end).trim();
  if (!body.closing.includes('?')) {
    if (undoLead.test(leadText) || undoTail.test(bodyText)) return { intent: 'undo', tasks };
    if (acceptLead.test(leadText) || acceptTail.test(bodyText))
      return { intent: 'decide_closure', accept: true, tasks, reason: restWords(marked, segment) };
    if (returnLead.test(leadText) || returnTail.test(bodyText))
      return { intent: 'decide_closure', accept: false, tasks, reason: restWords(marked, segment) };
    if (remindLead.test(leadShape)) return { intent: 'remind_others', ...unitsIn(marked, lead), tasks };
  }
  return extensionOf(marked, segment, [body, ...more]);
}

function unitsIn(marked: MarkedText, stretch: Stretch): { unit?: string | string[] } {
  const names = marked.within('unit', stretch.start, stretch.end).flatMap(mark => mark.names);
  if (names.length === 0) return {};
  return { unit: names.length === 1 ? (names[0] ?? '') : names };
}

function restWords(marked: MarkedText, { body, more }: Segment): string | null {
  const last = more.at(-1) ?? body;
  const words = marked.plain
    .words(body.start, last.end)
    .replace(
      /^[\s,，:：;；、。]*(?:退回|驳回|打回|不同意|同意|核销|销号|办结|重办|补充)*[\s,，:：;；、。]*(?:理由|原因)?(?:是|为)?[:：]?/u,
      '',
    )
    .trim();
  return words === '' ? null : words;
}

function extensionOf(marked: MarkedText, segment: Segment, stretches: Stretch[]): Frame | null {
  const at = stretches.findIndex(stretch => extension.test(text(marked, stretch)));
  const stretch = stretches[at];
  if (!stretch || at > 2) return null;
  const words = text(marked, stretch);
  const leadText = text(marked, segment.lead);
  if (noExtension.test(words) || noExtension.test(leadText)) return null;
  const gate = gateOf({ ...stretch, shape: marked.shape.slice(stretch.start, stretch.end) });
  // A polite question (能否延期到9月底) is a request; asking what became of one is not.
  if (gate === 'question' && !/能否|可否|能不能|可不可以|可以.*吗|行吗|是否可以|好吗/u.test(words)) return null;
  if (gate === 'condition' || gate === 'hearsay' || gate === 'example') return null;
  const after = marked.within('date', segment.body.start, stretch.end).filter(mark => mark.range.end !== null);
  const until = after.at(-1)?.range.end ?? null;
  return {
    intent: 'request_extension',
    tasks: segment.nos.map(no => ({ no })),
    until,
    reason: reasonOf(marked, segment, stretches, at),
  };
}

function reasonOf(marked: MarkedText, segment: Segment, stretches: Stretch[], at: number): string | null {
  const whole = { start: segment.body.start, end: (stretches.at(-1) ?? segment.body).end };
  const said = reasonForm.exec(text(marked, whole).replace(/\n/gu, ' '));
  const clean = (words: string): string | null => {
    const trimmed = words
      .replace(/^[\s,，;；:：、。]+|[\s,，;；、。.!！]+$/gu, '')
      .replace(
        /[\s,，;；、]*(?:故|所以|因此|特|现)?(?:特此)?(?:申请|请求|拟|需要?|想|希望)?(?:延期|延长|推迟|顺延|延后).*$/u,
        '',
      )
      .replace(/[,，;；、\s]*(?:请(?:批准|审批|批示|予以批准|支持)|望批准|妥否.*)$/u, '');
    return trimmed === '' ? null : trimmed;
  };
  if (said?.[1] !== undefined) {
    const start = whole.start + (said.index + said[0].length - said[1].length);
    return clean(marked.plain.words(start, whole.end));
  }
  const later = stretches[at + 1];
  if (later) return clean(marked.plain.words(later.start, whole.end));
  const earlier = at > 0 ? stretches.slice(0, at) : [];
  const [first] = earlier;
  const last = earlier.at(-1);
  return first && last ? clean(marked.plain.words(first.start, last.end)) : null;
}
