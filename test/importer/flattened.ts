// Writes tables as the flattened text a list is pasted in: one cell per line behind a tab, rows parted by an empty line.

/** The bytes of a .txt with these lines above and these rows. */
export function flattened(rows: string[][], above: string[] = []): Buffer {
  const lines = above.map(line => `${line}\n\n`).join('');
  return Buffer.from(lines + rows.map(cells => cells.map(cell => `\t${cell}\n`).join('')).join('\n'));
}

/** The heading of the usual list. */
export const usualHeader = ['序号', '重点任务', '牵头单位', '责任单位', '完成时限'];
