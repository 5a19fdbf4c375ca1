// Messages that are one short act and nothing else.
import { shaped } from './marks';

const particles = '(?:了|吧|呀|啊|哈|哦|噢|呢|的|嘛|啦|谢谢|辛苦|[\\s.,!~?、。])*';
const please = '(?:请|麻烦|帮我|帮忙|给我|我要|我想|再|那就?|[\\s,、])*';
/** A pattern for messages that consist of one of these, with nothing but courtesies around it. */
export const wholeMessage = (...words: string[]): RegExp => shaped(`^${please}(?:${words.join('|')})${particles}$`);
