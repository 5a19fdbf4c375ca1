// The words that say how far a task is, as patterns over a message's shape. Each is tried at the head of a clause.
import { once, shaped } from './marks';

/** What may lead to a fact and says nothing of its measure. */
export const filler =
  '(?:完成|进展|推进|落实|办理|工作)?(?:情况|进展|状态|动态|进度)(?:更新|汇报|反馈|报告|如下|说明)?(?:是|为)?:|\\([^()]{1,20}\\)|[\\s:、-]|的|到目前为止|目前为止|目前|到现在|现在|现已|现|当前|截至|截止|<date>|已经|已|业已|均|都|全部|全面|全|整体上|总体上|总体|整体|整个|工作|任务|项目|事项|也|又|再|就|' +
  '补充(?:说明|情况|一下|一点|汇报|反馈)*(?=[:\\s])|<own>(?:的|这|那)?(?:部分|一块|块|职责|承担的|负责的)(?:的)?(?:部分|任务|工作|环节)?|<own>|<unit>|刚|才|终于|总算|顺利|圆满|成功|按时|按期|如期|按要求|按计划|提前|累计|总共|实际|这项|该项|此项|这个|本项|报告|汇报|反馈|上报|同样|分别|各|一起|双双|于|由|这边|给|' +
  '给它|它|嗯|啊|那个|呢|哈|是|更正为|改为|改成|变更为|更新为|调整为|修改为|应为|应该是|状态|(?:[Dd]one|DONE|[Oo][Kk]) ';
const fillers = once(`(?:${filler})*`);
export const doneVerb =
  '(?:完成|办结|完结|搞定|办完|做完|干完|弄完|弄好|搞完|搞好|办好|做好|办妥|完工|完事|结项|竣工|销号|收官|落实到位|办理完毕|实施完毕|整改完毕|整改到位|办理完成|整改完成|全部结束|结束|[Dd]one|DONE)';
const wholeObject =
  '(?:全部|所有|该项|此项|这项|本项|清单|既定|目标|各项|相关|年度)*(?:任务|工作|事项|目标|目标任务|整改|内容|工作任务)';
const done = '(?:了|啦|咯|哒|完毕|到位|好了|喽|的|啊|呀|哈|哦|嗷|咧|呢|嘞|哟|吼)*(?:领导|各位|老师|主任|大家|谢谢)?';
/** A fact ends with its clause, or at a blank or a sign that begins something else: "已完成 中介超市已上线". */
/** What may follow a fact without a sign between: 已完成并通过验收, 已全部完成请予核销. */
const goesOn =
  '并(?!网|购|轨|表|联|列|行|案|不|非|没)|且(?!不|未|没)|(?:现|特|拟|已|并)?(?:请|恳请|请予|请求|申请|予以|报请|提请)(?:予以|领导|贵办|优化办|您)?(?:核销|销号|验收|审核|登记|批准|知悉|查收|办结|审定|备案)';
const ending = `${done}(?=${goesOn}|[\\s.~!#:<>()'"“”\\[\\]{}*_\`/\\\\-]*$|\\s|[<(\\['"“*_\`/:]|-(?!\\s*(?:\\d|<quantity>|<percent>)))`;

export const percentFact = shaped(
  `^${once(`(?:由<percent>|从<percent>|完成进度|工作进度|${filler}|进度|进展|完成率|完成比例|完成度|完成|做|干|弄|搞|办理|办|推进|推动|落实|达到|达|到|至|为|得|约|大约|大概|将近|近|差不多|有|应是|情况|了|只|仅|不到|超过|超|提高|提升|上升|增加)*`)}<percent>(?:左右|上下|以上|多|了|啦|吧(?!$)|的?(?:工作量|任务量|工作任务|总任务|任务|工作|总量|进度|样子|进展|量)|完成|[\\s、,/和]*<percent>)*(?!\\s*(?:提高|提升|上升|增加|增长|推进|变|升|涨|调整)*(?:到|至|为)\\s*<percent>)`,
);
export const doneFact = shaped(`^${fillers}(?:申请(?:办结|核销|销号)|${doneVerb})(?:了)?(?:${wholeObject})?${ending}`);
/** Something follows that the fact may be only a part of: 完成了招标, 已完成=…; 已完成招标 is a statement with an object. */
export const doneThenMore = shaped(
  `^${fillers}${doneVerb}(?:了(?=.)|率|度(?!过)|单位|部门|名单|数量|时间|标准|时限|情况|质量|难度|压力|[^\\p{Script=Han}\\s\\ue000-\\uf8ff])`,
);
export const notBegun = shaped(
  `^${fillers}(?:还没有?|还未|尚未|没有?|未|暂未|仍未|并未|(?:暂时|一直|至今|目前|现在|暂)(?:还)?(?:没有?|未|尚未))(?:正式|实质性?|全面)?(?:启动|开始|开展|动工|动|开工|实施|着手|进场|推进)${ending}`,
);
export const notDone = shaped(
  `^${fillers}(?:还没有?|还未|尚未|没有?|未|暂未|仍未|并未|还不算|没能)(?:全部|完全|最终|彻底|正式|整体|真正)?${doneVerb}?(?:完成|办结|搞定|搞完|做完|弄完|弄好|好|完|结束|落实)${ending}`,
);
export const nearlyDone = shaped(
  `^${fillers}(?:基本上?|大体|大致|接近|快|部分|阶段性|初步|主体|大部分|大半|差不多)(?:上)?(?:已经?)?${doneVerb}(?:了)?`,
);
const adverbs =
  '常态化|正在|正|还在|仍在|在|一直在|持续|有序|稳步|加快|抓紧|积极|继续|全力|正常|扎实|深入|大力|加紧|仍|还|不断|按计划|按进度|如期|有力|全面|同步';
const going = '推进|进行|办理|实施|整改|推动|落实|开展|施工|建设|对接|协调|办|做|弄|搞|处理|推';
export const underWay = shaped(`^${fillers}(?:${adverbs})*(?:${going})(?:中|之中|着|当中)(?:了)?`);
export const underWayVerb = shaped(`^${fillers}(?:${adverbs})+(?:${going})(?:了|呢|的)?(?=$|[\\s(<\\[:])`);
export const begun = shaped(
  `^${fillers}(?:(?:启动|开始|开展|动工|开工|进场|着手)(?:实施|推进|办理|建设|工作)?(?:了)?(?=$|[\\s(<\\[:])|(?:进展|推进)(?:很|比较|较|十分|得)*(?:顺利|正常|良好|较快|有序|平稳)|有(?:新|了)?进展|过半|完成(?:了)?(?:大半|过半|大部分|多半|一部分|部分))(?:了)?`,
);
/** What leads to any statement; whether it is one of the task's own state is in its words (`toldBy`). */
export const statementHead = shaped(`^${fillers}`);
export const toldBy = /补充|已|目前|累计|截至|现在|当前/u;
export const toldNext = /^(?:正在|正(?!常)|共)/u;
/** "已收到", "已阅", "已转相关科室": an acknowledgement says nothing of the task. */
export const acknowledgement = shaped(
  `^(?:[\\s:、-]|的|均|都|也|<own>|<unit>|<date>|全部|现)*(?:已经?)?(?:收到|收悉|阅|知悉|知晓|知道|了解|明白|看到|查收|关注|转发|转告|转达|转(?=$|给|至|相关|各|发)|传达|通知|安排(?=$)|安排下去|回复|签收|读|报(?=$|送$|给|过了?$|了$)|上报(?=$|了$))`,
);
export const lastingFact = shaped(
  `^${fillers}(?:转(?:入|为|成)?|已转(?:入|为)?|属于?|列入|作为|纳入)?(?:常态化)?长期(?:推进|坚持|开展|任务|工作|性工作)(?:中)?`,
);
export const denied = /没有?|未|不(?!断|错)|非(?!常)/u;

const difficultyNoun = '(?:问题|困难|难点|堵点|难题|障碍|阻力|瓶颈|难度)';
/** "没有问题", "问题已解决": no difficulty. */
export const noDifficulty = new RegExp(
  `(?:没有?|无(?!法)|不存在|未遇到?|未发现|没什么|没啥|并无|暂无|没遇到?)(?:任何|什么|啥|大|太大)*(?:的)?${difficultyNoun}|${difficultyNoun}(?:都|均|也)?(?:已经?|不大|不多|全部)(?:解决|化解|协调)?|(?:不|没有?|未|并未|并没有?)(?:再)?(?:卡|受阻|遇到|滞后)|(?:不|没)(?:缺|需要?|用)(?:协调|支持|解决|帮助)?|(?:解决|克服|化解|协调好?)了?.{0,8}${difficultyNoun}|(?:${difficultyNoun}|事项)(?:是|为)?[:\\s]*(?:暂)?(?:无|没有)[\\s.]*$|${difficultyNoun}(?:解决|协调|克服)(?:好|完|掉)?了`,
  'u',
);
export const difficulty = new RegExp(
  [
    '(?:有点|有些|比较|很|太|挺|确实|实在|相当|十分|非常)(?:难[办搞弄推做]|不好[办搞弄推做])|(?<!不)难[办搞弄](?!理)|(?:批|办|谈|推|交|凑|收|要|协调|落实|对接|走|搞|弄)不(?:下来|下去|拢|动|齐|上(?!报|线|级|会|述)|通)|没(?:批|谈|协调|办)下来',
    '卡在|卡住|卡壳|卡着|堵在|受阻|推不动|推进不|推不下去|搞不动|推进困难|无法|没法|难以|做不了|完成不了|完不成|搞不定|弄不了',
    `存在(?:的|一些|较大|很大)?(?:主要)?${difficultyNoun}|(?:主要)?${difficultyNoun}(?:是|:|在于|为)|有(?:点|些|一些|较大|很大|个)?${difficultyNoun}|遇到`,
    '缺(?:乏|少|资金|人|钱|经费|场地)|没有?(?:资金|钱|经费|场地|人手|落实|到位)|不足|不到位|不配合|不支持|未到位|推进缓慢|滞后',
    '需要?[^,]{0,20}(?:协调|支持|解决|帮助|配合|支援)',
  ].join('|'),
  'u',
);
/** "存在问题：", "有困难，": says only that there is one. */
export const difficultyHead = new RegExp(
  `^[\\s,:、]*(?:目前|现在|主要)*(?:的)?(?:仍|还|也)?(?:存在|遇到|有)(?:的|一些|较大|很大|点|些|了|个)*(?:主要)?${difficultyNoun}(?:是|为|在于|有)?[\\s:,]*|^[\\s,:、]*(?:目前|现在|当前|的|主要|最大|突出|关键|项)*${difficultyNoun}(?:是|:|在于|为)[\\s:,]*`,
  'u',
);
