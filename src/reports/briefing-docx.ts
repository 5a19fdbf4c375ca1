// 简报.docx of a week: each list's standing, what happened, what comes next. A draft for people to edit and send.
import { AlignmentType, BorderStyle, Packer, Paragraph } from 'docx';
import { body, chineseDay, heading, paper, run, spacing } from './paper-parts';

export interface BriefingFacts {
  /** The day it is written on. */
  day: string;
  /** "2023-06-30 16:30" */
  asOf: string;
  office: string;
  /** For each list its lines, as the office's weekly digest has them. */
  lists: { list: string; lines: string[] }[];
}

const numerals = '一二三四五六七八九十';

/** Writes the paper. */
export function writeBriefing({ day, asOf, office, lists }: BriefingFacts): Promise<Buffer> {
  const red = 'C00000';
  const centre = { alignment: AlignmentType.CENTER } as const;
  const children = [
    new Paragraph({
      ...centre,
      children: [run('督 办 工 作 简 报', { face: '方正小标宋简体', size: 64, color: red })],
    }),
    new Paragraph({
      spacing,
      tabStops: [{ type: 'right', position: 8800 }],
      border: { bottom: { style: BorderStyle.SINGLE, size: 18, color: red, space: 4 } },
      children: [run(`${office}\t${chineseDay(day)}`, { face: '楷体_GB2312' })],
    }),
    new Paragraph({ spacing, children: [] }),
    body(`现将本周重点任务推进情况简报如下（截至${asOf}）。`),
    ...lists.flatMap(({ list, lines }, i) => [
      heading(`${numerals[i] ?? i + 1}、${list}`),
      ...lines.map(line => body(/[。：]$/u.test(line) ? line : `${line}。`)),
    ]),
    ...(lists.length === 0 ? [body('目前没有清单。')] : []),
  ];
  return Packer.toBuffer(paper('督办工作简报', children));
}
