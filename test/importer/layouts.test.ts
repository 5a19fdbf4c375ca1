// Lists of other offices, in the same flattened text: other columns, other orders, other ways to number and to merge.
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type ImportPreview } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { flattened, usualHeader } from './flattened';

const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const read = (rows: string[][], above: string[] = ['2023年鄂城区重点工作任务清单']): ImportPreview =>
  previewImport(flattened(rows, above), '清单.txt', { units });
const codes = ({ warnings }: ImportPreview): string[] => warnings.map(warning => warning.code);
const firstTwo = ['推进甲项工作，确保落实', '推进乙项工作，确保落实'];

describe('columns', () => {
  it('stand in any order', () => {
    const { tasks } = read([
      ['完成时限', '责任单位', '牵头单位', '重点任务', '序号'],
      ['6月底', '区税务局', '区财政局', firstTwo[0]!, '1'],
      ['9月底', '', '区教育局', firstTwo[1]!, '2'],
    ]);
    expect(tasks).toMatchObject([
      { no: 1, content: firstTwo[0], lead: ['区财政局'], support: ['区税务局'], deadline: { due: '2023-06-30' } },
      { no: 2, content: firstTwo[1], lead: ['区教育局'], support: ['区税务局'], deadline: { due: '2023-09-30' } },
    ]);
  });

  it.each([
    [['编号', '工作内容', '主责单位', '配合单位', '时间节点']],
    [['序 号', '具体措施', '牵头部门', '协办单位', '进度安排']],
    [['任务编号', '任  务', '责任单位', '配合部门', '完成\u3000时间']],
    [['项次', '目标要求', '主办单位', '参与单位', '办结时限']],
    [['No.', '主要任务', '牵头责任单位', '责任单位', '时限要求']],
  ])('are known by meaning: %j', header => {
    const { tasks, errors } = read([header, ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底']]);
    expect(errors).toEqual([]);
    expect(tasks).toMatchObject([
      { no: 1, content: firstTwo[0], lead: ['区财政局'], support: ['区税务局'], deadline: { due: '2023-06-30' } },
    ]);
  });

  it('have headings broken over lines', () => {
    const bytes = Buffer.from(
      '\t序\n号\n\t重点\n任务\n\t牵头\n单位\n\t完成\n时限\n\n\t1\n\t推进甲项工作\n\t区财政局\n\t6月底\n',
    );
    expect(previewImport(bytes, '2023年清单.txt', { units }).tasks).toMatchObject([
      { no: 1, content: '推进甲项工作', lead: ['区财政局'], deadline: { due: '2023-06-30' } },
    ]);
  });

  it('that name persons, remarks or progress are left out', () => {
    const { tasks } = read([
      ['序号', '重点任务', '牵头领导', '牵头单位', '责任人', '完成时限', '进展情况', '备注'],
      ['1', firstTwo[0]!, '张三', '区财政局', '李四', '6月底', '已完成80%', '区税务局配合'],
    ]);
    expect(tasks[0]).toMatchObject({
      lead: ['区财政局'],
      support: [],
      content: firstTwo[0],
      deadline: { due: '2023-06-30' },
    });
  });

  it('with one unit column only: those units lead', () => {
    const { tasks } = read([
      ['序号', '重点任务', '责任单位', '完成时限'],
      ['1', firstTwo[0]!, '区财政局、区税务局', '6月底'],
      ['2', firstTwo[1]!, '区财政局牵头，区税务局配合', '6月底'],
    ]);
    expect(tasks).toMatchObject([
      { lead: ['区财政局', '区税务局'], support: [] },
      { lead: ['区财政局'], support: ['区税务局'] },
    ]);
  });

  it('with several texts: the finest is the task, the coarser are headings, goals go with the task', () => {
    const { tasks } = read([
      ['工作领域', '重点任务', '具体措施', '工作目标', '牵头单位', '完成时限'],
      ['企业服务', '优化开办', '实行一窗受理', '当日办结', '区财政局', '6月底'],
      ['', '', '免费刻章', '零费用', '', ''],
      ['项目建设', '提速审批', '推行多图联审', '压减一半', '区住建局', '9月底'],
    ]);
    expect(tasks).toMatchObject([
      { section: '企业服务', measure: '优化开办', content: '实行一窗受理\n工作目标：当日办结', lead: ['区财政局'] },
      { section: '企业服务', measure: '优化开办', content: '免费刻章\n工作目标：零费用', lead: ['区财政局'] },
      { section: '项目建设', measure: '提速审批', content: '推行多图联审\n工作目标：压减一半', lead: ['区住建局'] },
    ]);
  });

  it('under two header rows', () => {
    const { tasks } = read([
      ['序号', '重点任务', '责任分工', '完成时限'],
      ['', '', '牵头单位', '配合单位', ''],
      ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底'],
    ]);
    expect(tasks).toMatchObject([
      { no: 1, lead: ['区财政局'], support: ['区税务局'], deadline: { due: '2023-06-30' } },
    ]);
  });

  it.each([
    ['in the heading', '责任单位（排第一位的为牵头单位）', []],
    ['in a note below', '责任单位', [['注：责任单位中列首位的为牵头单位。']]],
    ['above the table', '责任单位', [], '（牵头单位排在第一位）'],
  ])('of which the first unit leads, as said %s', (_, heading, notes, above = '') => {
    const { tasks } = read(
      [
        ['序号', '重点任务', heading, '完成时限'],
        ['1', firstTwo[0]!, '区财政局、区税务局、各镇街', '6月底'],
        ['2', firstTwo[1]!, '区教育局牵头，区人社局配合', '6月底'],
        ...notes,
      ],
      ['2023年重点任务清单', above],
    );
    expect(tasks).toMatchObject([
      { lead: ['区财政局'], support: ['区税务局'], collectives: ['各镇街'], leadCollectives: [] },
      { lead: ['区教育局'], support: ['区人社局'] },
    ]);
  });

  it('that are only counted below the heading are no task', () => {
    const { tasks } = read([
      ['序号', '重点任务', '牵头单位', '完成时限'],
      ['1', '2', '3', '4'],
      ['1', firstTwo[0]!, '区财政局', '6月底'],
    ]);
    expect(tasks).toMatchObject([{ no: 1, content: firstTwo[0], at: { row: 3 } }]);
  });

  it('under three header rows', () => {
    const { tasks } = read([
      ['序号', '重点任务', '任务分工', '', '', '完成时限'],
      ['', '', '责任领导', '责任单位', '', ''],
      ['', '', '', '牵头单位', '配合单位', ''],
      ['1', firstTwo[0]!, '张三', '区财政局', '区税务局', '6月底'],
    ]);
    expect(tasks).toMatchObject([{ no: 1, lead: ['区财政局'], support: ['区税务局'], at: { row: 4 } }]);
  });

  it('whose section column has no heading of its own', () => {
    const { tasks } = read([
      ['', '政策措施', ...usualHeader],
      ['（一）第一节', '1.甲措施', '1', firstTwo[0]!, '区财政局', '区税务局', '6月底'],
      ['', '2.乙措施', '2', firstTwo[1]!, '区教育局', '', ''],
      ['（二）第二节', '', '3', '推进丙项工作', '', '', ''],
    ]);
    expect(tasks).toMatchObject([
      { section: '（一）第一节', measure: '1.甲措施' },
      { section: '（一）第一节', measure: '2.乙措施' },
      { section: '（二）第二节', measure: null, lead: ['区教育局'] },
    ]);
  });
});

describe('headings', () => {
  it('stand in rows of their own', () => {
    const { tasks } = read([
      usualHeader,
      ['一、优化政务环境'],
      ['（一）企业开办'],
      ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底'],
      ['（二）工程审批', '', '', '', ''],
      ['2', firstTwo[1]!, '区住建局', '', ''],
      ['二、优化法治环境'],
      ['3', '推进丙项工作', '区法院', '', ''],
    ]);
    expect(tasks).toMatchObject([
      { no: 1, section: '一、优化政务环境', measure: '（一）企业开办' },
      { no: 2, section: '一、优化政务环境', measure: '（二）工程审批' },
      { no: 3, section: '二、优化法治环境', measure: null },
    ]);
  });

  it('stand above each of several tables', () => {
    const bytes = Buffer.concat([
      flattened([usualHeader, ['1', firstTwo[0]!, '区财政局', '', '6月底']], ['2023年重点任务清单']),
      Buffer.from('\n'),
      flattened([usualHeader, ['2', firstTwo[1]!, '区住建局', '', '9月底']], ['二、优化法治环境']),
    ]);
    const { tasks, list } = previewImport(bytes, '清单.txt', { units });
    expect(list.title).toBe('2023年重点任务清单');
    expect(tasks).toMatchObject([
      { no: 1, section: null, at: { row: 2 } },
      { no: 2, section: '二、优化法治环境', lead: ['区住建局'], support: [], at: { row: 4 } },
    ]);
  });
});

describe('rows', () => {
  it('of a repeated header, of sums and of notes are no tasks', () => {
    const preview = read([
      usualHeader,
      ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底'],
      usualHeader,
      ['2', firstTwo[1]!, '区财政局', '', ''],
      ['合计', '2项', '', '', ''],
      ['注：各单位按月报送进展。'],
    ]);
    expect(preview.tasks.map(task => task.no)).toEqual([1, 2]);
    expect(preview.warnings).toMatchObject([
      { code: 'row_skipped', row: 5 },
      { code: 'row_skipped', row: 6 },
    ]);
  });

  it('that lost their blank cells are laid out by what they hold', () => {
    const { tasks } = read([
      ['政策措施', ...usualHeader],
      ['（一）第一节', '1.甲措施', '1', firstTwo[0]!, '区财政局', '区税务局等相关单位', '6月底'],
      ['', '', '2', firstTwo[1]!, '', '', ''],
      ['3', '推进丙项工作'],
      ['2.乙措施', '4', '推进丁项工作', '区教育局', '9月底'],
      ['5', '推进戊项工作', '2023年12月底'],
    ]);
    expect(tasks).toMatchObject([
      { no: 1, section: '（一）第一节', measure: '1.甲措施' },
      { no: 2, measure: '1.甲措施' },
      { no: 3, content: '推进丙项工作', lead: ['区财政局'], deadline: { due: '2023-06-30' } },
      { no: 4, measure: '2.乙措施', lead: ['区教育局'], support: ['区税务局'], deadline: { due: '2023-09-30' } },
      { no: 5, measure: '2.乙措施', lead: ['区教育局'], deadline: { due: '2023-12-31' } },
    ]);
  });

  it('under one number are one task', () => {
    const preview = read([
      usualHeader,
      ['1', '推进甲项工作', '区财政局', '区税务局', '6月底'],
      ['', '同步推进其附属工作', '', '区教育局', '9月底'],
      ['2', '推进乙项工作', '区住建局', '', ''],
    ]);
    expect(preview.tasks).toMatchObject([
      {
        no: 1,
        content: '推进甲项工作\n同步推进其附属工作',
        lead: ['区财政局'],
        support: ['区税务局', '区教育局'],
        deadline: { text: '6月底；9月底', due: '2023-09-30' },
      },
      { no: 2, support: ['区教育局'] },
    ]);
    expect(codes(preview)).toEqual(['rows_joined']);
  });

  it('with more cells than there are columns are errors: nobody knows which cell is which', () => {
    const preview = read([
      usualHeader,
      ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底'],
      ['2', firstTwo[1]!, '区财政局', '区税务局', '6月底', '', ''],
      ['3', '推进丙项工作', '区财政局', '区税务局', '6月底', '多', '余'],
      ['4', '推进丁项工作', '区财政局', '区税务局', '6月底'],
    ]);
    expect(preview.tasks.map(task => task.no)).toEqual([1, 2, 4]);
    expect(preview.errors).toMatchObject([{ code: 'row_shape', row: 4 }]);
  });

  it('may be pasted, one on each line', () => {
    const text = [
      '2023年重点任务清单',
      usualHeader.join('\t'),
      ['1', '推进甲项工作', '区财政局', '', '6月底'].join('\t'),
      ['2', '推进乙项工作', '', '', ''].join('\t'),
    ];
    const { tasks } = previewImport(Buffer.from(text.join('\n')), '清单.txt', { units });
    expect(tasks).toMatchObject([
      { no: 1, lead: ['区财政局'], at: { row: 2 } },
      { no: 2, lead: ['区财政局'], deadline: { due: '2023-06-30' } },
    ]);
  });
});

describe('numbers', () => {
  const numbered = (labels: string[]): ImportPreview =>
    read([usualHeader, ...labels.map(label => [label, `推进与${label}对应的工作`, '区财政局', '区税务局', '6月底'])]);

  it('are kept as printed beside the number that sorts', () => {
    expect(
      numbered(['一', '（2）', '３', '㊳', '第39项', '40.', '四十一']).tasks.map(({ no, label }) => [no, label]),
    ).toEqual([
      [1, '一'],
      [2, '（2）'],
      [3, '３'],
      [38, '㊳'],
      [39, '第39项'],
      [40, '40.'],
      [41, '四十一'],
    ]);
    const nested = numbered(['1-1', '1-2', '1-10', '2-1']);
    expect(nested.tasks.map(({ no, label }) => [no, label])).toEqual([
      [1001, '1-1'],
      [1002, '1-2'],
      [1010, '1-10'],
      [2001, '2-1'],
    ]);
    expect(codes(nested)).toEqual([]);
  });

  it('that are missing are named, in short', () => {
    expect(numbered(['3', '4', '7', '8', '10', '20']).warnings).toEqual([
      { code: 'number_gap', message: '序号不连续：缺5、6、9、11—19', row: null, column: null },
    ]);
  });

  it('are given in order where the list has none', () => {
    const preview = read([
      usualHeader.slice(1),
      ['推进甲项工作', '区财政局', '', '6月底'],
      ['推进乙项工作', '', '', ''],
    ]);
    expect(preview.tasks.map(({ no, label }) => [no, label])).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
    expect(preview.warnings).toEqual([
      { code: 'number_missing', message: '清单没有序号列，已按先后顺序编为1—2', row: null, column: null },
    ]);
  });

  it('that are no numbers are kept as labels, and said', () => {
    const preview = numbered(['1', '改革A', '3']);
    expect(preview.tasks.map(({ no, label }) => [no, label])).toEqual([
      [1, '1'],
      [2, '改革A'],
      [3, '3'],
    ]);
    expect(codes(preview)).toEqual(['number_unusual']);
  });

  it('that stand twice are an error naming both rows, and so are two ways to write one number', () => {
    expect(numbered(['1', '2', '2']).errors).toEqual([
      {
        code: 'duplicate_number',
        message: '第4行“序号”列：序号“2”与第3行的序号“2”重复，一个序号只能有一项任务',
        row: 4,
        column: '序号',
      },
    ]);
    expect(numbered(['2', '（二）']).errors).toHaveLength(1);
  });
});

describe('title and year', () => {
  const row = ['1', firstTwo[0]!, '区财政局', '区税务局', '6月底'];

  it.each([
    [['附件1', '鄂城区2023年重点任务清单'], '鄂城区2023年重点任务清单', 2023],
    [['鄂城区2023年优化营商环境', '任务清单', '填报单位：区优化办'], '鄂城区2023年优化营商环境任务清单', 2023],
    [['二〇二四年重点工作责任分工表', '（2024年3月1日）'], '二〇二四年重点工作责任分工表', 2024],
    [['鄂政发〔2022〕5号', '重点事项推进计划表'], '重点事项推进计划表', 2022],
  ])('from the lines above: %j', (above, title, year) => {
    expect(read([usualHeader, row], above).list).toMatchObject({ title, year });
  });

  it('from rows of the table above the header', () => {
    const { list, tasks } = read([['鄂城区2024年重点任务清单'], ['', '', '', '', ''], usualHeader, row], []);
    expect(list).toEqual({ title: '鄂城区2024年重点任务清单', year: 2024, shortName: '重点任务清单' });
    expect(tasks).toMatchObject([{ deadline: { due: '2024-06-30' }, at: { row: 4 } }]);
  });

  it('from the file name, or from the deadlines', () => {
    expect(previewImport(flattened([usualHeader, row]), '2022年清单.txt', { units }).list).toMatchObject({
      title: '2022年清单',
      year: 2022,
    });
    const { list, tasks } = previewImport(
      flattened([usualHeader, row, ['2', firstTwo[1]!, '', '', '2025年9月底']]),
      '清单.txt',
      { units },
    );
    expect(list).toMatchObject({ title: '清单', year: 2025 });
    expect(tasks[0]?.deadline.due).toBe('2025-06-30');
  });

  it('given by the caller, or guessed and said, or missing and then an error', () => {
    const bytes = flattened([usualHeader, row]);
    expect(previewImport(bytes, '清单.txt', { units, year: 2030 }).tasks[0]?.deadline.due).toBe('2030-06-30');
    const guessed = previewImport(bytes, '清单.txt', { units, fallbackYear: 2023 });
    expect(guessed).toMatchObject({ list: { year: 2023 }, errors: [], warnings: [{ code: 'year_guessed' }] });
    expect(previewImport(bytes, '清单.txt', { units }).errors).toMatchObject([{ code: 'year_missing' }]);
  });

  it('make a short name, unless one is given', () => {
    const bytes = flattened([usualHeader, row], ['鄂城区2023年优化营商环境重点任务清单']);
    expect(previewImport(bytes, '清单.txt', { units }).list.shortName).toBe('优化营商环境');
    expect(previewImport(bytes, '清单.txt', { units, shortName: '营商' }).list.shortName).toBe('营商');
  });
});

describe('deadlines', () => {
  it('that do not exist are errors with their row and column, once for all rows they are merged over', () => {
    const preview = read([
      usualHeader,
      ['1', firstTwo[0]!, '区财政局', '', '2023年13月底'],
      ['2', firstTwo[1]!, '', '', ''],
      ['3', '推进丙项工作', '', '', '2023年2月30日'],
    ]);
    expect(preview.errors).toEqual([
      {
        code: 'bad_date',
        message: '第2行（第1项）“完成时限”列：“2023年13月底”的日期不存在：没有13月',
        row: 2,
        column: '完成时限',
      },
      {
        code: 'bad_date',
        message: '第4行（第3项）“完成时限”列：“2023年2月30日”的日期不存在：没有2月30日',
        row: 4,
        column: '完成时限',
      },
    ]);
  });

  it('that a person must settle are warnings', () => {
    const preview = read([
      usualHeader,
      ['1', firstTwo[0]!, '区财政局', '', '尽快'],
      ['2', firstTwo[1]!, '', '', '2023年第三季度'],
    ]);
    expect(preview.warnings).toEqual([
      {
        code: 'deadline_vague',
        message: '第2行（第1项）“完成时限”列：“尽快”看不出具体日期，请确认',
        row: 2,
        column: '完成时限',
      },
    ]);
    expect(preview.tasks.map(task => task.deadline)).toEqual([
      { text: '尽快', due: null, longTerm: false, recurring: null, vague: true },
      {
        text: '2023年第三季度',
        due: '2023-09-30',
        longTerm: false,
        recurring: null,
        vague: false,
        start: '2023-07-01',
      },
    ]);
  });
});

describe('units', () => {
  it('the directory does not know are listed with the rows of all tasks that bear them, and warned of once', () => {
    const preview = read([
      usualHeader,
      ['1', firstTwo[0]!, '区科技局', '', '6月底'],
      ['2', firstTwo[1]!, '', '区水利局', ''],
      ['3', '推进丙项工作', '区财政局', '', ''],
    ]);
    expect(preview.unknownUnits).toEqual([
      { name: '区科技局', rows: [2, 3] },
      { name: '区水利局', rows: [3, 4] },
    ]);
    expect(preview.warnings.map(({ code, row }) => [code, row])).toEqual([
      ['unit_unknown', 2],
      ['unit_unknown', 3],
    ]);
  });

  it('of the city are doubted in a district list, not in the city’s own', () => {
    const city = read([usualHeader, ['1', firstTwo[0]!, '市财政局、市教育局', '', '6月底']]);
    expect(codes(city)).toEqual(['unit_unknown', 'unit_unknown']);
    const district = read([usualHeader, ['1', firstTwo[0]!, '区财政局、区教育局', '市财政局', '6月底']]);
    expect(codes(district)).toEqual(['unit_unknown', 'city_unit']);
  });

  it('that are missing are said', () => {
    const preview = read([usualHeader, ['1', firstTwo[0]!, '', '区财政局', '']]);
    expect(preview.warnings.map(({ code, row }) => [code, row])).toEqual([
      ['lead_missing', 2],
      ['deadline_missing', 2],
    ]);
  });
});
