// Corrections that say both what was wrong and what is right: "38不是80%，是60%".
import { factAt } from './facts';
import { type Frame, type TalkContext } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Segment, type Stretch } from './segments';

export const correctionWords =
  /更正|纠正|改为|改成|应为|应该是|说错|报错|写错|填错|发错|打错|搞错|弄错|有误|更新为|调整为|修改为|变更为|不对|改一?下|修正/u;

const wrong = shaped(
  '^[\\s:,的]*(?:进度|进展|完成)*(?:不是|不到|没有?|并非|并不是)(?:<percent>|已?完成|已?办结|全部完成)(?:了|的)?$|^[\\s:,的]*(?:刚才|刚刚|上次)?(?:写|报|填|记|录)(?:成|的|了)(?:是)?(?:<percent>|\\d{1,3})(?:了|的|有误|错|不对|不准确?)*$|^[\\s:,的]*(?:刚才|刚刚|上次|之前)(?:写|报|填|记|录|说)(?:的|了|成)?(?:是)?<percent>$|^[\\s:,的]*(?:数据|进度|反馈|刚才|刚刚|填报|上次)*(?:报|填|写|发|弄|搞|说)?(?:错|错了|有误|不对|不准确?|[多少高低])(?:了|啦)?$',
);
const right = shaped(
  '^(?:而|其实|应该?|正确的?|准确的?|现在|目前|进度|更正|改|修改|调整)*(?:是|为|成|只有|才|完成|到|了|实际上?)+<percent>(?:了|的|才对)?$|^<percent>(?:才|是|才是)?(?:对|正确|准确|真的|对的)(?:的)?$',
);
const inOne = shaped(
  '^[\\s:,的]*(?:进度|进展|完成)*(?:不是|并非)<percent>[\\s,]*(?:而)?(?:应该?)?(?:是|为)<percent>(?:了|的|才对)?$',
);

/** "115是65%不是56%": the right one first. */
const rightFirst = shaped(
  '^[\\s:,的]*(?:进度|进展|完成|实际|其实|正确的?|应该?)*(?:是|为)<percent>[\\s,]*(?:而|并)?(?:不是|并非)<percent>(?:了|的|才对)?$',
);

/** "刚才说75项完成了，其实是80%" */
const saidWords =
  /(?:刚才|刚刚|上面|前面|之前|上次|上一?条)(?:我们?)?(?:说|报|写|填|发|记)(?:的|成|错|了)*(?:是)?\s*$/u;
const saidBefore = (marked: MarkedText, lead: Stretch, body: Stretch): boolean =>
  saidWords.test(marked.text.slice(lead.start, lead.end)) && factAt(marked, body.start, body.end) !== null;

/** The right percentage, where a segment says what is wrong and what is right; else null. */
export function readCorrection(marked: MarkedText, { nos, lead, body, more }: Segment): Frame | null {
  const shape = marked.shape.slice(body.start, body.end);
  const next = more[0];
  const whole = next ? marked.shape.slice(body.start, next.end) : shape;
  const isRightFirst = rightFirst.test(shape) || rightFirst.test(whole);
  const end =
    rightFirst.test(shape) || inOne.test(shape)
      ? body.end
      : next &&
          (rightFirst.test(whole) || ((wrong.test(shape) || saidBefore(marked, lead, body)) && right.test(next.shape)))
        ? next.end
        : null;
  if (end === null || /[?吗]/u.test(body.closing + (next?.closing ?? ''))) return null;
  const percents = marked.within('percent', body.start, end);
  const percent = (isRightFirst ? percents[0] : percents.at(-1))?.percent;
  if (percent === undefined || percent > 100 || !Number.isInteger(percent))
    return { intent: 'clarify', about: 'unsure' };
  return {
    intent: 'progress_update',
    tasks: nos.map(no => (percent === 100 ? { no, status: 'done', percent } : { no, status: 'in_progress', percent })),
    correction: true,
  };
}

const instead = shaped(
  '^(?:(?:不对|错了|[搞弄写报填]错了)[,\\s]*|不是?[,\\s]+)?(?:进度)?(?:应该?是|应为|其实是|实际是?|更正为?|改成|改为|是)<percent>(?:了|的|才对)?[\\s.!]*$',
);

/** "不对，应该是70%", said to a draft of one task: the figure that is to stand instead. "不是70%" only denies. */
export function readDraftCorrection(marked: MarkedText, talk: TalkContext | undefined): Frame | null {
  const [no, ...others] = talk?.pending === undefined ? [] : (talk.tasks ?? []);
  if (no === undefined || others.length > 0 || !instead.test(marked.shape.trim())) return null;
  const percent = marked.within('percent', 0, marked.text.length).at(-1)?.percent;
  if (percent === undefined || percent > 100 || !Number.isInteger(percent)) return null;
  return {
    intent: 'progress_update',
    tasks: [percent === 100 ? { no, status: 'done', percent } : { no, status: 'in_progress', percent }],
    correction: true,
  };
}
