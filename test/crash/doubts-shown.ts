// What the office sees of sends in doubt.
import { type Town } from '../support/town';
import { signIn } from '../web/site-visitor';

/** Starts the town's own bot, in which no other may be running, and counts them on page 提醒. */
export async function countDoubtsShown(town: Town): Promise<number> {
  await town.gateway.waitForConnections(0, 20_000);
  await town.restart();
  const { text } = await (await signIn(town, 'hefang')).get('/reminders');
  return text.match(/不确定是否送达/g)?.length ?? 0;
}
