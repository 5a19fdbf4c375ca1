// 登录: a one-time link into the web site, in a private chat only.
import { createLink, linkMinutes } from '../../directory/web-links';
import { type Reply } from '../../rendering/reply';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';

export const answerLogin: Handler<Extract<Frame, { intent: 'login' }>> = async (turn): Promise<Reply> => {
  const { actor, manager, message, now } = turn;
  if (actor.personId === null) return { template: 'stranger' };
  if (message.conversation.kind === 'group')
    return { template: 'refused', sentence: '登录链接只在私聊里给：请单独给我发“登录”。' };
  const secret = await createLink(manager, { personId: actor.personId, purpose: 'sign_in' }, now);
  if (secret === null)
    return { template: 'refused', sentence: `您刚要过多个链接，请用最近的一个，或过 ${linkMinutes} 分钟再试。` };
  return { template: 'web_link', what: '登录网页', url: `${turn.siteUrl}/sign-in/${secret}`, minutes: linkMinutes };
};
