// What stands around a name in a sentence: whether it can begin here, whether it ends here, whose place is before it.
import { type Places } from './unit-name-places';

/**
 * What is left of a name: free = nothing, a sign, or a word that names can follow; open = some other word;
 * blocked = another place or level, whose unit it then is (市税务局, 湖北税务局).
 */
export type Left = 'free' | 'open' | 'blocked';

const han = /\p{Script=Han}/u;

/** Words a unit's name may follow, by their last sign; so common that no name of a place need be feared. */
const particle =
  /[催请看查询问给的是和与跟让把对被由向在到从报送发找叫需要将及或等还已未没了着过吗呢吧啊呀哦嗯也就再又才先该全各我本咱俺你您他她它们这那此每项条号日天月周年底期季度前后内外以为于并且而但若如即含凡除经拟属跟归靠按据依随至]$/u;

const wordBefore = new RegExp(
  `(?:${[
    '催[下办促]|请[问示教]|查[下看询找阅]|看[下看]|问[下问]|一下|下发|导[出入]|提[醒交示供请]|通[知报]|告[诉知]|联[系合络]|协[调同助作]',
    '对[接照比]|配合|牵头|会[同商]|结合|共同|陪同|连同|等同|合同|协商|商请|督[办促导]|转[办交给达发]|交[办给由接]|移[交送]|报[送告给批备]',
    '上[报交传]|下[达转派]|派[发给]|发[给送到]|推送|抄[送报]|分[送派给发]|送[达审给]|绑定|指[定派]|确[定认]|规定|约定|商定|属于|关[于系联]|由于',
    '鉴于|对于|至于|位于|来自|辛苦|麻烦|烦请|感谢|谢谢|建议|要求|请求|申请|希望|恳请|敬请|提请|根据|按照|依据|经过|通过|涉及|包[括含]|其[中他它]',
    '以及|还有|还是|或者|以[及上下前后]|之[前后间]|需要|应该|必须|可以|能否|是否|不是|就是|都是|也是|还要|有关|相关|针对|围绕|依托|依靠|属[地于]',
    '走访|拜访|走到|调研|考察|检查|督查|核[查实对]|审[核查]|核定|评[价估]|考[核评]|排[查名]|统计|汇总|显示|列[出下]|调[出取]|打开|切换|换[成到为]',
    '改[成为]|登[记录]|注册|加入|进入|退出|属|负责|主[办责管]|承办|责任|单位|部门|同事|领导|主任|局长|科长|联络员|干部|同志|老师|大家|各位|你好|您好',
    '知道|了解|晓得|清楚|想看|想问|关注|帮助|支持|协助|牵涉|联合|牵头|主持|局里|领导|汇总|收集|早上|上午|中午|下午|晚上|今[天日年晚早]|明[天日年]|昨[天日晚]|后天|前天|最[近新]|目前|现在|当前|近期|尽快|马上|立即|今后|之前|上旬|中旬|下旬',
    '礼拜|星期.|周[一二三四五六日末天]|月[初末中底]|年[初末中底]|季[末初]|逾期|到期|超期|临期|完成|未完|没完|办结|反馈|进[度展]|任务|情况|问题|清单|名单',
    '重新|更[新正]|补[充报]|修改|撤回|取消|帮[忙我]|替|陪|领|带|让|叫|令|命|函|复|访|找|靠|代|托|委托|授权|归口|隶属|挂靠|设在|借调|调到|来到|去|回',
    '比如|例如|譬如|如|像|特别|尤其|主要|首先|其次|另外|此外|同时|然后|接着|最后|所以|因为|如果|虽然|但是|不过|而且|并|且|目标|全体|整个|哪[些个]?|什么|谁',
    '逐[个一]|分别|单独|只|仅|除|另|再|均|皆|凡|曾|正|刚|刚刚|已经|曾经|一直|仍|仍然|依然|继续|仍旧|下面|以下|如下|上述|前述|[乙甲]方|我方|对方',
  ].join('|')})$`,
  'u',
);

/** A unit before a unit, with nothing between: 区住建局区税务局. */
const unitBefore = /(?:局|办|委|部|法院|检察院|中心|公司|集团|镇|街道|办公室|开发区|工商联|海关|街办|办事处)$/u;

const provinces =
  /(?:湖北|湖南|河南|河北|山东|山西|广东|广西|江西|江苏|浙江|安徽|福建|海南|四川|贵州|云南|陕西|甘肃|青海|辽宁|吉林|黑龙江|内蒙古?|宁夏|新疆|西藏|北京|天津|上海|重庆|香港|澳门|台湾)$/u;
const otherLevel =
  /(?:国家|中央|中华人民共和国|最高|(?:省|市|州|县|国家|上|下|中|高|部|同|外)级|[省市州县区镇乡央街]委|党委|总局|省厅|省直|市直|外地|外省|异地|各地|电子|网上|掌上|智慧|数字|线上|移动)$/u;
/** 市 that is no place: 城市, 超市. */
const notCity = /(?:城|超|股|门|夜|集|上|入|都|菜|早|街|闹)市$/u;
/** 区 that is no district of ours: 社区, 开发区, 高新区, 梁子湖区. */
const otherZone =
  /(?:开发|高新|经开|新|园|景|社|小|城|辖|片|郊|山|湖|库|校|院|战|灾|矿|湾|林|牧|港|试验|示范|保税|实验|合作|功能|自治|自贸|工业|风景|商务|旅游|厂|疫|老|住宅|生活|营业|办公)区$/u;

function before(text: string, at: number): string {
  return text.slice(Math.max(0, at - 8), at);
}

/** What is left of a name that carries no place. */
export function leftOf(text: string, at: number, { cityNames }: Places): Left {
  const left = before(text, at);
  const last = left.at(-1);
  if (last === undefined || !han.test(last)) return 'free';
  // 超市 + 监管局 is no 市监管局.
  if (text[at] === '市' && /[城超股夜都菜]/u.test(last)) return 'blocked';
  if (/[区县市省州旗盟国]/u.test(last)) {
    if (notCity.test(left)) return 'open';
    return unitBefore.test(left) && last !== '区' ? 'free' : 'blocked';
  }
  if (otherLevel.test(left) || provinces.test(left) || cityNames.some(name => left.endsWith(name))) return 'blocked';
  return particle.test(left) || wordBefore.test(left) || unitBefore.test(left) ? 'free' : 'open';
}

/**
 * True when the sign (区, 县, 市) at this place ends another place's name: 华容区税务局, 黄石市公安局.
 * Two or three signs that are no word known here are taken for a place; so is no longer stretch.
 */
export function isOtherPlace(text: string, at: number): boolean {
  const left = before(text, at);
  const last = left.at(-1);
  if (last === undefined || !han.test(last)) return false;
  const sign = text[at] ?? '';
  if (sign === '市' && notCity.test(left + sign)) return true;
  if (isBoundary(left)) return false;
  if (sign === '区' && otherZone.test(left + sign)) return true;
  if (/各$/u.test(left)) return true;
  for (let length = 1; length <= 3; length++) {
    const rest = left.slice(0, -length);
    if (rest === '' || isBoundary(rest) || /[市省州]$/u.test(rest)) return length > 1;
  }
  return false;
}

function isBoundary(left: string): boolean {
  const last = left.at(-1);
  if (last === undefined || !han.test(last)) return true;
  if (/各$/u.test(left)) return false;
  return particle.test(left) || wordBefore.test(left) || unitBefore.test(left);
}

/** After an everyday word: what makes it a longer word or another body (税务所, 财政部, 泽林村, 西山区). */
const continuesWord =
  /^(?:机关|队伍|总局|总队|总站|分局|支局|支队|支行|大队|中队|大学|大厅|大厦|大楼|中心|中学|小学|[局厅部办委院署科股司系校学村路桥河山湖江镇乡县州省港]|所(?!有)|处(?!于|在)|站(?!在)|街|区|市(?!场))/u;
const continuesEnding: readonly (readonly [RegExp, RegExp])[] = [
  [
    /办$/u,
    /^(?:[理法证税气件妥齐复毕]|公(?!布|示|开|众|告|章|司|安|共)|学(?!习)|案(?!例)|电(?!话|子|脑)|水(?!平|务|利|电)|事|结(?!合)|好|得|不[到成了完好]|成(?!立|员|果|功)|完(?!善|整|成))/u,
  ],
  [/委$/u, /^(?:[托派任屈婉]|员(?!会))/u],
  [/部$/u, /^(?:[署门件位]|分(?!析|管|工|别|局))/u],
  [/街$/u, /^[头边角面巷口区道]/u],
  [/联$/u, /^[合系动络盟网手接]/u],
  [/法院$|检察院$/u, /^[校]/u],
  [/中心$/u, /^(?:城|思想)/u],
  [/[^发]区$/u, /^[直级域内间块县]/u],
];

/** True when a form ends where its own words end, and not within a longer word (优化办理, 城管委托, 宣传部署). */
export function endsHere(form: string, bare: boolean, text: string, end: number): boolean {
  const right = text.slice(end, end + 3);
  if (right === '') return true;
  if (bare && continuesWord.test(right)) return false;
  return !continuesEnding.some(([ending, next]) => ending.test(form) && next.test(right));
}

/** The same for a name known only by its sound: 时间局限 is no 市监局. */
export function endsHereBySound(written: string, text: string, end: number): boolean {
  const next = text.slice(end, end + 1);
  if (/局$/u.test(written) && /[限势面部促域长中]/u.test(next)) return false;
  if (/镇$/u.test(written) && /[定静压痛]/u.test(next)) return false;
  if (/院$/u.test(written) && /[子落校士墙线]/u.test(next)) return false;
  if (/办$/u.test(written) && /[事公过了]/u.test(next)) return false;
  return endsHere(written, false, text, end);
}
