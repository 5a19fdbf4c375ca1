// The papers as an office suite opens and prints them: nothing cut, no column lost, what belongs on a page is on it.
// PAGE_PICTURES keeps a picture of every page there, to look at.
import { type OfficeSuite, printPaper, type PrintedPaper } from '../support/office-suite';
import { groups, startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

const { DUBAN_TEST_OFFICE, DUBAN_TEST_NO_OFFICE, PAGE_PICTURES } = process.env;
const suite = DUBAN_TEST_OFFICE === undefined ? null : (JSON.parse(DUBAN_TEST_OFFICE) as OfficeSuite);
const opened = suite ? describe : describe.skip;
const heads = '政策措施,序号,重点任务,牵头单位,责任单位,完成时限,进展情况,遇到堵点,需协调事项,状态'.split(',');
const a4 = { width: 595, height: 842 };

opened(
  `opened by an office suite${suite ? '' : ` – NOT CHECKED, there is none: ${DUBAN_TEST_NO_OFFICE ?? ''}`}`,
  () => {
    let town: Town;
    let office: SiteVisitor;

    beforeAll(async () => {
      town = await startTown();
      await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批');
      await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
      await town.ask('wanglei', groups.market, '2已完成');
      await town.ask('hefang', groups.district, '核销 2');
      office = await signIn(town, 'hefang');
    });
    afterAll(() => town.stop());

    async function print(path: string, name: string): Promise<PrintedPaper> {
      const answer = await fetch(`${town.app.url}${path}`, { headers: { Cookie: office.cookie } });
      expect([path, answer.status]).toEqual([path, 200]);
      if (!suite) throw new Error('no office suite');
      return printPaper(suite, name, Buffer.from(await answer.arrayBuffer()), PAGE_PICTURES);
    }
    /** Lines and the spaces between words and figures are the suite's own. */
    const wordsOf = (pages: string[]): string => pages.join('').replace(/\s+/gu, '');
    const upright = (paper: PrintedPaper): number =>
      paper.sizes.filter(({ width, height }) => Math.abs(width - a4.width) < 2 && Math.abs(height - a4.height) < 2)
        .length;

    test('通报: masthead, number, addressees, counts, items by number, the annex on pages of its own', async () => {
      const page = (await office.get('/bulletins')).text;
      const list = /name="list" value="([\w-]{36})"/.exec(page)?.[1] ?? '';
      const to = '各镇人民政府、各街道办事处，区直各有关单位';
      expect((await office.post('/bulletins', { list, issue: '3', to })).status).toBe(303);
      const href = /href="(\/bulletins\/[\w-]{36}\.docx)"/.exec((await office.get('/bulletins')).text)?.[1] ?? '';
      const paper = await print(href, 'bulletin.docx');
      expect(upright(paper)).toBe(paper.pages.length);
      const { words } = paper;
      const parts = [
      '督办通报', '2023年第3期', '区优化办2023年6月26日', '关于鄂城区优化营商环境重点任务清单推进情况的通报', `${to}：`,
      '一、总体情况', '共有重点任务142项', '转长期推进1项，占0.7%', '在办141项', '已有反馈2项，占1.4%', '逾期6项；有堵点待协调1项',
      '二、存在问题', '逾期任务6项，涉及牵头单位：', '区行政审批局（第38、39、40、43、44、106项）', '需协调解决：第3项',
      '三、工作要求', '附件：亮红灯任务清单', '附件亮红灯任务清单',
    ]; // prettier-ignore
      const places = parts.map(part => [part, words.indexOf(part)] as const);
      expect(places.filter(([, place]) => place < 0)).toEqual([]);
      expect(places.map(([, place]) => place)).toEqual(places.map(([, place]) => place).sort((a, b) => a - b));
      // The title breaks where its words part.
      expect(paper.pages[0]).toMatch(/^\s*推进情况的通报\s*$/mu);
      paper.pages.forEach((text, i) => {
        expect(text.trimEnd()).toMatch(new RegExp(`—\\s*${i + 1}\\s*—$`));
      });
      const annex = paper.pages.slice(paper.pages.findIndex(text => /^\s*附件\s*$/mu.test(text)));
      for (const text of annex) expect(text).toMatch(/序号\s+重点任务\s+牵头单位\s+完成时限\s+目前情况/u);
      const first = [...annex.join('\n').matchAll(/^\s*(\d+)\s+\S/gmu)].map(([, no]) => Number(no));
      expect(first).toEqual([38, 39, 40, 43, 44, 106]);
      expect(wordsOf(annex)).toContain('未反馈');
      expect(wordsOf(annex)).not.toContain('…');
    }, 120_000);

    test('简报: masthead, day, the standing of the list and what happened', async () => {
    const paper = await print('/briefing.docx', 'briefing.docx');
    expect(upright(paper)).toBe(paper.pages.length);
    const { words } = paper;
    for (const part of ['督办工作简报', '区优化办2023年6月26日', '一、鄂城区优化营商环境重点任务清单', '共142项', '本周反馈3项次（1个单位），核销1项，退回0项', '第38项'])
      expect(words).toContain(part);
    expect(paper.pages.at(-1)?.trimEnd()).toMatch(/—\s*\d+\s*—$/);
  }, 120_000); // prettier-ignore

    test('台账: landscape, every column on every page under its head, every task once, no words cut', async () => {
    const paper = await print('/ledger.xlsx', 'ledger.xlsx');
    expect(paper.sizes.every(({ width, height }) => Math.abs(width - a4.height) < 2 && Math.abs(height - a4.width) < 2)).toBe(true);
    paper.pages.forEach((text, i) => {
      const [head = ''] = text.split('\n').filter(line => line.includes('重点任务') && line.includes('牵头单位'));
      expect(head.trim().split(/\s+/u)).toEqual(heads);
      expect(text.trimEnd()).toMatch(new RegExp(`第 ${i + 1} 页，共 ${paper.pages.length} 页$`));
    });
    const { words } = paper;
    expect(words).toContain('鄂城区优化营商环境重点任务清单台账');
    expect(words).toContain('截至2023-06-2617:10，共142项');
    // A cell that is cut has lost its last lines.
    const tasks: { content: string }[] = await town.dataSource.query('SELECT content FROM tasks');
    expect(tasks).toHaveLength(142);
    const lost = tasks.map(({ content }) => content.replace(/\s+/gu, '')).filter(content => !paper.words.includes(content));
    expect(lost).toEqual([]);
    for (const part of ['区市场监管局（牵头）80%（06-26）：公章刻制已并联审批', '卡在数据共享需区行政审批局协调', '长期推进']) expect(paper.words).toContain(part);
  }, 120_000); // prettier-ignore
  },
);
