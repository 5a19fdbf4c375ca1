// What an automated check finds hard to reach on a page, serious or worse.
import { readFileSync } from 'node:fs';
import { type Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** Each finding with the elements it is about; none on a page in order. */
export async function seriousFindings(page: Page): Promise<[id: string, elements: string[]][]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
