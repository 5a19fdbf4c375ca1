// The gates: what keeps a clause that looks like a statement of fact from being one.
import { shaped } from './marks';

/** Why a clause states no fact; null = nothing speaks against one. */
export type Gate =
  'question' | 'condition' | 'hearsay' | 'example' | 'demand' | 'plan' | 'wish' | 'doubt' | 'quotation' | 'notice';

const gate = (name: Gate, ...words: string[]): readonly [Gate, RegExp] => [name, shaped(words.join('|'))];

// What makes the whole clause no statement, wherever it stands in it.
const anywhere = [
  gate(
    'question',
    '[?]|吗|么$|嘛$|(?:完成|办结|搞定|做完|落实|弄完|搞完|办完|报|做好|弄好|办好|结束)了?(?:没有?|没|不)(?:呢|啊|呀|有)?$|是否|是不是|有没有|有无|完成没|做没|办没|报没',
    '能否|可否|能不能|可不可以|要不要|会不会|该不该|对不对|好了没|(?<!不管|无论|不论)(?:怎么|咋(?!办了)|如何)|什么|(?<!没)啥|(?<!没)哪|几时|几[月号日点天成项]|何时|多少|多久|谁|到哪一?步|呢$',
    '[对是行好]吧$|^是吧|为何|凭什么|难道|岂|何以|几何',
  ),
  gate(
    'condition',
    '如果|如(?=.{1,8}(?:则|就|可|将))|要是|假如|假设|假使|倘若?|若(?!干)|万一|一旦|只要|只有.{1,12}才|除非|即使|即便|哪怕|就算|的话|等[^,]{0,12}(?:后|再|时|才|以后|之后|了)|待[^,]{1,12}(?:后|再|时|才)',
    '(?:完成|办结|做完|搞定|办完|弄完|结束)了?(?:后|之后|以后|再|才|时(?!间)|的时候|前|之前|以前|就(?!好了?$)|的(?!$|事|话))|一(?:完成|办结|做完)|才(?:能|可以|行|算|会)',
    '与否|不论|无论|不管|当[^,]{0,10}时',
  ),
  gate(
    'hearsay',
    '听说|听.{1,4}(?:说|讲)|据说|据悉|据.{1,6}(?:反映|介绍|称|说|讲|报)|(?:说|讲|称|表示|反映|认为|以为|觉得|感觉|告诉我?|通知|汇报说|反馈说|回复说|回话|答复)(?:是|过|了|道)?[:]?(?=.{0,6}(?:<tasks>|\\d))',
    '他们|她们|他说|她说|有人|传闻|传言|好像|貌似|似乎|看样子|看起来|看来|别人|人家|对方|^[^\\ue000-\\uf8ff]{0,6}(?:说|讲)|网上|系统(?:里|上|中)?(?:显示|提示|写|标)|显示|写的?是|写着|写了',
  ),
  gate(
    'example',
    '^例[:]|^如(?=<tasks>|\\d|第)|例如|比如|譬如|比方|举例|样例|示例|举个例|格式|模板|范例|范本|如[:]|(?:按|照|像|参照)[^,]{0,6}(?:这样|格式|方式|样子)|可以(?:写|填|回复|说|回)|应该?(?:写|填|回复)',
    '回复[“"\']|回[“"\']|测试一?下|试一?下|试试|假装|演示|填[“"\']|写[“"\']|(?:回复|发送|输入|回|发)(?:<tasks>|第?\\d+)[^,]{0,12}(?:即可|就行|就可以|就好)',
  ),
  gate('wish', '就好了|希望|盼|但愿|祝(?!贺)|多好|才怪|加油|如能|(?<![要需请征寻追谋])求(?!助)|指望|巴不得|恨不得'),
  gate(
    'doubt',
    '应该(?!是(?:<percent>|<tasks>|已))|大概(?!<percent>)|可能|估计|也许|或许|恐怕|说不定|不一定|差不多(?=.{0,3}(?:完成|办结|做完|好)了?$)|算是|不确定|不清楚|不知道?|记不清|忘了|吧$',
    '据我|理论上|按理|照理|所谓|号称|谎|骗|假的|虚报|玩笑|谁信|鬼|梦|吹|才不是|不是|离.{0,4}(?:完成|办结)|谈不上|算不上|不能算|不算|完成得了?|不了$|呵呵|哈哈',
  ),
];

// What makes it no statement only where it stands before the word of fact: 要完成, 请完成, 计划完成 — but not 完成80%，需要协调.
const before = [
  gate(
    'demand',
    '请(?!假)|务必|必须|应当|应于|须|要求|抓紧|尽快|督促|催|限(?:期|时)|确保|保证|麻烦|建议|不得|严禁|记得|别忘|不要|(?<![分级类特区性个各差辨识])别|敦促|务求|力求|落实好',
    '<all>|你们?|您|贵局|都要|得(?=在|要|把)|需(?!求)|赶紧|赶快|帮|快点|早点|尽早|早日|速',
  ),
  gate(
    'plan',
    '(?<!按|照)计划|预计|预期|争取|打算|准备|拟|力争|将(?!.{0,3}已)|即将|马上|快要?|就要|要(?!求)|会(?!议|同|商|员|场|计)|想|可望|有望|目标|考核|安排(?!部署)',
    '任务是|能|可以|可(?=完成)|待|下一?步|接下来|后续|着手|设法|尽量|尽力|承诺|预备|酝酿|继续努力|再(?=完成)|临近|指日可待',
  ),
];

export const factWord = shaped(
  '完成|办结|完结|搞定|办完|做完|干完|弄完|弄好|搞完|办好|做好|办妥|落实|结束|销号|达到|<percent>|推进|进行|启动|开展',
);

/** The gate a clause's own words meet, if any. */
export function gateOfShape(shape: string, closing: string): Gate | null {
  if (closing.includes('?')) return 'question';
  for (const [gate, words] of anywhere) if (words.test(shape)) return gate;
  const fact = factWord.exec(shape);
  const head = fact ? shape.slice(0, fact.index) : shape;
  for (const [gate, words] of before) if (words.test(head)) return gate;
  return null;
}
