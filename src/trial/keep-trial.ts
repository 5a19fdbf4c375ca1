// Keeps the trial's clock and chats in their files while it runs, so that even a killed trial goes on where it was.
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { type Gateway } from '../simulator/dingtalk-gateway';
import { keepChat } from './chat-history';
import { type TrialDatabase } from './trial-database';

const afterMessageMs = 500;
const clockEveryMs = 60_000;

export interface KeptTrial {
  /** Writes the files now; never rejects. */
  now(): Promise<void>;
  /** Writes them a last time. */
  stop(): Promise<void>;
}

/** Writes clock and chats half a second after a message, every minute, and when told. */
export function keepTrial(parts: {
  folder: string;
  gateway: Gateway;
  database: TrialDatabase;
  logger: Logger;
}): KeptTrial {
  const { folder, gateway, database, logger } = parts;
  let last = Promise.resolve();
  let soon: NodeJS.Timeout | null = null;

  async function write(): Promise<void> {
    try {
      // Always both: a clock behind its own messages would date new ones before them.
      await database.keepClock();
      await keepChat(folder, gateway.world.allMessages());
    } catch (thrown) {
      logger.warn({ event: 'trial_not_kept', reason: messageOf(thrown) });
    }
  }

  /** One at a time: two would write into the same file. */
  function now(): Promise<void> {
    if (soon) clearTimeout(soon);
    soon = null;
    last = last.then(write);
    return last;
  }

  const unsubscribe = gateway.events.subscribe(event => {
    if (event.kind === 'message') soon ??= setTimeout(() => void now(), afterMessageMs);
  });
  const beat = setInterval(() => void now(), clockEveryMs);
  return {
    now,
    stop: async () => {
      unsubscribe();
      clearInterval(beat);
      await now();
    },
  };
}
