// Finds 密级 marks, before anything is stored: what carries one is refused, only the fact of refusal is kept.

const marks: { name: string; pattern: RegExp }[] = [
  // On a phone the star is whatever star is at hand.
  { name: '密级标志', pattern: /(?:绝\s*密|机\s*密|秘\s*密)\s*[★☆⭐🌟✯✰✪✩✭✮*※]/u },
  // Letters set apart are a stamp: no sentence writes them so.
  { name: '密级', pattern: /绝\s+密|机\s+密|秘\s+密(?!\p{Script=Han}{2})/u },
  { name: '密级', pattern: /(?:密\s*级|定\s*密)(?:\s*[:：])?\s*(?:绝\s*密|机\s*密|秘\s*密|内\s*部)/u },
  { name: '密级', pattern: /[【\[（(〔]\s*(?:绝\s*密|机\s*密|秘\s*密)(?:级|件|文件)?\s*[】\]）)〕]/u },
  { name: '密级', pattern: /绝密|(?<!商业|企业|公司|客户|技术|个人|工作|家庭)机密(?!性|计算)/u },
  { name: '密件', pattern: /(?:绝密|机密|秘密)(?:级|件|文件|电报|公文|材料)/u },
  { name: '密级', pattern: /^\s*(?:绝\s*密|机\s*密|秘\s*密)\s*(?:$|\n|[：:])/mu },
  {
    name: '内部文件',
    pattern: /内部(?:文件|资料|材料)\s*[，,、:：！!·\s]*(?:注意保[存密]|不得外传|严禁外传|请勿外传|禁止外传|妥善保管)/u,
  },
  { name: '内部文件', pattern: /[【\[（(〔]\s*内部(?:文件|资料|材料)\s*[】\]）)〕]|[【[]\s*内\s*部\s*[】\]]/u },
  { name: '内部文件', pattern: /^\s*内部(?:文件|资料|材料)\s*(?:[-—_·.]|$)/mu },
];

/**
 * The first 密级 mark in a text: 绝密/机密/秘密 with ★, as a stamp, as 密级：…, as 机密文件, 内部文件 stamps.
 * Ordinary words ("商业秘密保护", "为客户保守秘密") are no mark.
 *
 * @returns what kind of mark was found, or null
 * Source: product description §8
 */
export function findSecrecyMark(text: string): string | null {
  const folded = text.normalize('NFKC').replace(/[\u200b-\u200d\u2060\ufeff]/gu, '');
  return marks.find(mark => mark.pattern.test(folded))?.name ?? null;
}
