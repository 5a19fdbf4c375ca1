// The trial world: private database, sample list, people and groups, the local DingTalk and its page, a turned clock.
import { mkdir } from 'node:fs/promises';
import { startApp, type App } from '../app';
import { type WebSettings } from '../config';
import { loadWorkCalendar } from '../database/work-days';
import { AppError } from '../errors';
import { type Logger } from '../logger';
import { createChatPage } from '../simulator/chat-page';
import { isLoopbackName } from '../simulator/chat-page-guard';
import { startGateway, type Gateway } from '../simulator/dingtalk-gateway';
import { isPortTaken, listenFailure } from '../web/listen-failure';
import { readChat } from './chat-history';
import { explainSentence } from './explain-sentence';
import { keepTrial } from './keep-trial';
import { loadSamples, newGroups, readDueDays, readSpeakers, trialGroups, trialPeople } from './sample-world';
import { StopSteps } from './stop-steps';
import { openTrialDatabase, resetTrial, trialFolder, type TrialDatabase } from './trial-database';
import { lockTrial } from './trial-lock';

export interface Trial {
  url: string;
  /** Stops everything the start has started, within ten seconds; keeps data, chats and clock. Safe to call twice. */
  stop(): Promise<void>;
}

export interface TrialParts {
  web: WebSettings;
  /** True: when the port is taken, one of the next will do. */
  otherPortWillDo: boolean;
  /** Where the clock is set; null = where the last start left it, at first 2023-06-26 08:25. */
  startsAt: Date | null;
  logger: Logger;
  /** Takes Chinese sentences about what takes time. */
  onProgress: (sentence: string) => void;
  /** Another place than the project's own .duban. */
  folder?: string;
  /** Throws the kept data away first. */
  reset?: boolean;
  /** Aborted while starting: what has been started is stopped again, and the start rejects. */
  signal?: AbortSignal;
}

const app = {
  clientId: 'trial',
  clientSecret: 'only-on-this-machine',
  robotCode: 'trial-robot',
  robotName: '督办助手',
  cardTemplateId: 'trial-card.schema',
};

const portsTried = 20;
// Sends that a switched-on fault holds up are cut after this, so that stopping stays within ten seconds.
const patienceMs = 3000;

/**
 * Starts the trial: everything the bot needs, and the bot itself on it, as in production, over the real wire.
 * @throws AppError trial_running, port_taken, no_database_program, bad_settings, each with a sentence
 */
export async function startTrial(parts: TrialParts): Promise<Trial> {
  const { logger, onProgress, signal } = parts;
  const folder = parts.folder ?? trialFolder;
  if (!isLoopbackName(parts.web.host))
    throw new AppError('bad_settings', '体验只在本机可用：请去掉 DUBAN_HOST，或设为 127.0.0.1。', { expose: true });
  const steps = new StopSteps(logger);
  try {
    await mkdir(folder, { recursive: true });
    const lock = await lockTrial(folder);
    steps.add(() => lock.release());
    if (parts.reset) {
      await resetTrial(folder);
      onProgress('体验数据已清空。');
    }
    signal?.throwIfAborted();
    const database = await openTrialDatabase({ onProgress, folder });
    steps.add(() => database.close());
    if (parts.startsAt) database.clock.turnTo(parts.startsAt);
    signal?.throwIfAborted();
    await loadSamples(database.dataSource, database.clock.now(), onProgress);
    signal?.throwIfAborted();
    const gateway = await startGateway({
      clock: database.clock,
      apps: [app],
      people: await trialPeople(database.dataSource.manager),
      groups: trialGroups(),
    });
    steps.add(() => gateway.stop());
    gateway.world.restore(await readChat(folder));
    const kept = keepTrial({ folder, gateway, database, logger });
    steps.add(() => kept.stop());
    const { url } = await startBot(parts, { database, gateway, keep: kept.now, steps });
    signal?.throwIfAborted();
    lock.announce(url);
    return { url, stop: () => steps.run() };
  } catch (thrown) {
    await steps.run();
    throw thrown;
  }
}

/** The bot and the chat page, on one web server. */
async function startBot(
  { web, otherPortWillDo, logger, onProgress }: TrialParts,
  world: { database: TrialDatabase; gateway: Gateway; keep: () => Promise<void>; steps: StopSteps },
): Promise<App> {
  const { database, gateway, keep, steps } = world;
  let bot: App | null = null;
  const page = createChatPage({
    gateway,
    clock: database.clock,
    speakers: () => readSpeakers(database.dataSource.manager, gateway.world.people),
    newGroups: newGroups(),
    calendar: await loadWorkCalendar(database.dataSource.manager),
    dueDays: () => readDueDays(database.dataSource.manager, database.clock.now()),
    explain: async message =>
      explainSentence(database.dataSource.manager, message, {
        quoted: message.quotedId === null ? null : (gateway.world.findMessage(message.quotedId) ?? null),
        calendar: await loadWorkCalendar(database.dataSource.manager),
        robotName: app.robotName,
      }),
    onTurned: async () => {
      await bot?.tickNow();
      await keep();
    },
  });
  steps.add(page.close);
  bot = await listenAtFreePort({ web, otherPortWillDo, onProgress }, at =>
    startApp({
      dataSource: database.dataSource,
      dingtalk: { ...app, apiBase: gateway.baseUrl, oapiBase: gateway.baseUrl },
      web: at,
      clock: database.clock,
      logger,
      routers: [page.router],
      trial: true,
    }),
  );
  const started = bot;
  steps.add(async () => {
    // First the pages' streams, which would hold the web server.
    page.close();
    const cut = setTimeout(() => void gateway.stop(), patienceMs);
    await started.stop();
    clearTimeout(cut);
  });
  return started;
}

/** The wanted port, or the first free one after it where another will do. */
async function listenAtFreePort(
  { web, otherPortWillDo, onProgress }: Pick<TrialParts, 'web' | 'otherPortWillDo' | 'onProgress'>,
  start: (web: WebSettings) => Promise<App>,
): Promise<App> {
  for (let port = web.port; ; port++) {
    try {
      return await start({ ...web, port });
    } catch (thrown) {
      const last = !otherPortWillDo || port - web.port >= portsTried || port === 65_535;
      if (!isPortTaken(thrown) || last) throw listenFailure(thrown, web);
      onProgress(`端口 ${port} 已被别的程序占用，改用 ${port + 1}。`);
    }
  }
}
