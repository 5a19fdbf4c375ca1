// 通报.docx in the usual layout: masthead, 第N期, 主送, 总体情况, 存在问题, 工作要求, 附件 table. A draft for people to edit and send.
import {
  AlignmentType, BorderStyle, Packer, Paragraph, Table, TableCell, TableLayoutType, TableRow, WidthType,
} from 'docx'; // prettier-ignore
import { type BulletinFacts } from './bulletin-facts';
import { body, chineseDay, heading, paper, run, spacing, tableSize } from './paper-parts';

const longestNames = 30;
/** As many letters of a title fit a line. */
const titleLetters = 20;

/** "12.5%"; "—" of nothing. */
function share(part: number, whole: number): string {
  return whole === 0 ? '—' : `${Math.round((part / whole) * 1000) / 10}%`;
}

function named(units: readonly { unit: string; nos: number[] }[]): string {
  const shown = units.slice(0, longestNames).map(({ unit, nos }) => `${unit}（第${nos.join('、')}项）`);
  return `${shown.join('、')}${units.length > longestNames ? `等${units.length}个单位` : ''}`;
}

/** 总体情况, in sentences. */
export function overallSentences({ counts, asOf }: BulletinFacts): string[] {
  const { total, closed, ongoing, closing, open, reported, overdue, blocked } = counts;
  return [
    `截至${asOf}，共有重点任务${total}项，其中已销号${closed}项，占${share(closed, total)}；阶段目标已核销、转长期推进${ongoing}项，占${share(ongoing, total)}；申请办结待核销${closing}项；在办${open}项。`,
    `在办任务中，已有反馈${reported}项，占${share(reported, open)}；尚无反馈${open - reported}项；逾期${overdue}项；有堵点待协调${blocked}项。`,
  ];
}

/** 存在问题, in sentences that name items by number and unit. */
export function problemSentences(facts: BulletinFacts): string[] {
  const problems: string[] = [];
  if (facts.overdueUnits.length > 0)
    problems.push(
      `部分任务逾期未办结。逾期任务${facts.counts.overdue}项，涉及牵头单位：${named(facts.overdueUnits)}。`,
    );
  else if (facts.counts.overdue > 0) problems.push(`部分任务逾期未办结。逾期任务${facts.counts.overdue}项，见附件。`);
  if (facts.silentUnits.length > 0) problems.push(`部分单位对逾期任务尚未反馈：${named(facts.silentUnits)}。`);
  if (facts.returned.length > 0)
    problems.push(
      `部分办结申请被退回后未再反馈：${facts.returned.map(({ no, leads }) => `第${no}项（${leads}）`).join('、')}。`,
    );
  if (facts.blockedNos.length > 0) problems.push(`部分任务存在堵点，需协调解决：第${facts.blockedNos.join('、')}项。`);
  return problems.length > 0
    ? problems.map((text, i) => `${i + 1}．${text}`)
    : ['截至目前未发现逾期、退回未改和待协调的任务。'];
}

const demands = [
  '1．压实责任。各牵头单位要对照清单逐项推进，逾期任务要明确办结时间和责任人。',
  '2．及时反馈。各单位要在规定时限前反馈进展，遇到堵点及时提出。',
  '3．确保质量。申请办结须附佐证材料，退回的任务要补充完善后重新申请。',
];

function cell(text: string, width: number, head = false): TableCell {
  return new TableCell({
    width: { size: width, type: WidthType.DXA },
    children: [
      new Paragraph({
        children: [run(text, { size: tableSize, face: head ? '黑体' : '仿宋_GB2312' })],
        ...(head ? { alignment: AlignmentType.CENTER } : {}),
      }),
    ],
  });
}

function annexTable(facts: BulletinFacts): Table {
  const widths = [700, 3600, 1500, 1400, 1600];
  const heads = ['序号', '重点任务', '牵头单位', '完成时限', '目前情况'];
  const rows = facts.annex.map(({ no, content, leads, deadline, when, progress }) =>
    [String(no), content, leads, deadline, `${when}；${progress}`].map((text, i) => cell(text, widths[i] ?? 1000)),
  );
  return new Table({
    layout: TableLayoutType.FIXED,
    columnWidths: widths,
    rows: [
      new TableRow({ tableHeader: true, children: heads.map((text, i) => cell(text, widths[i] ?? 1000, true)) }),
      ...rows.map(children => new TableRow({ cantSplit: true, children })),
    ],
  });
}

/** The title, a longer one broken where its words part. */
function titleParagraphs(title: string): Paragraph[] {
  const [subject, rest] = [`关于${title}`, '推进情况的通报'];
  const lines = subject.length + rest.length > titleLetters ? [subject, rest] : [subject + rest];
  return lines.map(
    (line, i) =>
      new Paragraph({
        alignment: AlignmentType.CENTER,
        spacing: { line: 640, lineRule: 'exact', after: i === lines.length - 1 ? 300 : 0 },
        children: [run(line, { face: '方正小标宋简体', size: 44 })],
      }),
  );
}

/** Writes the paper from a snapshot: the same snapshot says the same, whenever it is written. */
export function writeBulletin(
  facts: BulletinFacts,
  issue: { no: number; year: number; office: string },
): Promise<Buffer> {
  const red = 'C00000';
  const centre = { alignment: AlignmentType.CENTER } as const;
  const children: (Paragraph | Table)[] = [
    new Paragraph({ ...centre, children: [run('督 办 通 报', { face: '方正小标宋简体', size: 72, color: red })] }),
    new Paragraph({ ...centre, spacing, children: [run(`${issue.year}年第${issue.no}期`)] }),
    new Paragraph({
      spacing,
      tabStops: [{ type: 'right', position: 8800 }],
      border: { bottom: { style: BorderStyle.SINGLE, size: 18, color: red, space: 4 } },
      children: [run(`${issue.office}\t${chineseDay(facts.day)}`, { face: '楷体_GB2312' })],
    }),
    new Paragraph({ spacing, children: [] }),
    ...titleParagraphs(facts.title),
    new Paragraph({ spacing, children: [run(`${facts.to}：`)] }),
    heading('一、总体情况'),
    ...overallSentences(facts).map(body),
    heading('二、存在问题'),
    ...problemSentences(facts).map(body),
    heading('三、工作要求'),
    ...demands.map(body),
  ];
  if (facts.annex.length > 0)
    children.push(
      body('附件：亮红灯任务清单'),
      new Paragraph({ pageBreakBefore: true, spacing, children: [run('附件', { face: '黑体' })] }),
      new Paragraph({
        ...centre,
        spacing: { ...spacing, after: 200 },
        children: [run('亮红灯任务清单', { face: '方正小标宋简体', size: 36 })],
      }),
      annexTable(facts),
    );
  return Packer.toBuffer(paper(`关于${facts.title}推进情况的通报`, children));
}
