// Unit cells: the cells of the sample list, and what other lists write.
import * as fc from 'fast-check';
import { splitUnits, type UnitCell } from '../../src/directory/unit-cells';
import { type UnitDirectoryData, readUnitDirectory } from '../../src/directory/unit-data';
import { projectFile } from '../../src/project-files';

const directory = readUnitDirectory(projectFile('seeds', 'units.json'));
const read = (cell: string): UnitCell => splitUnits(cell, directory);

type Said = [cell: string, units: string[], collectives?: string[], openEnded?: 'open', unknown?: string[]];

const rows: Said[] = [
  ['', []],
  ['—', []],
  ['无', []],
  ['区市场监管局', ['区市场监管局']],
  ['区行政审批局、区优化办', ['区行政审批局', '区优化办']],
  ['区市场监管局,区税务局；区人社局;区医保局', ['区市场监管局', '区税务局', '区人社局', '区医保局']],
  ['区市场监管局\n区税务局', ['区市场监管局', '区税务局']],
  ['区市场监管局 区税务局', ['区市场监管局', '区税务局']],
  ['区自然资源和\n规划分局', ['区自然资源和规划分局']],
  ['区政府办\n公室、区财政局', ['区政府办公室', '区财政局']],
  [' 区直各相关单位，各镇街、花湖开发区', ['花湖开发区'], ['区直各有关单位', '各镇街']],
  // certain aliases, full names, marks in parentheses
  ['区市场监管局（知识产权局）', ['区市场监管局']],
  ['区市场监管局(知识产权局)', ['区市场监管局']],
  ['区市场监管局（区知识产权局、区药监局）、区财政局', ['区市场监管局', '区财政局']],
  ['区纪委监委机关、区委办（目标办）', ['区纪委监委', '区委办公室']],
  ['市区发改经信局', ['区发改经信局']],
  ['区招商投资促进中心', ['区招商和投资促进中心']],
  ['各镇街、花湖开发', ['花湖开发区'], ['各镇街']],
  ['鄂城区财政局', ['区财政局']],
  ['鄂城区优化办', ['区优化办']],
  ['中共鄂城区纪律检查委员会、鄂城区监察委员会，区法院', ['区纪委监委', '区法院']],
  ['凤凰街道、泽林镇', ['凤凰街道', '泽林镇']],
  ['区财政局、区财政局、区税务局', ['区财政局', '区税务局']],
  // to be asked about, or unknown: as written
  ['区公共资源交易监管局', ['区公共资源交易监管局'], [], undefined, ['区公共资源交易监管局']],
  ['市自然资源和规划局、交通运输局', ['市自然资源和规划局', '交通运输局'], [], undefined, ['交通运输局']],
  ['区科技局、区水利和湖泊局', ['区科技局', '区水利和湖泊局'], [], undefined, ['区科技局', '区水利和湖泊局']],
  ['花湖', ['花湖'], [], undefined, ['花湖']],
  ['人社局', ['人社局'], [], undefined, ['人社局']],
  // remarks
  ['区税务局等相关单位，各镇街、花湖开发区', ['区税务局', '花湖开发区'], ['各镇街'], 'open'],
  ['区城管局、等相关单位，各镇街', ['区城管局'], ['各镇街'], 'open'],
  ['区供电公司、市安泰天然气公司等单位', ['区供电公司', '市安泰天然气公司'], [], 'open'],
  ['区司法局等区直相关单位，各镇街、花湖开发区', ['区司法局', '花湖开发区'], ['各镇街'], 'open'],
  ['区法院、区税务局及其他有关单位', ['区法院', '区税务局'], [], 'open'],
  ['区住建局等部门', ['区住建局'], [], 'open'],
  ['区住建局等12个部门', ['区住建局'], [], 'open'],
  ['区住建局等', ['区住建局'], [], 'open'],
  ['区财政局、其他有关部门', ['区财政局'], [], 'open'],
  ['区财政局，相关单位', ['区财政局'], [], 'open'],
  // collectives
  ['各镇（街）、花湖开发区', ['花湖开发区'], ['各镇街']],
  ['各镇、街道，花湖开发区', ['花湖开发区'], ['各镇街']],
  ['区住建局及其他行政审批职能单位，各镇街', ['区住建局'], ['其他行政审批职能单位', '各镇街']],
  ['区发改经信局及各相关执法单位', ['区发改经信局'], ['区直各相关执法单位']],
  ['辖区内各商业银行等相关单位', [], ['辖区内各商业银行'], 'open'],
  ['辖区内各商业银行、小额贷款公司等金融机构', [], ['辖区内各商业银行', '小额贷款公司等金融机构'], 'open'],
  ['区公共资源交易中心、涉及相关案例的采购单位', ['区公共资源交易中心'], ['涉及相关案例的采购单位']],
  ['各乡镇、街道', [], ['各乡镇、街道']],
  ['各乡镇（街道）、区财政局', ['区财政局'], ['各乡镇（街道）']],
  ['区直有关部门', [], ['区直有关部门']],
  ['各成员单位、全区各学校', [], ['各成员单位', '全区各学校']],
  ['各有关单位', [], ['各有关单位']],
  ['有关单位', [], ['有关单位']],
  // joined by a word
  ['区委组织部和区人社局', ['区委组织部', '区人社局']],
  ['区财政局以及区税务局', ['区财政局', '区税务局']],
  ['区科技局与区水利局', ['区科技局', '区水利局'], [], undefined, ['区科技局', '区水利局']],
  ['区财政局/区税务局', ['区财政局', '区税务局']],
  ['区自然资源和规划分局及区住建局', ['区自然资源和规划分局', '区住建局']],
  // decoration
  ['1.区财政局；2.区税务局', ['区财政局', '区税务局']],
  ['①区财政局②区税务局'.replace('②', '、②'), ['区财政局', '区税务局']],
  ['区 财 政 局', ['区财政局']],
  ['区财政局。', ['区财政局']],
  ['区财政局（按职责分工', ['区财政局'], [], undefined],
];

describe('the names in a unit cell', () => {
  it.each(rows)('%s', (cell, units, collectives = [], openEnded, unknown = []) => {
    const { byRole, ...found } = read(cell);
    expect({
      units: found.units,
      collectives: found.collectives,
      openEnded: found.openEnded,
      unknown: found.unknown,
    }).toEqual({
      units,
      collectives,
      openEnded: openEnded === 'open',
      unknown,
    });
    expect(byRole).toBeNull();
  });
});

const roleRows: [cell: string, lead: string[], support: string[]][] = [
  ['区发改经信局牵头、区财政局配合', ['区发改经信局'], ['区财政局']],
  ['区发改经信局、区住建局牵头，区财政局、区税务局配合', ['区发改经信局', '区住建局'], ['区财政局', '区税务局']],
  ['由区发改经信局牵头，区财政局、区人社局按职责分工负责', ['区发改经信局'], ['区财政局', '区人社局']],
  ['牵头单位：区发改经信局；责任单位：区财政局、区税务局', ['区发改经信局'], ['区财政局', '区税务局']],
  ['牵头单位：区发改经信局\n配合单位：区财政局', ['区发改经信局'], ['区财政局']],
  ['区住建局（牵头）、区财政局、区税务局', ['区住建局'], ['区财政局', '区税务局']],
  ['区住建局会同区财政局、区税务局', ['区住建局'], ['区财政局', '区税务局']],
  ['区财政局、区税务局配合', [], ['区财政局', '区税务局']],
  ['区行政审批局牵头负责；区财政局、区税务局参与', ['区行政审批局'], ['区财政局', '区税务局']],
  ['区行政审批局牵头，各镇街、花湖开发区配合', ['区行政审批局'], ['各镇街', '花湖开发区']],
  ['区行政审批局牵头区财政局配合', ['区行政审批局'], ['区财政局']],
];

describe('roles said in the cell itself', () => {
  it.each(roleRows)('%s', (cell, lead, support) => {
    const { byRole } = read(cell);
    expect([...(byRole?.lead.units ?? []), ...(byRole?.lead.collectives ?? [])]).toEqual(lead);
    expect(new Set([...(byRole?.support.units ?? []), ...(byRole?.support.collectives ?? [])])).toEqual(
      new Set(support),
    );
  });

  it('says nothing of roles where nobody is said to lead', () => {
    expect(read('区财政局、区税务局按职责分工负责')).toMatchObject({ units: ['区财政局', '区税务局'], byRole: null });
  });
});

describe('what the office should know about names', () => {
  it('tells merges, questions and unknown names apart', () => {
    expect(read('市区发改经信局、区公共资源交易监管局、区科技局、各有关企业').notes).toEqual([
      { kind: 'merged', written: '市区发改经信局', name: '区发改经信局' },
      { kind: 'ask', written: '区公共资源交易监管局', name: '区行政审批局' },
      { kind: 'unknown', written: '区科技局', name: null },
      { kind: 'unknown_collective', written: '各有关企业', name: null },
    ]);
  });

  it('suggests the unit where a name leaves out the level of the one before it, but does not take it', () => {
    const { units, notes } = read('区财政局、人社局');
    expect(units).toEqual(['区财政局', '人社局']);
    expect(notes).toEqual([{ kind: 'ask', written: '人社局', name: '区人社局' }]);
  });

  it('knows nothing without a directory, and still separates', () => {
    expect(splitUnits('市财政局、市发展和改革委员会等单位，各县（区）')).toMatchObject({
      units: ['市财政局', '市发展和改革委员会'],
      collectives: ['各县（区）'],
      openEnded: true,
      unknown: ['市财政局', '市发展和改革委员会'],
    });
  });

  it('follows the directory it is given', () => {
    const data: UnitDirectoryData = {
      district: null,
      units: [
        {
          name: '县教体局',
          fullName: null,
          kind: 'government',
          level: 'district',
          note: null,
          aliases: [{ text: '县教育和体育局', status: 'certain' }],
        },
      ],
      collectives: [{ name: '各中小学', aliases: ['中小学校'], resolve: 'manual', members: [], note: null }],
    };
    expect(splitUnits('县教育和体育局及中小学校', data)).toMatchObject({
      units: ['县教体局'],
      collectives: ['各中小学'],
      unknown: [],
    });
  });
});

describe('any cell', () => {
  const certain = [...directory.units, ...directory.collectives].map(entry => entry.name);

  it('gives back exactly the names that were joined, whatever the separator', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...certain), { minLength: 1, maxLength: 8 }),
        fc.array(fc.constantFrom('、', '，', ',', '；', ';', '\n', '、\n', ' ， '), { minLength: 8, maxLength: 8 }),
        (names, between) => {
          const cell = names.map((name, i) => `${i === 0 ? '' : (between[i] ?? '')}${name}`).join('');
          const { units, collectives, unknown } = read(cell);
          expect(new Set([...units, ...collectives])).toEqual(new Set(names));
          expect([...units, ...collectives]).toHaveLength(names.length);
          expect(unknown).toEqual([]);
        },
      ),
    );
  });

  it('never fails and never gives a name twice', () => {
    const word = fc.constantFrom(
      '区财政局',
      '牵头',
      '配合',
      '等单位',
      '各镇街',
      '（',
      '）',
      '、',
      '，',
      '\n',
      ' ',
      '及',
      '和',
      '会同',
      '单位：',
      '责任',
      '区',
      '(',
      '有关单位',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), words => {
        const { units, collectives } = read(words.join(''));
        expect(new Set(units).size).toBe(units.length);
        expect(new Set(collectives).size).toBe(collectives.length);
        for (const name of [...units, ...collectives]) expect(name.trim()).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
