// What one segment of a message does: reports, asks, requests; and the gate before every report.
import { type Clause, type Gate, gateOf, insideQuotes } from './clauses';
import { factAt } from './facts';
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { aspectOf, isDetailRequest } from './read-detail';
import { correctionWords, doneBefore, type ReportSituation, readReport, tailQuestion } from './read-report';
import { readRequest } from './read-request';
import { type Segment } from './segments';

const unsure: Frame = { intent: 'clarify', about: 'unsure' };
const none: Frame = { intent: 'none' };

/** Before the number: words that only point at it or open a report. */
const plainLead = shaped(
  '^(?:[\\s:,、()\\d.]|<own>|<quantity>|<date>|<section>|<measure>|<unit>|关于|针对|对|就|把|将|其中|另外|还有|补充|报告|汇报|反馈|上报|回复|更新|现|把|各位|领导|您好|你好|大家好|好的|收到|已|目前|截至目前|序号|任务|重点任务|牵头|配合|负责|承担|的|了|请|帮|记录?一?下|登记一?下|更正|纠正|说错了|报错了|写错了|不对|不好意思|抱歉|改一下|是|应该?是|应为|和|跟|与|以及|同志们?|老师|主任|科长|局长|进度|进展|情况|如下|<tasks>)*$',
);
/** "张三：38已完成": another's words, copied. */
const copied =
  /^\s*(?!更正|纠正|报告|汇报|反馈|补充|上报|任务|序号|进度|进展|回复|更新|领导|您好|你好|另外|其中|编号)[\p{Script=Han}A-Za-z]{2,6}(?:\([^)]*\))?\s*[:]\s*$/u;
const noteLead =
  /^[\s,:]*(?:请|麻烦|帮我?|帮忙|辛苦|给我?|您|你)*(?:登记|记录|记|更新|填报|上报|录入)(?:一?下)?(?:进度|进展)?[\s:,]*$/u;
const takenBack = /撤回|撤销|算了|作废|不算|当我没说|说错了|发错了|看错了|不是我们|别记|先别|不用记|忽略/u;

/** The acts of a segment; `[{intent: 'none'}]` when it is none. */
export function readSegment(
  marked: MarkedText,
  segment: Segment,
  { senderUnit, today, explain }: ReportSituation,
): Frame[] {
  const { body, lead, more } = segment;
  const leadShape = marked.shape.slice(lead.start, lead.end);
  const bodyShape = marked.shape.slice(body.start, body.end);
  const tasks = segment.nos.map(no => ({ no }));

  const request = readRequest(marked, segment);
  if (request) return [request];
  const first: Clause = {
    start: lead.start,
    end: body.end,
    shape: marked.shape.slice(lead.start, body.end),
    closing: body.closing,
  };
  const gate = segmentGate(marked, segment, first, leadShape);
  if (gate === 'question' || (!closesQuotation(gate) && isDetailRequest(leadShape, bodyShape, more.length === 0))) {
    explain('task_detail', marked.plain.words(lead.start, body.end));
    return [{ intent: 'task_detail', tasks, ...aspectOf(`${leadShape} ${bodyShape}`) }];
  }
  if (gate !== null && gate !== 'plan') {
    explain(`gate: ${gate}`, marked.plain.words(lead.start, body.end));
    return [gate === 'doubt' && factAt(marked, body.start, body.end) ? unsure : none];
  }
  return readReport(marked, segment, { gate, leadShape, senderUnit, today, explain });
}

/** Words that are not the sender's own, or no request at all: nobody asks with them. */
const closesQuotation = (gate: Gate | null): boolean =>
  gate === 'quotation' || gate === 'hearsay' || gate === 'example' || gate === 'condition';

function segmentGate(marked: MarkedText, segment: Segment, first: Clause, leadShape: string): Gate | null {
  const { lead, body, more } = segment;
  const words = marked.text.slice(lead.start, lead.end);
  if (insideQuotes(marked.text, body.start)) return 'quotation';
  if (copied.test(words) && !noteLead.test(words)) return 'quotation';
  const asked = more.find(
    clause =>
      tailQuestion.test(clause.shape) || (clause.closing.includes('?') && gateOf({ ...clause, closing: '' }) === null),
  );
  if (asked && !/[。;!\n]/u.test(body.closing)) return 'question';
  // "麻烦登记一下：38完成80%" asks the bot, and reports all the same.
  const asksToNote = noteLead.test(words);
  const own = gateOf(asksToNote ? { ...first, shape: marked.shape.slice(body.start, body.end) } : first);
  if (own) return own;
  if ([body, ...more].some(({ start, end }) => takenBack.test(marked.text.slice(start, end)))) return 'doubt';
  if (!asksToNote && !plainLead.test(leadShape) && !doneBefore.test(leadShape) && !correctionWords.test(leadShape))
    return 'doubt';
  return null;
}
