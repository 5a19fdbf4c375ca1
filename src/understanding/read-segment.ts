// What one segment of a message does: reports, asks, requests; and the gate before every report.
import { type Clause, gateOf } from './clauses';
import { difficultyAt, difficultyHeading, factAt } from './facts';
import { type Frame } from './frames';
import { anothersWord, copiedFrom, type Gate, gateOfShape, rightsItself, takenBack } from './gates';
import { asksToNote, formerly, isCopied, isPlainLead, namesOffice, salutationLength } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { aspectOf, isDetailRequest } from './read-detail';
import { correctionWords, readCorrection } from './read-correction';
import { isDoneBefore, type ReportSituation, readReport } from './read-report';
import { isCourtesy, isTailQuestion } from './report-doubts';
import { readRequest } from './read-request';
import { type Segment } from './segments';

const unsure: Frame = { intent: 'clarify', about: 'unsure' };
const none: Frame = { intent: 'none' };

/** The acts of a segment; `[{intent: 'none'}]` when it is none. */
export function readSegment(
  marked: MarkedText,
  given: Segment,
  earlier: readonly Clause[],
  { senderUnit, today, calendar, explain, corrects }: ReportSituation,
): Frame[] {
  const before = marked.text.slice(given.lead.start, given.lead.end);
  const spokenTo = salutationLength(before) || (formerly.exec(before)?.[0].length ?? 0);
  const segment = { ...given, lead: { ...given.lead, start: given.lead.start + spokenTo } };
  const { body, lead, more } = segment;
  const leadShape = marked.shape.slice(lead.start, lead.end);
  const bodyShape = marked.shape.slice(body.start, body.end);
  const tasks = segment.nos.map(no => ({ no }));

  const first: Clause = {
    start: lead.start,
    end: body.end,
    shape: marked.shape.slice(lead.start, body.end),
    closing: body.closing,
  };
  const gate = segmentGate(marked, segment, first, leadShape);
  const request = readRequest(marked, segment, { before: earlier, gate, senderUnit, dates: { today, calendar } });
  if (request) {
    explain.rule(request.intent, marked.plain.words(lead.start, (more.at(-1) ?? body).end));
    return [request];
  }
  const correction = marked.isQuoted(body.start) ? null : readCorrection(marked, segment);
  if (correction) {
    explain.rule('correction', marked.plain.words(lead.start, (more[0] ?? body).end));
    return [correction];
  }
  if (
    gate === 'question' ||
    (!closesQuotation(gate) && isDetailRequest(leadShape, bodyShape, more.every(isCourtesy)))
  ) {
    explain.rule('task_detail', marked.plain.words(lead.start, body.end));
    return [{ intent: 'task_detail', tasks, ...aspectOf(`${leadShape} ${bodyShape}`) }];
  }
  // "需要区税务局协调解决" asks for nothing of the bot: it is the difficulty.
  if (gate === 'demand' && needsHelp.test(bodyShape) && difficultyAt(bodyShape) >= 0 && isPlainLead(leadShape))
    return readReport(marked, segment, { gate: null, leadShape, senderUnit, today, explain, corrects });
  // "遇到困难：审批要城管局配合"
  if ((gate === 'demand' || gate === 'plan') && difficultyHeading(bodyShape) > 0 && isPlainLead(leadShape))
    return readReport(marked, segment, { gate: null, leadShape, senderUnit, today, explain, corrects });
  if (gate !== null && gate !== 'plan') {
    explain.rejected(gate, marked.plain.words(lead.start, body.end));
    return [
      gate === 'doubt' &&
      (factAt(marked, body.start, body.end) || measured.test(bodyShape) || correctionWords.test(leadShape))
        ? unsure
        : none,
    ];
  }
  return readReport(marked, segment, { gate, leadShape, senderUnit, today, explain, corrects });
}

const measured = shaped('<percent>');
/** "请把38更新为80%": asks the bot to note it; "请把38完成80%" asks somebody to do it. */
const asksToSet = /^[\s,:]*(?:请|麻烦|烦请|帮我?|帮忙|辛苦|给我|您|你|先|再)*(?:把|将)\s*$/u;
const setTo = shaped(
  '^[\\s:的]*(?:任务|进度|进展|状态|完成率|完成情况|数据)*(?:请|帮我|给我)?(?:更新|改|登记|记录?|调整|修改|变更|标记?|设置?)(?:为|成|到)(?:<percent>|已?(?:完成|办结)|推进中)',
);
/** "…，这个数是不是偏低了？": asks about what was just said. */
const doubtsIt =
  /^(?:这|那|该|此)(?:一?个|一?项)?(?:数|进[度展]|比例|情况|说法|口径|结果|百分比)?(?:是不是|对不对|是否|准不准|对吗|有没有|怎么|会不会)/u;
const noNeedToUrge =
  /^(?:请|麻烦)*(?:不用|不必|别|莫|无需|不要|可以不|就别)(?:再|老)*(?:催|提醒|盯|督促|督办)(?:我们?|了|啦)*$/u;
const noticeLead = /^(?:转发?|转载|群公告|公告|简报|新闻|要闻)[^,。;:]{0,8}[:]/u;

/** "说说第38项的情况": asks, and quotes nobody. */
const asksToTell = /^(?:请|麻烦|帮我|给我|跟我|你|来|再|先|我想听|[\s,])*(?:说说|讲讲|聊聊|说一?下|讲一?下|介绍一?下)/u;
const needsHelp = /^[\s:,]*(?:目前|现在?|仍|还|急|亟|迫切|主要)*需要?(?!尽快|抓紧|按时|按期)/u;

/** Words that are not the sender's own, or no request at all: nobody asks with them. */
const closesQuotation = (gate: Gate | null): boolean =>
  gate === 'quotation' || gate === 'hearsay' || gate === 'example' || gate === 'condition';

function segmentGate(marked: MarkedText, segment: Segment, first: Clause, leadShape: string): Gate | null {
  const { lead, body, more } = segment;
  const words = marked.text.slice(lead.start, lead.end);
  const bodyShape = marked.shape.slice(body.start, body.end);
  if (segment.under === 'notice' || segment.under === 'quotation' || segment.under === 'example') return segment.under;
  if (marked.isQuoted(body.start) || isStruckOut(words, marked.text.slice(body.start, body.end))) return 'quotation';
  if (noticeLead.test(leadShape)) return 'notice';
  if (isCopied(leadShape) && !asksToNote.test(words))
    return gateOfShape(leadShape, '') ?? (namesOffice.test(leadShape) ? 'doubt' : 'quotation');
  const asked = more.find(
    clause => isTailQuestion(clause) || (clause.closing.includes('?') && gateOf({ ...clause, closing: '' }) === null),
  );
  if (asked && !/[。;!\n]/u.test(body.closing)) return 'question';
  if (more.some(clause => clause.closing.includes('?') && doubtsIt.test(clause.shape))) return 'doubt';
  // "麻烦登记一下：38完成80%" asks the bot, and reports all the same.
  // "把38完成80%": an order, unless it says what is to be put right or noted.
  if (/[把将]\s*$/u.test(words) && !/改|更新|更正|调整|登记|记|报|变更/u.test(marked.text.slice(body.start, body.end)))
    return 'demand';
  const isNoted = asksToNote.test(words) || (asksToSet.test(words) && setTo.test(bodyShape));
  // "第47项不用再催了，已经办结"
  if (more.length > 0 && noNeedToUrge.test(bodyShape) && isPlainLead(leadShape)) return null;
  const own = gateOf(
    isNoted || asksToTell.test(leadShape) ? { ...first, shape: marked.shape.slice(body.start, body.end) } : first,
  );
  if (own) return own;
  if (segment.under) return segment.under;
  const said = [body, ...more].map(({ start, end }) => marked.text.slice(start, end));
  if (said.some(words => takenBack.test(words) || copiedFrom.test(words))) return 'doubt';
  if (said.some(isAnothersWord)) return 'doubt';
  if (said.slice(1).some(words => rightsItself.test(words)) && factAt(marked, body.start, body.end)) return 'doubt';
  if (!isNoted && !isPlainLead(leadShape) && !isDoneBefore(leadShape, bodyShape) && !correctionWords.test(leadShape))
    return 'doubt';
  return null;
}

/** What stands behind a blank counts as well: "已完成 昨天开会时发改的人是这么讲的". */
const isAnothersWord = (words: string): boolean =>
  [words, ...words.split(/[\s—-]+/u)].some(part => anothersWord.test(part.trim()));

/** "~~38已完成~~", "> 38已完成", "`38已完成`": markup for words that do not count, or are another's. */
function isStruckOut(lead: string, body: string): boolean {
  return /^\s*>/u.test(lead) || (/-{2}\s*$/u.test(lead) && /-{2}>?\s*$/u.test(body)) || /`\s*$|<!-*\s*$/u.test(lead);
}
