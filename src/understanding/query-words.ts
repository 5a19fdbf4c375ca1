// The words a question about tasks is made of: whose, in which role, in which state; and what is left when they are taken out.
import { type AskedState, type QueryFrame, type QueryStatus } from './frames';
import { shaped } from './marks';

export const taskNoun =
  '(?:重点)?(?:工作)?(?:任务|事项|节点|工作|项目|清单|台账|活儿?|事情|待办|指标|(?<=[的件])事(?=$|要|[有呢吗,?。!\\s]))(?:清单|列表|明细|情况|一览表?|概览|汇总表)?';
export const interrogative =
  '第几(?:项|条|个|号)|还?有没有|有?(?:哪些|哪几|哪|什么|啥|几|多少|那些(?=$|[^的]))(?:项|个|条|件|样|东西)?|怎么样|咋样|如何|有没有|有无';
const listVerb =
  '(?:列|查|看|瞧|找|搜|显示|打开|调出|展示|发|给|告诉|统计|汇总|梳理|整理|筛选|说|推送|拉|甩|瞄|扒拉|捋一捋|捋|翻|提供)(?:一?下|一看|看|询|出来?|到|阅|一?遍|一?份|一个|我|我们|大家)*';

const statusForms: readonly (readonly [QueryStatus, string])[] = [
  [
    'no_feedback',
    '(?:还|尚|仍|一直|从来?)?(?:没有?|未|尚未|还没有?|无)(?:过|进行|及时|按时)?(?:反馈|上报|填报|报送|更新|回复|汇报|报进[度展]|报|进展|动静|交(?:过)?进[度展])(?:进度|进展|情况|过|的)*',
  ],
  [
    'overdue',
    '(?:已经?|全部)?(?:逾期|超期|过期|超时|延误|拖期|到期)(?:还|了|仍|尚)*(?:没有?|未|尚未|还没有?)(?:完成|办结|做完|办完|完)(?:了|的)*|(?:已经?)?(?:逾期|超期|过期|超时|延误|拖期|误期|过了期限)(?:了)?|亮(?:了)?红灯(?:了)?|红灯',
  ],
  [
    'undone',
    '(?:还|尚|仍)?(?:没有?|未|尚未|还没有?|没能|待)(?:全部|按时|最终)?(?:完成|办结|做完|办完|搞定|弄完|搞完|做好|办好|弄好|[干整忙](?:完|好|妥|齐)|[办弄做搞](?:好|妥|齐|成|定)|收尾|销号?|交差|清零|完结|办|弄|做|了结|落实|完)(?:了|的)*|(?:压|拖)着(?:没办|没动|没做)?(?:的|了)*|(?:剩下|剩余|余下|还剩|待办)(?:的)?|还?[差欠]着?(?=几|多少|哪)',
  ],
  ['long_term', '长期(?:推进|坚持|任务|性)?'],
  [
    'in_progress',
    '(?:都|已经?)?(?:报|反馈|上报|更新|填报)(?:了|过)(?:进度|进展)?(?:的)?(?=哪|什么|啥|几|多少|任务|事项)|(?:正在?|在|还在|持续|仍在)?(?:推进|进行|办理|实施)(?:之?中|当中)(?:的)?|正在(?:推进|进行|办理|实施)(?:的)?|(?:还|正|仍)在(?:[推干跑办做搞弄忙])(?:着|进)?(?:的)?|在办(?:的)?',
  ],
  [
    'done',
    '(?:已经?|均已|都已?)(?:完成|办结|搞定|销号|完结|[搞弄整办做干忙](?:完|好|妥|齐|成))(?:了)?(?:的)?|(?:完成|办结|销号|搞定|[搞弄整办做干忙](?:完|好|妥|齐|成))了(?:的)?|(?<![要需应须待该能])(?:完成|办结|销号)的',
  ],
];

/** Only as what a task is called by (有堵点的任务) or asked for by (哪些有堵点): "我局有堵点" tells something. */
const ofTask = '(?=的|任务|事项)(?:的)?';
const askedFor = '(?<=(?:哪|几|多少)[些几项个条]{0,2}(?:任务|事项|工作)?(?:还|仍|尚|被)?)';
const obstacle = '(?:有|存在|遇到)(?:了)?(?:堵点|难点|卡点|困难|问题)';
const applied = '(?:申请|报请)(?:了)?(?:办结|核销|销号)(?:了)?';
const unbegun =
  '(?:还|尚|仍)?(?:没有?|未|尚未|还没有?)(?:正式)?(?:启动|开始|开展|动工|开工|上手|动手|起步|开干|动(?!静|作))';
const stateForms: readonly (readonly [AskedState, string])[] = [
  [
    'blocked',
    `(?<!没)(?:还|仍)?${obstacle}(?:(?:还|仍)?(?:没有?|未)(?:解决|协调|答复))?${ofTask}|${askedFor}${obstacle}`,
  ],
  ['suspended', `(?:已经?|被)?(?:挂起|暂缓)(?:中|了)?${ofTask}|${askedFor}挂起(?:了|着)?`],
  ['closing', `(?:已经?|正在)?${applied}${ofTask}|(?:待|等待|等)(?:核销|销号)${ofTask}|${askedFor}${applied}`],
  ['not_started', `${unbegun}(?=任务|事项|有?哪|有几|有多少|的)(?:的)?|${askedFor}${unbegun}`],
];
const lightForms: readonly (readonly ['yellow' | 'green', string])[] = [
  ['yellow', '(?:亮|显示|是|为)*黄灯(?:的)?'],
  ['green', '(?:亮|显示|是|为)*绿灯(?:的)?'],
];

const leadForm = '牵头|主办|主责|主要负责|挂帅';
const supportForm = '配合|协办|协助|参与|责任(?!制|人)';

const filler =
  '(?:督办)?(?:助手|小助手|机器人)(?:[你您])?|(?:挺|很|有点|比较)?急(?:用|需)?|在线等|[你您](?=给|帮)|(?:给|跟|向|为|替)(?:[区局镇市]|我们?)?(?:领导|书记|区长|局长|主任|老板)们?|忙着?|下一个|最近|哪[天日]|几号|还差|欠|差着?(?=几|多少|哪)|共同|联合|一起|瞅瞅?|家里|手上|手头|手里|交账|交差|我?想?(?:知道|了解|晓得)|那块|这块|那边|通报|(?:没有?|未)(?:逾期|超期)|但是?|却|现在|目前|今年以来|到目前为止|截至目前|请问|请|麻烦|帮我?|帮忙|辛苦|你好|您好|大家好|再|还有?|另外|顺便|同时|然后|我想|我要|想|要|需要?|应该?|须|必须|得|得要|能|可以|能否|一下|下|关于|别人|别的|其他|类|就|一共|总共|共|[两三四五六七八九几]家|这几家|我的?|本人|全部|所有|都|各自|分别|属于|涉及|承担|负责|分管|办理|完成|办结|办完|做完|干完|弄完|搞完|做|干|办|弄|搞|交|报|到期|到点|截止|到|内|中|里|以内|要求|列入|安排|有|是|在|和|与|及|跟|以及|或者?|又|也|对|把|将|让|给|从|由|于|作为|作|为|的|了|吗|么|呢|吧|啊|呀|哈|哦|嘛|啦|单位|部门|单子|项|个|条|件|份|名单|列表|目录|情况|进度|进展|数量|数|内容|时候|时间|这边|这里|自己|具体|主要|快|即将|马上|临近|接下来|下一步|[\\s,、:;.!?~()"“”]';
/** Everything a question about tasks may consist of. */
const vocabulary = shaped(
  `<date>|<own>|<unit>|<all>|<section>|<measure>|${taskNoun}|${interrogative}|${[...statusForms, ...stateForms, ...lightForms].map(([, form]) => form).join('|')}|${leadForm}|${supportForm}|${listVerb}|${filler}`,
  'gu',
);

const noun = shaped(taskNoun);
const asks = shaped(`[?]|吗|${interrogative}|谁|${listVerb}(?!务)`);
const hasVerb = shaped(`(?:^|[\\s,请我]|<own>|<unit>|<date>|<all>)${listVerb}`);
const statusTests = statusForms.map(([status, form]) => [status, shaped(form)] as const);
const stateTests = stateForms.map(([state, form]) => [state, shaped(form)] as const);
const lightTests = lightForms.map(([light, form]) => [light, shaped(form)] as const);
const lead = shaped(leadForm);
const support = shaped(supportForm);

export const hasTaskNoun = (shape: string): boolean => noun.test(shape);
export const asksSomething = (shape: string): boolean => asks.test(shape) || hasVerb.test(shape);

/** The state a question asks for: 逾期的, 还没完成的, 已完成的; null when none. */
export function statusOf(shape: string): QueryStatus | null {
  // "没逾期但还没完成的"
  const said = shape.replace(/(?:没有?|未|不|还没有?)(?:逾期|超期)(?:但是?|的?但|却|而)/gu, '');
  const found = statusTests.find(([, form]) => form.test(said));
  if (!found) return null;
  // "6月底到期还没完成的" asks for what is open in that time, overdue or not.
  if (found[0] === 'overdue' && !/逾期|超期|过期|超时|延误|拖期|期限|红灯/u.test(shape))
    return shaped('<date>').test(shape) ? 'undone' : 'overdue';
  return found[0];
}

/** What a question asks for beside a status: 有堵点的, 挂起的, 黄灯的; {} when nothing. */
export function stateOf(shape: string): Pick<QueryFrame, 'state' | 'light'> {
  const state = stateTests.find(([, form]) => form.test(shape))?.[0];
  const light = lightTests.find(([, form]) => form.test(shape))?.[0];
  return { ...(state === undefined ? {} : { state }), ...(light === undefined ? {} : { light }) };
}

/** The role a question asks for. 牵头和配合 together mean any. */
export function roleOf(shape: string): 'lead' | 'support' | 'any' {
  const leads = lead.test(shape);
  const supports = support.test(shape);
  if (leads === supports) return 'any';
  return leads ? 'lead' : 'support';
}

/** What of a clause is none of the words a question about tasks is made of. */
export function strangeWords(shape: string): string {
  return shape.replace(vocabulary, '');
}

/** An office nobody in the directory is called by: 环保局的任务. */
export const unknownOffice = /(?<!各)\p{Script=Han}{2,6}(?:局|办|委|中心|公司|街道|镇|法院|检察院)/u;

/** Words of notices, appointments and thanks: nobody asks the list with them. */
export const notAsked =
  /没关系|无关|通知|会议|开会|参会|报名|材料|请各|请于|务必|抓紧|尽快|高度重视|认真|按时(?!完成的)|辛苦|感谢|转发|收到|附件|电话|地址|微信|邮箱|表扬|表彰|奖励|问责|给予/u;
