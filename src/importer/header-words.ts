// What the heading of a column means: 序号, 重点任务, 牵头单位, 完成时限 and the many other ways to say so.

/** `depth`: how fine a text is; the finest text column is the task itself, the coarser ones are headings over it. */
export type HeaderMeaning =
  { kind: 'number' | 'lead' | 'support' | 'units' | 'deadline' | 'other' } | { kind: 'text'; depth: 0 | 1 | 2 | 3 | 4 };

const longestHeader = 20;

/** The plain words of a heading: half width, without spaces, line breaks and what stands in parentheses. */
export function plainHeader(header: string): string {
  return header
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/\([^()]*\)/gu, '')
    .replace(/[:。]$/u, '');
}

/** What a heading means, or null when it is none. */
export function headerMeaning(header: string): HeaderMeaning | null {
  const plain = plainHeader(header);
  if (plain === '' || plain.length > longestHeader || /[,。;:]/u.test(plain)) return null;
  if (/^(?:.{0,4}(?:序号|编号)|项次|序|号|no\.?|#)$/iu.test(plain)) return { kind: 'number' };
  if (/填报|计量|来源|文号|依据/u.test(plain)) return { kind: 'other' };
  if (/单位|部门|科室|责任主体|主体责任|责任分工|职责分工|任务分工|^(?:牵头|主责|主办|配合|协办|责任)$/u.test(plain))
    return unitColumn(plain);
  if (/领导|责任人|负责人|联系人|联络员|经办人|专员|姓名|电话|手机|签字/u.test(plain)) return { kind: 'other' };
  if (/时限|期限|时间|节点|日期|完成时|进度安排|进度要求|工期/u.test(plain)) return { kind: 'deadline' };
  if (/备注|进展|情况|状态|附注|说明|问题|得分|分值|考核|评价|亮灯|佐证|附件/u.test(plain)) return { kind: 'other' };
  if (/类别|分类|领域|板块|方面|维度|环节|一级|专项|大项|部分|章节|类型|篇章/u.test(plain))
    return { kind: 'text', depth: 0 };
  if (/(?:目标|要求|成效|指标|标准|成果)$/u.test(plain) && !/任务/u.test(plain)) return { kind: 'text', depth: 1 };
  if (/具体|细化|内容|举措|工作措施|推进措施|落实措施|改革措施|三级|做法/u.test(plain))
    return { kind: 'text', depth: 4 };
  if (/任务|工作|事项|项目|要点|任务名称/u.test(plain)) return { kind: 'text', depth: 3 };
  if (/措施|政策|二级|目标|指标/u.test(plain)) return { kind: 'text', depth: 2 };
  return null;
}

function unitColumn(plain: string): HeaderMeaning {
  const leads = /牵头|主责|主办|主体责任|第一责任/u.test(plain);
  const supports = /配合|协办|协同|协助|参与|参加|会同/u.test(plain);
  if (leads && (supports || /牵头(?:和|及|与|、|\/)责任/u.test(plain))) return { kind: 'units' };
  if (leads) return { kind: 'lead' };
  return supports ? { kind: 'support' } : { kind: 'units' };
}

/** Names a heading that says a text column groups others (领域, 类别) rather than names what is to be done. */
export function isGroupHeader(header: string): boolean {
  const meaning = headerMeaning(header);
  return meaning?.kind === 'text' && meaning.depth === 0;
}

/** "注：标★的为牵头单位", "（带*为牵头单位）": the mark; null = no such words. */
export function leadMark(text: string): string | null {
  const found =
    /([★☆▲△●◆*＊※#])[”"』」）)]?(?:号|标记|标志|标注|标识)?的?(?:单位|部门)?(?:为|是|系|表示|代表)?[^。；;★☆▲△●◆*＊※#]{0,3}(?:牵头|主责|主办)/u.exec(
      text.replace(/\s/gu, ''),
    );
  return found?.[1] ?? null;
}

/** "（排第一位的为牵头单位）", in a heading or in a note: of the units in one cell the first leads. */
export function saysFirstLeads(text: string): boolean {
  return /(?:第一|首位|首个|最前|排首|列首)[^。；;]{0,8}(?:为|是|系|即)?[^。；;]{0,3}(?:牵头|主责|主办)|(?:牵头|主责|主办)(?:责任)?单位[^。；;]{0,4}(?:排|列|居)[^。；;]{0,3}(?:第一|首|前)/u.test(
    text.replace(/\s/gu, ''),
  );
}
