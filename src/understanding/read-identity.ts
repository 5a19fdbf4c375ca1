// Who the speaker is: 我是区税务局张三, 我是谁, 解绑.
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { surnames } from './person-names';
import { wholeMessage } from './talk-words';

const whichUnit = '(?:哪|什么|啥)(?:一)?(?:个|家|儿|里)?(?:单位|部门|局|办|镇|身份)?';
const knows = '(?:你|您|还|帮我|(?:查|看)(?:一?下|询)?)*(?:知道|认识|记得)?';
const whoAmI = wholeMessage(
  `${knows}我(?:到底)?是谁(?:吗|不|么)?|${knows}我(?:现在|目前|到底)?(?:是|属于|在|算)${whichUnit}的?(?:人)?(?:吗|不|么)?|我(?:的|这)?(?:个)?(?:号|账号|帐号|钉钉)?(?:现在|目前)?(?:绑|绑定|登记|注册)(?:的|了|在)?(?:单位)?(?:是|的是)?${whichUnit}|${knows}我(?:现在)?(?:有)?(?:绑定|绑|登记)(?:了)?(?:没有?|单位了?没有?|哪里|吗)`,
  '我(?:的)?(?:身份|角色|权限|绑定信息|登记信息|单位信息|单位)(?:是什么|是哪个|是啥|信息|给我|(?:查|看)(?:一?下|询)?)*',
  '(?:查|看)(?:一下|看|询|下)?我的?(?:身份|绑定|单位|信息|角色)(?:信息)?',
);
const bond = '<own>|<unit>|单位|身份|账号|绑定|登记';
const leaving = `(?:我(?:已经?)?(?:调走|离职|退休|调离|离任|辞职|转岗|换岗|不干|不想绑|不用绑|离开<unit>|不在<unit>|不在<own>)(?:了|上班了|工作了)?(?:请|帮我|给我|麻烦|[,\\s])*)?`;
const unbind = wholeMessage(
  `${leaving}(?:把|将)?(?:我的?|我和)?(?:${bond})*(?:的)?(?:解绑|退出绑定|退绑|解除绑定|取消绑定|注销绑定|删除绑定)(?:我的?)?(?:${bond})*`,
  `${leaving}(?:把|将)?(?:我的?)?(?:${bond})+(?:的)?(?:解除|注销|取消)|${leaving}(?:解除|注销|取消)(?:我的?|和)*(?:${bond})+(?:的)?(?:${bond})*`,
  '我(?:已经?)?不在<unit>(?:了|上班了|工作了)?',
);

const greeting = '<all>好?|大家好|你好|您好|各位好|领导们?好|各位领导|老师好|我是新来的|新人报到|报到|[\\s,.!]';
const hello = `(?:${greeting})*`;
const person = '(?<name>[\\p{Script=Han}]{2,4}(?:·[\\p{Script=Han}]{1,6})?)';
/** Without 我是 a name must begin with a family name. */
const namedPerson = `(?<name>[${surnames}][\\p{Script=Han}]{1,2})`;
const post =
  '(?:[\\p{Script=Han}]{1,4}?(?:办公室|党政办|综合办|科|股|窗口)|的|里的|上班的|工作的)?(?:联络员|负责人|工作人员|干部|同志|科员|科长|主任|局长|副局长|副主任|经办人|办公室|科室|新来的|新任|书记员|法官|检察官|民警|书记|所长|股长|组长|专员|秘书|会计|窗口|综合|的)*';
const thanks =
  '(?:[\\s,.!]|(?:刚才|刚刚|之前)[^,.!?\\ue000-\\uf8ff]{1,10}(?:没|未)[^,.!?\\ue000-\\uf8ff]{1,6}|请|麻烦|帮我|帮忙|给我|请予|予以|绑定|绑|登记|一下|下|备案|多多关照|请多关照|谢谢|身份|单位|(?:负责|分管|主管)[^,.!?\\ue000-\\uf8ff]{1,16})*';
const bindings = [
  shaped(
    `^${hello}(?:我(?:这边|这里)?是|<own>(?:这边|这里)?是|本人是?|我叫|我来自|请?(?:帮我)?绑定(?:身份|单位)?|登记|身份绑定)[\\s:]*<unit>${post}[\\s,]*(?:我?叫|名叫|姓名)?[\\s:]*${person}${thanks}$`,
  ),
  shaped(
    `^${hello}(?:我是|本人(?:是|叫)?|我(?:名叫|叫|名字叫|名字是|姓名)|绑定|登记)[\\s:]*${person}[\\s,]+(?:我)?(?:是|在|来自|单位是?)?[\\s:]*<unit>${post}(?:上班|工作|任职)?(?:的)?${thanks}$`,
  ),
  shaped(
    `^${hello}<unit>${post}[\\s,:]*${namedPerson}[\\s,]*(?:前来报到|报到|(?:申?请)?(?:帮我)?(?:绑定|登记))${thanks}$`,
  ),
  shaped(
    `^(?:<all>|大家|[您你]好|好|[\\s,])*(?:我是新来的|新人报到|前来报到)[\\s,.!]*<unit>${post}[\\s,:]*${namedPerson}${thanks}$`,
  ),
  shaped(
    `^${hello}${namedPerson}[\\s,]+(?:是|在|来自|单位是?)?<unit>${post}(?:上班|工作)?(?:的)?[\\s,]+(?:请|麻烦|帮我|给我|予以|申请)*(?:绑定|绑|登记)${thanks}$`,
  ),
  shaped(`^(?:我的)?姓名[\\s:]*${person}[\\s,;]*单位[\\s:]*<unit>${thanks}$`),
  shaped(`^单位[\\s:]*<unit>[\\s,;]*姓名[\\s:]*${person}${thanks}$`),
];
/** "我是区火星局钱七": a unit the directory does not have; which one is meant has to be asked. */
const unknownUnit = shaped(
  `^${hello}(?:我是|本人是?|我叫|我来自|请?(?:帮我)?绑定(?:身份|单位)?|登记)[\\s:]*[\\p{Script=Han}]{1,10}?(?:局|办|委|中心|公司|街道|镇|乡|法院|检察院|银行|学校|医院)${post}[\\s,]*(?:我?叫|名叫|姓名)?[\\s:]*${namedPerson}${thanks}$`,
);
/** 我调到区司法局了: another unit from now on. */
const byMove = shaped(
  `^(?:${greeting}|现在|已经?|今天|<date>|起)*(?:我|本人)(?:已经?|刚|现在|<date>)*(?:(?:调到|调至|调入|调动到|转到|换到|借调到)(?:了)?<unit>(?:工作|上班|任职)?|(?:到|去)(?:了)?<unit>(?:工作|上班|任职))(?:了)?(?:[,\\s]*(?:请|帮我|麻烦)*(?:改|更新|换|重新)?(?:绑定)?(?:一下|下)?(?:单位|身份|绑定)?)?[\\s.!]*$`,
);
const ofUnit = shaped(
  `^${hello}(?:我是|我来自|本人是?|我们是|<own>(?:这边)?是|我这边是|(?:请|帮我|把我|将我|我要|我想|身份|单位|重新)*(?:绑定|绑|登记|改绑|换绑|注册)(?:到|为|成|单位|身份|是|在|我)*|我在(?=<unit>(?:上班|工作)))[\\s:]*<unit>(?:上班|工作)*${post}(?:人|员工)?${thanks}$`,
);
const noName =
  /谁|什么|哪|吗|呢|任务|进度|完成|反馈|单位|本周|本月|群|负责|牵头|这边|那边|问|想|要|请|查|看|来|联络员|主任|局长|科长|同志|开会|办事|服务|上班|工作|绑定|登记|办公|今天|说/u;

/** What a message says of who the speaker is, or null. */
export function readIdentity(marked: MarkedText, shape: string): Frame | null {
  if (whoAmI.test(shape)) return { intent: 'identity', action: 'whoami' };
  if (unbind.test(shape)) return { intent: 'identity', action: 'unbind' };
  const [unit] = marked.within('unit', 0, marked.text.length);
  if (!unit) {
    const stranger = unknownUnit.exec(shape)?.groups?.['name'];
    return stranger === undefined || noName.test(stranger)
      ? null
      : { intent: 'identity', action: 'bind', name: stranger };
  }
  const name = bindings.map(form => form.exec(shape)?.groups?.['name']).find(found => found !== undefined && !noName.test(found)); // prettier-ignore
  if (name === undefined && !ofUnit.test(shape) && !byMove.test(shape)) return null;
  if (unit.unsure || unit.bySound) return { intent: 'clarify', about: 'which_unit', candidates: unit.names };
  return { intent: 'identity', action: 'bind', unit: unit.names[0] ?? '', ...(name === undefined ? {} : { name }) };
}
