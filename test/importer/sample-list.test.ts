// The sample list, as the office got it: what every task must be.
import { readFileSync } from 'node:fs';
import { splitUnits } from '../../src/directory/unit-cells';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type ImportPreview, type TaskDraft } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { inGbk } from './table-files';

const fileName = '鄂城区优化营商环境重点任务清单.txt';
const bytes = readFileSync(projectFile('seeds', fileName));
const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const preview = previewImport(bytes, fileName, { shortName: '营商', units });

function task(no: number, from: ImportPreview = preview): TaskDraft {
  const found = from.tasks.find(one => one.no === no);
  if (!found) throw new Error(`no task ${no}`);
  return found;
}

describe('the sample list', () => {
  it('has its title, year and name', () => {
    expect(preview.list).toEqual({ title: '鄂城区优化营商环境重点任务清单', year: 2023, shortName: '营商' });
  });

  it('has 142 tasks under 19 sections and 80 measures', () => {
    expect(preview.tasks).toHaveLength(142);
    expect(preview.errors).toEqual([]);
    expect(new Set(preview.tasks.map(one => one.section)).size).toBe(19);
    expect(new Set(preview.tasks.map(one => one.measure)).size).toBe(80);
    expect(preview.tasks.map(one => one.no)).toEqual(
      Array.from({ length: 145 }, (_, i) => i + 1).filter(no => ![58, 72, 127].includes(no)),
    );
    expect(preview.tasks.map(one => one.label)).toEqual(preview.tasks.map(one => String(one.no)));
  });

  it('is due on six days', () => {
    const counts: Record<string, number> = {};
    for (const { deadline } of preview.tasks)
      counts[deadline.due ?? 'none'] = (counts[deadline.due ?? 'none'] ?? 0) + 1;
    expect(counts).toEqual({
      '2023-05-31': 6,
      '2023-06-30': 10,
      '2023-07-31': 17,
      '2023-08-31': 76,
      '2023-12-31': 13,
      none: 20,
    });
    expect(preview.tasks.every(one => one.deadline.longTerm && !one.deadline.vague)).toBe(true);
  });

  it('names every canonical unit and collective of its directory, two of the units by names to ask about', () => {
    const written = new Set(preview.tasks.flatMap(one => [...one.lead, ...one.support]));
    const canonical = new Set(units.units.filter(unit => unit.kind !== 'town').map(unit => unit.name));
    expect([...written].filter(name => !canonical.has(name))).toEqual(['区公共资源交易监管局', '交通运输局']);
    const meant = [...written].map(
      name => splitUnits(name, units).notes.find(note => note.kind === 'ask')?.name ?? name,
    );
    expect(new Set(meant)).toEqual(canonical);
    expect(canonical.size).toBe(45);
    const collectives = new Set(preview.tasks.flatMap(one => [...one.collectives, ...one.leadCollectives]));
    expect(collectives).toEqual(new Set(units.collectives.map(group => group.name)));
    expect(collectives.size).toBe(14);
    expect(preview.unknownUnits).toEqual([
      { name: '区公共资源交易监管局', rows: [126] },
      { name: '交通运输局', rows: [139] },
    ]);
  });

  it('gives a task exactly as programs rely on it', () => {
    expect(task(38)).toEqual({
      no: 38,
      label: '38',
      section: '（五）提高政务服务能力',
      measure: '19.大力推行“首席服务员”制度',
      content: expect.stringMatching(/^针对不动产登记、.*“一人受理、全程服务”。$/u),
      lead: ['区行政审批局', '区优化办'],
      support: [
        '区自然资源和规划分局',
        '区市场监管局',
        '区住建局',
        '区人社局',
        '区医保局',
        '区农业农村局',
        '区供电公司',
        '市安泰天然气公司',
        '花湖开发区',
      ],
      collectives: ['各镇街'],
      leadCollectives: [],
      openEnded: true,
      deadline: { text: '2023年5月底，长期推进', due: '2023-05-31', longTerm: true, recurring: null, vague: false },
      at: { sheet: null, row: 41 },
    });
  });

  it('carries merged cells column by column, over blank rows and into the next measure', () => {
    expect(task(2)).toMatchObject({ lead: task(1).lead, support: task(1).support, deadline: task(1).deadline });
    expect(task(15)).toMatchObject({
      lead: ['区自然资源和规划分局'],
      support: task(14).support,
      deadline: task(14).deadline,
    });
    expect(task(24)).toMatchObject({ measure: '12.规范政府采购管理', lead: ['区财政局'], deadline: task(23).deadline });
    expect(task(59)).toMatchObject({
      lead: ['区市场监管局'],
      section: '（八）规范市场监管行为',
      deadline: task(57).deadline,
    });
    expect(task(109)).toMatchObject({
      measure: '60.强化创业政策扶持',
      lead: ['区人社局'],
      deadline: task(108).deadline,
    });
    for (const no of [133, 134, 135]) expect(task(no).deadline).toEqual(task(132).deadline);
    expect(task(134).lead).toEqual(['区卫健局']);
  });

  it('tells a collective that leads from the units beside it', () => {
    expect(task(143)).toMatchObject({
      lead: ['花湖开发区'],
      leadCollectives: ['区直各有关单位', '各镇街'],
      collectives: ['区直各有关单位', '各镇街'],
    });
  });

  it('leaves what the word processor left behind', () => {
    expect(task(115).content).toMatch(/^建立行政执法/u);
  });

  it('warns of gaps, of the city in a district list, of a rewritten name and of names to ask about, and of nothing else', () => {
    expect(preview.warnings[0]).toEqual({
      code: 'number_gap',
      message: '序号不连续：缺58、72、127',
      row: null,
      column: null,
    });
    const told = preview.warnings
      .slice(1)
      .map(({ code, row, message }) => `${code} ${row ?? ''} ${/：“(.+?)”/u.exec(message)?.[1] ?? ''}`);
    expect(told).toEqual([
      'city_unit 116 市直各相关单位',
      'city_unit 116 各区',
      'unit_ask 126 区公共资源交易监管局',
      'unit_rewritten 129 市区发改经信局',
      'city_unit 139 市住建局',
      'city_unit 139 市城管委',
      'unit_ask 139 交通运输局',
      'city_unit 139 市自然资源和规划局',
      'city_unit 139 市经信局',
      'city_unit 139 市公安局',
      'city_unit 139 市城控集团',
      'city_unit 139 各区',
    ]);
    expect(preview.warnings.find(one => one.code === 'unit_rewritten')).toEqual({
      code: 'unit_rewritten',
      message: '第129行（第126项）“牵头单位”列：“市区发改经信局”按“区发改经信局”处理，请核对',
      row: 129,
      column: '牵头单位',
    });
  });

  it('changes nothing when the same list comes again', () => {
    expect(preview.diff).toEqual({ added: 142, changed: 0, removed: 0 });
    expect(previewImport(bytes, fileName, { units, stored: preview.tasks }).diff).toEqual({
      added: 0,
      changed: 0,
      removed: 0,
    });
  });

  it('is the same in GBK, with a byte order mark, in UTF-16 and with CRLF', () => {
    const text = bytes.toString('utf8');
    const variants: [string, Buffer][] = [
      ['mark', Buffer.concat([Buffer.from('\uFEFF'), bytes])],
      ['utf-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
      ['crlf', Buffer.from(text.replace(/\n/g, '\r\n'))],
      ['docx', inGbk(text)],
    ];
    for (const [name, variant] of variants) {
      const { tasks, warnings } = previewImport(variant, `清单.${name}`, { units });
      expect(tasks).toEqual(preview.tasks);
      expect(warnings).toEqual(preview.warnings);
    }
  });
});
