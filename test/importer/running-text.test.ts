// Lists without a table: tasks in running text, each with its units in brackets behind it or in lines of their own.
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type ImportPreview } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { docxOf } from './zip-file';

const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const read = (lines: string[]): ImportPreview => previewImport(Buffer.from(lines.join('\n')), '清单.txt', { units });
const codes = ({ warnings }: ImportPreview): string[] => warnings.map(warning => warning.code);

describe('running text', () => {
  const usual = [
    '鄂城区2023年优化营商环境工作要点',
    '为深入贯彻上级部署，结合实际，制定本要点。',
    '一、优化政务环境',
    '（一）提升开办便利度',
    '1.实行企业开办“一窗通办”（含线上），压减环节。（牵头单位：区市场监管局（知识产权局）；责任单位：区公安分局、区税务局，各镇街；完成时限：2023年6月底，长期推进）',
    '2.推行告知承诺制。（区行政审批局牵头，区住建局、区税务局配合，8月底前完成）',
    '（二）规范监管',
    '3.加强日常监管，',
    '做到“双随机”全覆盖。（责任单位：区市场监管局、区城管局，',
    '年底前）',
    '二、优化法治环境',
    '4.提升审判质效。【责任单位：区法院】',
  ];

  it('gives tasks with their headings, units, roles and dates', () => {
    const preview = read(usual);
    expect(preview.errors).toEqual([]);
    expect(preview.list).toMatchObject({ title: '鄂城区2023年优化营商环境工作要点', year: 2023 });
    expect(preview.tasks).toMatchObject([
      {
        no: 1,
        label: '1.',
        section: '一、优化政务环境',
        measure: '（一）提升开办便利度',
        content: '实行企业开办“一窗通办”（含线上），压减环节。',
        lead: ['区市场监管局'],
        support: ['区公安分局', '区税务局'],
        collectives: ['各镇街'],
        deadline: { text: '2023年6月底，长期推进', due: '2023-06-30', longTerm: true },
        at: { sheet: null, row: 5 },
      },
      {
        no: 2,
        content: '推行告知承诺制。',
        lead: ['区行政审批局'],
        support: ['区住建局', '区税务局'],
        deadline: { text: '8月底前完成', due: '2023-08-31' },
      },
      {
        no: 3,
        measure: '（二）规范监管',
        content: '加强日常监管，做到“双随机”全覆盖。',
        lead: ['区市场监管局', '区城管局'],
        support: [],
        deadline: { due: '2023-12-31' },
      },
      { no: 4, section: '二、优化法治环境', measure: null, lead: ['区法院'], deadline: { text: '', due: null } },
    ]);
    expect(codes(preview)).toEqual(['running_text', 'deadline_missing']);
  });

  it('is read the same from a .docx, where a table without a header may stand beside it', () => {
    const paragraphs = usual.map(text => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
    const table = '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>抄送：</w:t></w:r></w:p></w:tc></w:tr></w:tbl>';
    const preview = previewImport(docxOf(paragraphs + table), '清单.docx', { units });
    expect(preview.tasks).toEqual(read(usual).tasks);
  });

  it('may name units and dates in lines of their own', () => {
    const { tasks, errors } = read([
      '2023年重点任务清单',
      '1.推进甲项工作',
      '牵头单位：区财政局',
      '责任单位：区税务局、区教育局',
      '完成时限：2023年9月底',
      '2.推进乙项工作，并报送进展。',
      '责任单位：区住建局；牵头领导：张三；完成时限：长期坚持',
    ]);
    expect(errors).toEqual([]);
    expect(tasks).toMatchObject([
      {
        no: 1,
        content: '推进甲项工作',
        lead: ['区财政局'],
        support: ['区税务局', '区教育局'],
        deadline: { due: '2023-09-30' },
      },
      { no: 2, lead: ['区住建局'], support: [], deadline: { text: '长期坚持', longTerm: true } },
    ]);
  });

  it('with several tasks in one paragraph, or numbers that begin anew, is numbered in order, and that is said', () => {
    const preview = read([
      '2023年工作要点',
      '（一）政务环境。',
      '1.推进甲项工作。（牵头单位：区财政局，6月底）推进乙项工作。（牵头单位：区税务局，9月底）',
      '（二）法治环境。',
      '1.推进丙项工作。责任单位：区法院，12月底前完成。',
    ]);
    expect(preview.tasks).toMatchObject([
      { no: 1, section: '（一）政务环境。', content: '推进甲项工作。', lead: ['区财政局'] },
      { no: 2, content: '推进乙项工作。', lead: ['区税务局'], deadline: { due: '2023-09-30' } },
      {
        no: 3,
        section: '（二）法治环境。',
        content: '推进丙项工作。',
        lead: ['区法院'],
        deadline: { due: '2023-12-31' },
      },
    ]);
    expect(codes(preview)).toEqual(['running_text', 'number_missing']);
  });

  it('says which numbered items name nobody', () => {
    const long =
      '加强组织领导，压实工作责任，细化工作举措，定期调度推进情况，及时协调解决困难问题，确保各项任务落到实处、见到实效，让企业和群众满意';
    const preview = read(['2023年工作要点', `1.${long}。`, '2.推进乙项工作。（牵头单位：区财政局，6月底）']);
    expect(preview.tasks.map(task => task.no)).toEqual([2]);
    expect(preview.warnings).toContainEqual(
      expect.objectContaining({ code: 'text_skipped', message: expect.stringContaining('第2行') }),
    );
  });

  it('that names nobody in charge is no list, whatever stands in brackets', () => {
    const prose = [
      '关于报送材料的通知',
      '1.请区财政局（以下简称“财政局”）按时报送。',
      '2.联系人：张三（区优化办）',
      '特此通知。',
    ];
    expect(() => read(prose)).toThrow(/没有找到表格/u);
  });

  it('of brackets without end is told apart in time', () => {
    const started = performance.now();
    for (const text of [
      '（'.repeat(200_000),
      '（牵头单位：'.repeat(50_000),
      '1.甲（牵头单位：区财政局，'.repeat(20_000),
    ]) {
      try {
        read([text, text]);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'bad_input' });
      }
    }
    expect(performance.now() - started).toBeLessThan(28_000);
  });
});
