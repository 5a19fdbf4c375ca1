// The trial world: private database, sample list, people and groups, the local DingTalk and its page, a turned clock.
import { type WebSettings } from '../config';
import { type Logger } from '../logger';

export interface Trial {
  url: string;
  stop(): Promise<void>;
}

export async function startTrial(_parts: {
  web: WebSettings;
  startsAt: Date | null;
  logger: Logger;
  onProgress: (sentence: string) => void;
}): Promise<Trial> {
  throw new Error('not built');
}
