// Unit names: what is meant by a word, what stands in a sentence; on the sample directory and on invented ones.
import * as fc from 'fast-check';
import { readUnitDirectory, type UnitDirectoryData, type UnitEntry } from '../../src/directory/unit-data';
import { type ResolvedName, UnitNames } from '../../src/directory/unit-names';
import { projectFile } from '../../src/project-files';

const sample = readUnitDirectory(projectFile('seeds', 'units.json'));
const names = new UnitNames(sample);
// As the tables hold it: without the district's name, which must be learned from the full names.
const stored = new UnitNames({ ...sample, district: null });

/** "区税务局 sound", "? 区住建局 市住建局" (asked), "* 各镇街" (collective), "-" (unknown). */
function said(resolved: ResolvedName): string {
  switch (resolved.kind) {
    case 'unit':
      return `${resolved.name} ${resolved.how}`;
    case 'collective':
      return `* ${resolved.name}`;
    case 'ask':
      return `? ${resolved.candidates.join(' ')}`;
    case 'unknown':
      return '-';
  }
}

/** "[区税务局]" for each place, "~" after an everyday word. */
function foundIn(text: string, by = names): string {
  return by
    .findIn(text)
    .map(({ start, end, resolved, bare }) => {
      const words = text.slice(start, end) + (bare ? '~' : '');
      if (resolved.kind === 'unit') return `${words}=${resolved.name}${resolved.how === 'sound' ? '?' : ''}`;
      return `${words}=${said(resolved)}`;
    })
    .join(', ');
}

/** One line: forms, an arrow, what they mean. */
function table(lines: string): [form: string, meaning: string][] {
  return lines
    .trim()
    .split('\n')
    .flatMap(line => {
      const [forms = '', meaning = ''] = line.split('→');
      return forms
        .trim()
        .split(/\s+/)
        .map((form): [string, string] => [form, meaning.trim()]);
    });
}

describe('a whole word, in the sample directory', () => {
  const meant = table(`
    区市场监管局 區市場監管局 → 区市场监管局 name
    区市场监督管理局 区市场监管局（知识产权局） 区市场监管局(知识产权局) → 区市场监管局 alias
    市场监管局 市监局 市场局 市场监管 市监 区市监局 区市场局 市场监督管理局 鄂城区市场监管局 鄂城市场监管局 鄂州市鄂城区市监局 → 区市场监管局 short
    審批局 审批局 行政审批局 区审批局 行政审批 鄂城行政审批 → 区行政审批局 short
    自然资源局 自规局 资规局 规划分局 规划局 自然资源和规划局 自然资源规划局 自规 区自规局 自然资源分局 → 区自然资源和规划分局 short
    区自然资源规划分局 → 区自然资源和规划分局 alias
    发改经信局 → 区发改经信局 short
    市区发改经信局 区发展改革和经济信息化局 → 区发改经信局 alias
    发改局 区发改局 发改 发改委 区发改委 区经信局 → ? 区发改经信局
    经信局 → ? 区发改经信局 市经信局
    市经信局 → 市经信局 name
    人社 人社局 区人社 人力资源和社会保障局 → 区人社局 short
    区人力资源和社会保障局 → 区人社局 alias
    社保局 → ? 区人社局
    住建 住建局 区住建 住房和城乡建设局 住房城乡建设局 鄂城住建局 → 区住建局 short
    鄂州市住建局 鄂州住建局 → 市住建局 short
    市住建局 → 市住建局 name
    优化办 优化办公室 鄂城区优化办 → 区优化办 short
    区优化营商环境办公室 → ? 区优化办
    城管 城管局 城市管理局 区城市管理执法局 区城管执法局 → 区城管局 short
    城管委 → ? 区城管局 市城管委
    区城管委 → ? 区城管局
    市城管局 → ? 市城管委
    税务 税务局 区税务 鄂城税务 → 区税务局 short
    鄂城区税务局 鄂城税务局 鄂州市鄂城区税务局 国家税务总局鄂州市鄂城区税务局 → 区税务局 alias
    公安 公安局 公安分局 区公安局 鄂城公安分局 市公安局鄂城分局 公安局鄂城区分局 → 区公安分局 short
    鄂州市公安局鄂城区分局 → 区公安分局 alias
    市公安局 → 市公安局 name
    教育 教育局 → 区教育局 short
    医保 医保局 医疗保障局 → 区医保局 short
    区医疗保障局 → 区医保局 alias
    卫健局 卫生健康局 卫健 卫生局 → 区卫健局 short
    区卫生健康局 鄂城区卫生健康局 → 区卫健局 alias
    卫健委 区卫健委 → ? 区卫健局
    农业局 农业农村局 → 区农业农村局 short
    生态环境局 生态环境分局 环境局 区环境分局 → 区生态环境分局 short
    文旅 文旅局 文化和旅游局 文化局 → 区文旅局 short
    纪委 监委 区纪委 纪委监委 → 区纪委监委 short
    区纪委监委机关 中共鄂城区纪律检查委员会 鄂城区监察委员会 → 区纪委监委 alias
    区委办 区委办（目标办） → 区委办公室 alias
    政府办 政府办公室 → 区政府办公室 short
    区政府办 → 区政府办公室 alias
    组织部 → 区委组织部 short
    鄂城区委组织部 中共鄂城区委组织部 → 区委组织部 alias
    人大办 区人大办 → ? 区人大常委会办公室
    工商联 工商业联合会 → 区工商联 short
    区工商业联合会 → 区工商联 alias
    法院 人民法院 鄂城法院 → 区法院 short
    区人民法院 鄂城区人民法院 → 区法院 alias
    检察院 鄂城检察院 → 区检察院 short
    区人民检察院 → 区检察院 alias
    知识产权局 区知识产权局 → ? 区市场监管局
    区公共资源交易监管局 → ? 区行政审批局
    交易中心 公共资源交易中心 公共资源中心 公资交易中心 → 区公共资源交易中心 short
    招商中心 投促中心 招商投资促进中心 → 区招商和投资促进中心 short
    区招商投资促进中心 → 区招商和投资促进中心 alias
    融媒体中心 融媒中心 → 区融媒体中心 short
    交通运输局 交通局 → ? 市交通运输局
    市交通局 → 市交通运输局 short
    安泰天然气公司 安泰天然气 安泰公司 天然气公司 → 市安泰天然气公司 short
    供电公司 供电 区供电 → 区供电公司 short
    水务集团 水务公司 → 市水务集团公司 short
    市水务集团 → 市水务集团公司 alias
    海关 → 鄂州海关 short
    凤凰街道 → 凤凰街道 name
    凤凰街 凤凰街办 凤凰街道办 凤凰街道办事处 鄂州市鄂城区凤凰街道办事处 → 凤凰街道 alias
    凤凰办事处 → 凤凰街道 short
    泽林镇政府 泽林镇人民政府 鄂城区泽林镇 → 泽林镇 short
    泽林 → 泽林镇 alias
    碧石镇 碧石渡 → 碧石渡镇 alias
    碧石镇政府 → 碧石渡镇 short
    花湖 → ? 花湖开发区 花湖镇
    花湖开发区管委会 花湖管委会 花湖经开区 开发区 → 花湖开发区 short
    花湖开发 花湖经济开发区 → 花湖开发区 alias
    各镇街 各镇、街道 各镇（街） → * 各镇街
    区直相关单位 → * 区直各有关单位
  `);
  test.each(meant)('%s → %s', (form, meaning) => {
    expect(said(names.resolve(form))).toBe(meaning);
    expect(said(stored.resolve(form))).toBe(meaning);
  });

  const sounds = table(`
    区水物局 税物局 区税物局 区税务剧 → 区税务局 sound
    市建局 是监局 区市场监官局 → 区市场监管局 sound
    人设局 人射局 → 区人社局 sound
    住键局 → 区住建局 sound
    形政审批局 审皮局 区行政生批局 → 区行政审批局 sound
    卫建局 → 区卫健局 sound
    医宝局 → 区医保局 sound
    由化办 区优化版 → 区优化办 sound
    区公按分局 → 区公安分局 sound
    检查院 区检查院 → 区检察院 sound
    区发院 区法苑 → 区法院 sound
    则林镇 → 泽林镇 sound
    听祖镇 → 汀祖镇 sound
    风凰街道 → 凤凰街道 sound
    鼓楼街道 → 古楼街道 sound
    荣媒体中心 → 区融媒体中心 sound
  `);
  test.each(sounds)('%s → %s', (form, meaning) => {
    expect(said(names.resolve(form))).toBe(meaning);
  });

  const nobody =
    `市税务局 省税务局 市供电公司 市纪委 市监委 市医保局 省公安厅 华容区税务局 鄂州市华容区税务局 黄石市公安局
    区水务局 水务局 商务局 区科技局 区水利和湖泊局 发院 局 区 市局 区局 我局 办公室 区委 区政府 政府 委办 优化 组织 招商 审批 管委 事务局
    邮局 结局 格局 布局 当局 全局 大局 街道办 单位 税务所 财政部 邮政局 第38项 ETC 🙂 38`.split(/\s+/);
  test.each(nobody)('%s is nobody', form => {
    expect(said(names.resolve(form))).toBe('-');
    expect(said(stored.resolve(form))).toBe('-');
  });

  test('width, blanks and signs around the word do not matter', () => {
    for (const form of [' 区税务局 ', '区 税 务 局', '“区税务局”', '区税务局。', '區稅務局', '区税务局\u200b'])
      expect(said(names.resolve(form))).toBe('区税务局 name');
    for (const nothing of ['', '   ', '。', '（）', '区'.repeat(5000)]) expect(said(names.resolve(nothing))).toBe('-');
  });

  test('every name, full name and alias of the directory resolves, as the directory says', () => {
    for (const unit of sample.units) {
      expect(said(names.resolve(unit.name))).toBe(`${unit.name} name`);
      if (unit.fullName !== null)
        for (const part of unit.fullName.split('、')) expect(names.resolve(part)).toMatchObject({ name: unit.name });
      for (const { text, status } of unit.aliases) {
        const resolved = names.resolve(text);
        if (status === 'certain') expect(said(resolved)).toBe(`${unit.name} alias`);
        else expect(resolved.kind === 'ask' && resolved.candidates.includes(unit.name)).toBe(true);
      }
    }
    for (const group of sample.collectives)
      for (const text of [group.name, ...group.aliases]) expect(said(names.resolve(text))).toBe(`* ${group.name}`);
  });
});

describe('names in a sentence, in the sample directory', () => {
  const sentences: [text: string, found: string][] = [
    ['税务局下个月任务', '税务局=区税务局'],
    ['审批局这礼拜到期的任务', '审批局=区行政审批局'],
    ['催一下区人社局第110项', '区人社局=区人社局'],
    ['我是区金融办孙九', '区金融办=区金融办'],
    ['市监局、市场局和住建局', '市监局=区市场监管局, 市场局=区市场监管局, 住建局=区住建局'],
    ['区住建局区税务局区人社局都报了', '区住建局=区住建局, 区税务局=区税务局, 区人社局=区人社局'],
    ['鄂城区优化办,鄂城税务局', '鄂城区优化办=区优化办, 鄂城税务局=区税务局'],
    ['我区税务局已报', '区税务局=区税务局'],
    ['看看区税务局', '区税务局=区税务局'],
    ['辛苦区税务局', '区税务局=区税务局'],
    ['需区行政审批局协调', '区行政审批局=区行政审批局'],
    ['已报市公安局审批', '市公安局=市公安局'],
    ['市公安局鄂城分局', '市公安局鄂城分局=区公安分局'],
    ['鄂州市住建局来函', '鄂州市住建局=市住建局'],
    ['发改局逾期了吗', '发改局=? 区发改经信局'],
    ['花湖的任务', '花湖~=? 花湖开发区 花湖镇'],
    ['各镇街、花湖开发区', '各镇街=* 各镇街, 花湖开发区=花湖开发区'],
    ['区行政审批局(区公共资源交易监管局)', '区行政审批局(区公共资源交易监管局)=区行政审批局'],
    ['区委办(目标办)、区委办公室', '区委办(目标办)=区委办公室, 区委办公室=区委办公室'],
    ['区优化办办理', '区优化办=区优化办'],
    ['请优化办公示结果', '优化办=区优化办'],
    ['凤凰街办事处', '凤凰街办事处=凤凰街道'],
    ['安排凤凰街办理', '凤凰街=凤凰街道'],
    ['国网鄂城区供电公司', '鄂城区供电公司=区供电公司'],
    ['区卫生健康局8月', '区卫生健康局=区卫健局'],
    ['区城市管理执法局8月', '区城市管理执法局=区城管局'],
    ['区税务稽查局', '区税务稽查局=? 区税务局'],
    ['花湖开发区税务局', '花湖开发区=花湖开发区'],
    // everyday words
    ['公安、税务、医保本周任务', '公安~=区公安分局, 税务~=区税务局, 医保~=区医保局'],
    ['催住建', '住建~=区住建局'],
    ['开发区本周任务', '开发区~=花湖开发区'],
    ['法院判决', '法院~=区法院'],
    ['加强市场监管', '市场监管~=区市场监管局'],
    ['查教育', '教育~=区教育局'],
    // by sound
    ['区水物局下月任务', '区水物局=区税务局?'],
    ['催市建局', '市建局=区市场监管局?'],
    ['人设局和卫建局', '人设局=区人社局?, 卫建局=区卫健局?'],
    ['区税务剧本周任务', '区税务剧=区税务局?'],
    ['区检查院本月任务', '区检查院=区检察院?'],
    ['问下听祖镇', '听祖镇=汀祖镇?'],
  ];
  test.each(sentences)('%s', (text, found) => {
    expect(foundIn(text)).toBe(found);
    expect(foundIn(text, stored)).toBe(found);
  });

  const nobody = [
    '邮局、结局、格局、布局、当局、全局、局面、大局',
    '大局为重,全局一盘棋',
    '办公室里开会,办法再议,委托第三方,街道办也在',
    '优化办理流程,审批办理时限',
    '优化办法要出台',
    '优化办事流程,优化办结时限,优化办公环境',
    '时间局限,没法完成',
    '城管委托第三方',
    '区委宣传部署',
    '组织部分企业开展活动',
    '市税务局的任务',
    '省税务局要求',
    '国家税务总局',
    '湖北税务局',
    '鄂州税务局',
    '上级法院',
    '全市各级部门',
    '华容区税务局本周任务',
    '催一下华容区税务局',
    '鄂州市华容区税务局',
    '梁子湖区税务局',
    '武昌区法院',
    '黄石市公安局来函',
    '市委组织部',
    '与市公共资源交易中心对接',
    '产权交易中心',
    '昆仑天然气公司',
    '高新技术开发区',
    '优化电子税务局',
    '超市监管局',
    '社区法援中心',
    '税务所、财政所、财政部、教育部、公安部、公安厅',
    '泽林村、西山区',
    '各区直单位',
    '区水务局和区科技局',
    '我局本周任务,我办,我院,我镇,本单位',
    '第38项完成80%',
    '今天窗口接待了45人',
    '区政府要求',
    '<script>document.title</script>',
    '',
  ];
  test.each(nobody)('nobody is named in: %s', text => {
    expect(foundIn(text)).toBe('');
    expect(foundIn(text, stored)).toBe('');
  });

  test('places are exact, and the name is found wherever it stands', () => {
    const around = ['', '催', '请', '看看', ',', '38项,', '本周', '\n', '🙂', '一下', '我是'];
    for (const unit of sample.units)
      for (const before of around) {
        const text = `${before}${unit.name}。`;
        expect(names.findIn(text)).toContainEqual({
          start: before.length,
          end: before.length + unit.name.length,
          resolved: { kind: 'unit', name: unit.name, how: 'name' },
          bare: false,
        });
      }
  });
});

const unit = (name: string, fullName: string | null = null, rest: Partial<UnitEntry> = {}): UnitEntry => ({
  name,
  fullName,
  kind: 'government',
  level: 'district',
  note: null,
  aliases: [],
  ...rest,
});
const directory = (units: UnitEntry[], district: string | null = null): UnitDirectoryData => ({
  district,
  units,
  collectives: [],
});

describe('a county that does not exist', () => {
  const county = new UnitNames(
    directory([
      unit('县发改局', '云溪县发展和改革局'),
      unit('县教体局', '云溪县教育体育局'),
      unit('县市场监管局'),
      unit('县政务服务和大数据局'),
      unit('县卫健委', '云溪县卫生健康委员会'),
      unit('县公安局', '云溪县公安局'),
      unit('县水务局', '云溪县水务局'),
      unit('县税务局', '国家税务总局青江市云溪县税务局'),
      unit('县应急局'),
      unit('县退役军人事务局'),
      unit('县国有资产监督管理局'),
      unit('县人民法院', '青江市云溪县人民法院'),
      unit('县委办公室'),
      unit('县委政法委'),
      unit('县妇联'),
      unit('市生态环境局云溪分局', '青江市生态环境局云溪分局', { kind: 'branch' }),
      unit('云溪经济开发区', null, { kind: 'zone' }),
      unit('青江燃气有限公司', null, { kind: 'company', level: 'city' }),
      unit('市交通局', '青江市交通运输局', { level: 'city' }),
      unit('城关镇', null, { kind: 'town' }),
      unit('大坪乡', null, { kind: 'town' }),
      unit('滨江街道', null, { kind: 'town' }),
    ]),
  );
  const meant = table(`
    县发改局 → 县发改局 name
    云溪县发展和改革局 → 县发改局 alias
    发改局 发改 云溪县发改局 云溪发改局 青江市云溪县发改局 → 县发改局 short
    发改委 → ? 县发改局
    教育局 教体局 县教育局 → 县教体局 short
    体育局 → ? 县教体局
    市监局 县市监局 市场局 市场监管 → 县市场监管局 short
    政务局 政务服务局 大数据局 → 县政务服务和大数据局 short
    卫健委 → 县卫健委 short
    卫健局 → ? 县卫健委
    县卫生健康委员会 → 县卫健委 alias
    县水物局 → 县水务局 sound
    县谁务局 → ? 县水务局 县税务局
    水务局 → 县水务局 short
    应急管理局 县应急管理局 → 县应急局 short
    退役军人局 退役局 → 县退役军人事务局 short
    国资局 → 县国有资产监督管理局 short
    法院 县法院 → 县人民法院 short
    政法委 云溪县委政法委 → 县委政法委 short
    县委办 → 县委办公室 short
    生态环境局云溪分局 → 市生态环境局云溪分局 short
    开发区 经开区 云溪开发区 → 云溪经济开发区 short
    燃气公司 青江燃气 青江燃气公司 → 青江燃气有限公司 short
    青江市交通局 → 市交通局 short
    城关镇政府 → 城关镇 short
    大坪乡人民政府 → 大坪乡 short
    滨江街办 滨江街道办事处 → 滨江街道 short
    市公安局 区公安局 区税务局 临江县税务局 市委政法委 鄂城区税务局 区行政审批局 凤凰街道 → -
  `);
  test.each(meant)('%s → %s', (form, meaning) => {
    expect(said(county.resolve(form))).toBe(meaning);
  });

  test.each([
    ['催一下县税务局和云溪县公安局', '县税务局=县税务局, 云溪县公安局=县公安局'],
    ['临江县税务局', ''],
    ['市公安局、省教育厅', ''],
    ['全县公安局', '县公安局=县公安局'],
    ['城关本周任务', '城关~=城关镇'],
  ])('%s', (text, found) => {
    expect(foundIn(text, county)).toBe(found);
  });
});

describe('names that several units could mean', () => {
  test('one form of two units is asked about, in the order of the directory', () => {
    const two = new UnitNames(directory([unit('区规划服务中心'), unit('区规划展示中心'), unit('区文化馆')]));
    expect(said(two.resolve('规划中心'))).toBe('? 区规划服务中心 区规划展示中心');
    expect(foundIn('催规划中心', two)).toBe('规划中心=? 区规划服务中心 区规划展示中心');
  });

  test('a name goes before what was only made by shortening another', () => {
    const both = new UnitNames(directory([unit('区自然资源和规划局'), unit('区规划局'), unit('区财政局')]));
    expect(said(both.resolve('规划局'))).toBe('区规划局 short');
    expect(said(both.resolve('自然资源局'))).toBe('区自然资源和规划局 short');
  });

  test('an alias of one unit goes before a short form of another', () => {
    const aliases: UnitEntry['aliases'] = [{ text: '审批局', status: 'certain' }];
    const both = new UnitNames(directory([unit('区行政审批局'), unit('区政务局', null, { aliases })]));
    expect(said(both.resolve('审批局'))).toBe('区政务局 alias');
    expect(said(both.resolve('行政审批局'))).toBe('区行政审批局 short');
  });

  test('district and city keep apart; without a place the district is meant', () => {
    const levels = new UnitNames(directory([unit('市财政局'), unit('区财政局'), unit('区税务局'), unit('市统计局')]));
    expect(said(levels.resolve('财政局'))).toBe('区财政局 short');
    expect(said(levels.resolve('市财政局'))).toBe('市财政局 name');
    expect(said(levels.resolve('市税务局'))).toBe('-');
    expect(said(levels.resolve('区统计局'))).toBe('-');
    expect(said(levels.resolve('统计局'))).toBe('? 市统计局');
  });

  test('a sound that two units share is asked about', () => {
    const alike = new UnitNames(directory([unit('区李山镇政府办'), unit('李山镇'), unit('黎山镇')]));
    expect(said(alike.resolve('里山镇'))).toBe('? 李山镇 黎山镇');
  });

  test('a directory of a county-level city, whose own sign is 市', () => {
    const city = new UnitNames(
      directory([unit('市财政局', '大河市财政局'), unit('市税务局'), unit('市医保局')], '大河市'),
    );
    expect(said(city.resolve('财政局'))).toBe('市财政局 short');
    expect(said(city.resolve('大河市税务局'))).toBe('市税务局 short');
    expect(said(city.resolve('区税务局'))).toBe('-');
  });

  test('an empty directory, and names without any place', () => {
    expect(new UnitNames(directory([])).findIn('区税务局和市监局')).toEqual([]);
    const plain = new UnitNames(directory([unit('财政局'), unit('天宇公司', null, { kind: 'company' })]));
    expect(said(plain.resolve('财政局'))).toBe('财政局 name');
    expect(said(plain.resolve('财政'))).toBe('财政局 short');
  });
});

describe('any text', () => {
  const pieces = [
    ...sample.units.slice(0, 60).map(({ name }) => name),
    ...'区 市 鄂城 局 办 委 中心 院 镇 街道 催 华容 税务 水物 市监 公安 办理 和 、 的 我 第38项 🙂 ( ) 花湖 优化 各镇街 分局 公司 人设'.split(
      ' ',
    ),
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  test('never throws; places are in order, apart, and what they hold means the same alone', () => {
    fc.assert(
      fc.property(texts, text => {
        let last = 0;
        for (const { start, end, resolved } of names.findIn(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start + 1);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(names.resolve(text.slice(start, end))).toEqual(resolved);
          last = end;
        }
        expect(['unit', 'collective', 'ask', 'unknown']).toContain(names.resolve(text).kind);
      }),
      { numRuns: 400 },
    );
  });

  test('any directory can be read, and every name in it resolves to itself', () => {
    const word = fc.array(fc.constantFrom(...'区市县委局办中心院镇和与街道分公司税务监管()、A1'.split('')), {
      minLength: 2,
      maxLength: 10,
    });
    const units = fc.uniqueArray(
      word.map(signs => signs.join('')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(units, list => {
        const odd = new UnitNames(
          directory(list.map(name => unit(name, name, { aliases: [{ text: name, status: 'ask' }] }))),
        );
        for (const name of list) {
          const resolved = odd.resolve(name);
          if (resolved.kind === 'unit') expect(resolved.name).toBe(name);
          else expect(resolved.kind === 'ask' && resolved.candidates.includes(name)).toBe(true);
        }
        odd.findIn(list.join(''));
      }),
      { numRuns: 200 },
    );
  });
});
