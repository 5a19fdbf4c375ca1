// How often somebody may knock at the door, and how often somebody signed in may write: counted in the database, for all processes together.
import { type Context, type Next } from 'koa';
import { type DataSource } from 'typeorm';
import { Refusal, type Visit } from './visit';

/** How many in a minute. */
export interface RateLimits {
  /** Sign-in pages and links, by address. */
  signIn: number;
  /** Forms, by person. */
  writes: number;
  /** Files made on the spot, by person. */
  files: number;
}

export const usualRates: RateLimits = { signIn: 30, writes: 120, files: 20 };

const windowMs = 60_000;

/**
 * Counts one more, in windows of a minute of the machine's own time, which no turned clock moves.
 * @returns how many there were in this window, and how many seconds are left of it
 */
async function count(dataSource: DataSource, name: string): Promise<{ hits: number; secondsLeft: number }> {
  const now = Date.now();
  const start = Math.floor(now / windowMs) * windowMs;
  const window = `${name}:${start / windowMs}`.slice(-190);
  const endsAt = new Date(start + windowMs);
  await dataSource.query(
    'INSERT INTO web_limits (name, hits, endsAt) VALUES (?, 1, ?) ON DUPLICATE KEY UPDATE hits = hits + 1',
    [window, endsAt],
  );
  const [row]: { hits: number }[] = await dataSource.query('SELECT hits FROM web_limits WHERE name = ?', [window]);
  const hits = row?.hits ?? 1;
  // Whoever opens a window sweeps up old ones.
  if (hits === 1) await dataSource.query('DELETE FROM web_limits WHERE endsAt < ? LIMIT 100', [new Date(start)]);
  return { hits, secondsLeft: Math.ceil((endsAt.getTime() - now) / 1000) };
}

async function refuseAbove(context: Context, dataSource: DataSource, name: string, most: number): Promise<void> {
  const { hits, secondsLeft } = await count(dataSource, name);
  if (hits <= most) return;
  context.set('Retry-After', String(secondsLeft));
  throw new Refusal(429, `太频繁了，没有改动。请过 ${secondsLeft} 秒再试。`);
}

/** Who asks, by address: behind a proxy on this machine the last address it has added. */
export function addressOf(context: Context): string {
  const peer = context.req.socket.remoteAddress ?? '';
  const forwarded = context.get('X-Forwarded-For').split(',').at(-1)?.trim() ?? '';
  const local = /^(?:::ffff:)?127\.|^::1$/.test(peer);
  return local && forwarded !== '' ? forwarded : peer;
}

/** Guards the ways in. @throws Refusal 429 */
export function limitSignIn(
  dataSource: DataSource,
  { signIn }: RateLimits,
): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    if (
      /^\/(?:sign-in|download)(?:\/|$)/.test(context.path) &&
      (context.method === 'POST' || context.path !== '/sign-in')
    )
      await refuseAbove(context, dataSource, `sign-in:${addressOf(context)}`, signIn);
    await next();
  };
}

/** Guards what changes something or is costly to make; behind the door. @throws Refusal 429 */
export function limitWork(
  dataSource: DataSource,
  { writes, files }: RateLimits,
): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    const { visit } = context.state as { visit?: Visit };
    if (visit && context.method === 'POST') await refuseAbove(context, dataSource, `write:${visit.personId}`, writes);
    else if (visit && /\.(?:xlsx|docx)$/.test(context.path))
      await refuseAbove(context, dataSource, `file:${visit.personId}`, files);
    await next();
  };
}
