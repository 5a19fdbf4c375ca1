// More conversations than workers, several messages in each: none starves, each is answered in order.
import { startTown, type Town } from '../support/town';

const people = Array.from({ length: 24 }, (_, i) => `many${i}`);
const eachSays = 5;

let town: Town;

beforeAll(async () => {
  town = await startTown({ staff: people.map((id, i) => `测试${i},${id},区市场监管局,,工作人员`) });
});
afterAll(() => town.stop());

test('all of them talk at once', async () => {
  const said: { id: string; by: string; no: number }[] = [];
  for (let round = 1; round <= eachSays; round++)
    for (const by of people) {
      const text = round % 2 === 0 ? `第${round}项` : '我局本周任务';
      said.push({ id: town.gateway.say({ from: by, in: 'private', text }).id, by, no: round });
    }
  await Promise.all(said.map(({ id }) => town.acknowledged(id)));
  await town.settled();
  for (const by of people) {
    const chat = town.gateway.privateChat(by);
    const heard = town.gateway.world
      .messagesAfter(said[0]?.id ?? '')
      .filter(message => message.from.robotCode !== null && message.conversationId === chat)
      .map(({ text }) => /第(\d)项/u.exec(text.split('\n')[0] ?? '')?.[1] ?? 'list');
    expect(heard).toEqual(['list', '2', 'list', '4', 'list']);
  }
});
