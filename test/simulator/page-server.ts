// The chat page on a web server and a local DingTalk of its own, without a bot: what the page does, whatever would be answered.
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { TurnedClock } from '../../src/clock';
import { createLogger } from '../../src/logger';
import { createChatPage } from '../../src/simulator/chat-page';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { startWebServer } from '../../src/web/server';
import { robot } from './sdk-robot';

export const district = 'cidDistrict==';
export const fresh = 'cidFresh==';

export interface PageServer {
  url: string;
  gateway: Gateway;
  clock: TurnedClock;
  /** Where the clock was turned to, in order. */
  turns: Date[];
  stop(): Promise<void>;
}

const people = [
  { staffId: 'wanglei', name: '王磊' },
  { staffId: 'hefang', name: '何芳' },
  { staffId: 'passerby', name: '路过的同事' },
];

/** 王磊 and 何芳 are in the 全区 group, 何芳 also in a fresh one; the clock stands at 2023-06-26 08:25, a Monday. */
export async function startPageServer(port = 0): Promise<PageServer> {
  const clock = new TurnedClock(new Date('2023-06-26T08:25:00+08:00'));
  const gateway = await startGateway({
    clock,
    apps: [robot],
    people,
    groups: [
      { conversationId: district, title: '全区重点任务工作群', members: ['wanglei', 'hefang'] },
      { conversationId: fresh, title: '新建的工作群', members: ['hefang'] },
    ],
  });
  const turns: Date[] = [];
  const suggestions = { usual: ['我局本周任务', '1完成80%，公章刻制已并联审批', '撤回'], newGroup: null };
  const page = createChatPage({
    gateway,
    clock,
    speakers: async () => [
      { staffId: 'wanglei', name: '王磊', unit: '区市场监管局', role: '联络员', suggestions },
      {
        staffId: 'hefang',
        name: '何芳',
        unit: '区优化办',
        role: '督办专员',
        suggestions: { usual: ['全区完成情况'], newGroup: ['启用本群'] },
      },
      { staffId: 'passerby', name: '路过的同事', unit: '', role: '群成员', suggestions },
    ],
    newGroups: new Set([fresh]),
    calendar: new WorkCalendar([], [2023]),
    dueDays: () => Promise.resolve(['2023-06-30', '2023-07-31']),
    explain: message =>
      Promise.resolve({ frames: [{ intent: 'query', words: message.text }], notes: ['规则 own-week：“我局本周任务”'] }),
    onTurned: async () => {
      turns.push(clock.now());
    },
  });
  const web = await startWebServer({
    host: '127.0.0.1',
    port,
    checks: {},
    routers: [page.router],
    logger: createLogger('silent'),
  });
  return {
    url: web.url,
    gateway,
    clock,
    turns,
    stop: async () => {
      page.close();
      await web.stop();
      await gateway.stop();
    },
  };
}
