// The directory of units as a sheet, and the staff as a workbook.
import { utils, write } from '@e965/xlsx';
import { readStaffSheet } from '../../src/importer/import-staff';
import { readUnitSheet } from '../../src/importer/import-units';
import { UnitNames } from '../../src/directory/unit-names';
import { type DirectoryView } from '../../src/directory/unit-directory';
import { inGbk } from './table-files';

const workbook = (rows: unknown[][]): Buffer => {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), '名录');
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
};
const units = [
  ['鄂城区单位名录'],
  ['序号', '单位名称', '全称', '类别', '层级', '别名', '待确认别名', '成员', '备注'],
  [1, '区财政局', '鄂城区财政局', '政府部门', '区级', '财政局、区财局', '区国资局', '', ''],
  [2, '区委组织部', '', '党群', '', '', '', '', '代管'],
  [3, '市税务局', '', '垂管单位', '', '税务局（市）', '', '', ''],
  [4, '凤凰街道', '', '街道', '', '凤凰街、凤凰街办', '', '', ''],
  [5, '各镇街', '', '集体称谓', '', '各镇（街）、各镇、街道', '', '凤凰街道', ''],
  [6, '区直各有关单位', '', '集体', '', '', '', '', '按任务指定'],
];

describe('units', () => {
  it('are read from a workbook or a .csv, kinds and levels by their Chinese names', () => {
    const expected = {
      district: null,
      units: [
        {
          name: '区财政局',
          fullName: '鄂城区财政局',
          kind: 'government',
          level: 'district',
          note: null,
          aliases: [
            { text: '财政局', status: 'certain' },
            { text: '区财局', status: 'certain' },
            { text: '区国资局', status: 'ask' },
          ],
        },
        { name: '区委组织部', fullName: null, kind: 'party', level: 'district', note: '代管', aliases: [] },
        {
          name: '市税务局',
          fullName: null,
          kind: 'branch',
          level: 'city',
          note: null,
          aliases: [{ text: '税务局（市）', status: 'certain' }],
        },
        {
          name: '凤凰街道',
          fullName: null,
          kind: 'town',
          level: 'town',
          note: null,
          aliases: [
            { text: '凤凰街', status: 'certain' },
            { text: '凤凰街办', status: 'certain' },
          ],
        },
      ],
      collectives: [
        {
          name: '各镇街',
          aliases: ['各镇（街）', '各镇', '街道'],
          resolve: 'members',
          members: ['凤凰街道'],
          note: null,
        },
        { name: '区直各有关单位', aliases: [], resolve: 'manual', members: [], note: '按任务指定' },
      ],
    };
    expect(readUnitSheet(workbook(units), '名录.xlsx')).toEqual(expected);
    const csv = units.map(cells => cells.map(cell => `"${cell}"`).join(',')).join('\r\n');
    expect(readUnitSheet(inGbk(csv), '名录.csv')).toEqual(expected);
  });

  it('stand under other units where a column says so; a blank there says under none', () => {
    const rows = [
      ['单位', '类别', '上级单位'],
      ['区公安分局', '垂管', ''],
      ['花湖派出所', '垂管', '区公安分局'],
    ];
    expect(readUnitSheet(workbook(rows), '名录.xlsx').units.map(({ name, parent }) => [name, parent])).toEqual([
      ['区公安分局', null],
      ['花湖派出所', '区公安分局'],
    ]);
    expect(readUnitSheet(workbook(units), '名录.xlsx').units[0]).not.toHaveProperty('parent');
  });

  it('that are wrong are named by their rows, all at once, and nothing is taken', () => {
    const rows = [
      ['单位', '类别', '层级', '别名'],
      ['区财政局', '部委', '', '区财局'],
      ['区财政局', '', '', ''],
      ['', '政府', '', ''],
      ['区税务局', '', '月球', '区财局、区财政局'],
    ];
    const read = (): unknown => readUnitSheet(workbook(rows), '名录.xlsx');
    expect(read).toThrow(/没有导入任何单位/u);
    for (const said of [
      /第2行：类别“部委”须为/u,
      /第3行：“区财政局”与第2行重复/u,
      /第4行：单位名称为空/u,
      /第5行：层级“月球”/u,
    ])
      expect(read).toThrow(said);
    const twice = [
      ['单位', '别名'],
      ['区财政局', '财局、区税务局'],
      ['区税务局', '财局'],
    ];
    expect(() => readUnitSheet(workbook(twice), '名录.xlsx')).toThrow(
      /第2行：别名“区税务局”已属于“区税务局”[\s\S]*第3行：别名“财局”已属于“区财政局”/u,
    );
    expect(() => readUnitSheet(workbook([['姓名'], ['张三']]), '名录.xlsx')).toThrow(/没有找到表头/u);
    expect(() => readUnitSheet(workbook([['单位']]), '名录.xlsx')).toThrow(/没有单位/u);
  });
});

describe('people', () => {
  const data = readUnitSheet(workbook(units), '名录.xlsx');
  const directory = {
    names: new UnitNames(data),
    unitIdByName: new Map(data.units.map(unit => [unit.name, unit.name])),
  } as unknown as DirectoryView;

  it('are read from a workbook: numbers as written, other columns ignored, several posts each', () => {
    const rows = [
      ['姓名', '手机号', '钉钉UserId', '单位', '职务', '角色'],
      ['张三', 13800000000, 100234, '区财局', '科员', '联络员'],
      ['张三', '', 100234, '市税务局', '', '工作人员'],
    ];
    expect(readStaffSheet(workbook(rows), '人员.xlsx', directory)).toEqual([
      { name: '张三', userId: '100234', unitId: '区财政局', title: '科员', role: 'liaison' },
      { name: '张三', userId: '100234', unitId: '市税务局', title: null, role: 'staff' },
    ]);
  });

  it('that are wrong are named by the rows of the sheet', () => {
    const rows = [['姓名', '钉钉UserId', '单位', '角色'], [], ['张三', 'u1', '区水利局', '局长']];
    expect(() => readStaffSheet(workbook(rows), '人员.xlsx', directory)).toThrow(
      /第3行：角色“局长”[\s\S]*第3行：单位“区水利局”不在单位名录中/u,
    );
  });
});
