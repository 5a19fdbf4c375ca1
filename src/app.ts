// createApp: builds the parts, joins them, starts and stops them in order.
import { type Router } from '@koa/router';
import { type DataSource } from 'typeorm';
import { channelOf } from './address';
import { type Clock, TurnedClock } from './clock';
import { type DingtalkSettings, type WebSettings } from './config';
import { joinFiles, joinSends, withAddresses } from './channels/addressed';
import { createDingtalkChannel } from './channels/dingtalk/dingtalk-channel';
import { type Platform } from './channels/platform';
import { keepWorkCalendar } from './database/calendar-keeper';
import { createCardKeeper } from './conversation/card-keeper';
import { createContactLookUp } from './conversation/contacts';
import { createConversation } from './conversation/conversation';
import { createPressTaker } from './conversation/press';
import { UnitDirectory } from './directory/unit-directory';
import { ChatImports } from './importer/chat-imports';
import { ImportDesk } from './importer/import-desk';
import { createScheduler } from './jobs/scheduler';
import { findJobs } from './jobs/jobs';
import { createTroubleWatch } from './jobs/trouble-watch';
import { type Logger } from './logger';
import { type IncomingMessage } from './messages';
import { createDispatcher } from './outbox/dispatcher';
import { joinDispatchers } from './outbox/join-dispatchers';
import { createFileMaker, takeNextBulletin } from './web/paper-files';
import { createMetrics } from './maintenance/metrics';
import { startWebServer } from './web/server';
import { createSite } from './web/site';

export interface App {
  url: string;
  /** Asks scheduler and outbox at once what is due: for a clock that has just been turned. */
  tickNow(): Promise<void>;
  /** Takes nothing new, ends what is under way, closes everything but the database. */
  stop(): Promise<void>;
}

/** Builds the whole bot on a database that is connected and migrated, and starts it. */
export async function startApp(parts: {
  dataSource: DataSource;
  dingtalk: DingtalkSettings;
  /** Further platforms beside DingTalk. */
  platforms?: Platform[];
  web: WebSettings;
  clock: Clock;
  logger: Logger;
  routers?: Router[];
  /** The trial: on the site people choose who they are. */
  trial?: boolean;
}): Promise<App> {
  const { dataSource, clock, logger, dingtalk } = parts;
  const platforms = [createDingtalkChannel({ ...dingtalk, logger, clock }), ...(parts.platforms ?? [])].map(
    withAddresses,
  );
  const files = joinFiles(platforms);
  const directory = new UnitDirectory(dataSource);
  const make = createFileMaker({ dataSource, directory, clock });
  const dispatcher = joinDispatchers(
    new Map(
      platforms.map(channel => [
        channel.name,
        createDispatcher({ dataSource, channel, clock, logger, papers: { make, files: channel.files } }),
      ]),
    ),
  );
  const wakeOutbox = (): void => {
    dispatcher.wake();
  };
  const siteUrl = (): string => parts.web.publicUrl ?? web.url;
  const lookUps = new Map(platforms.map(({ name, contacts }) => [name, createContactLookUp(contacts)]));
  const conversation = createConversation({
    dataSource,
    calendar: keepWorkCalendar(dataSource),
    directory,
    siteUrl,
    clock,
    logger,
    robotName: dingtalk.robotName,
    lookUpContact: async staffId => (await lookUps.get(channelOf(staffId))?.(staffId)) ?? null,
    imports: new ChatImports(new ImportDesk(dataSource, directory), files, siteUrl),
    papers: { takeBulletin: takeNextBulletin },
    outbox: dispatcher,
  });
  const scheduler = createScheduler({
    dataSource,
    clock,
    logger,
    jobs: findJobs,
    wakeOutbox,
    hostClockMatters: !(clock instanceof TurnedClock),
  });
  const site = createSite({
    dataSource,
    directory,
    clock,
    trial: parts.trial ?? false,
    secure: () => siteUrl().startsWith('https:'),
    wakeOutbox,
    files,
  });
  const checks = {
    database: async () => {
      await dataSource.query('SELECT 1');
      return null;
    },
    scheduler: () => Promise.resolve(scheduler.status().lastError),
    ...Object.fromEntries(platforms.map(platform => [platform.name, () => Promise.resolve(problemOf(platform))])),
  };
  const troubles = createTroubleWatch({
    dataSource,
    channel: joinSends(platforms),
    clock,
    logger,
    platforms: Object.fromEntries(platforms.map(({ name, title }) => [name, title])),
    checks,
    wakeOutbox,
  });
  const metrics = createMetrics({
    dataSource,
    clock,
    channels: () => platforms.map(platform => platform.status()),
    scheduler: () => scheduler.status(),
    troubles: () => troubles.seconds(),
  });
  const web = await startWebServer({
    ...parts.web,
    logger,
    routers: [...platforms.flatMap(({ router }) => router ?? []), ...(parts.routers ?? []), metrics, site],
    checks,
    notes: () => platforms.flatMap(platform => platform.status().notes),
  });
  dispatcher.start();
  conversation.start();
  const receive = (message: IncomingMessage): Promise<void> => conversation.receive(message);
  const onPress = createPressTaker({ dataSource, clock, logger, receive });
  await Promise.all(
    platforms.map(platform =>
      platform.start(receive, {
        onPress,
        onPeopleChanged: staffIds => lookUps.get(platform.name)?.forget(staffIds),
      }),
    ),
  );
  const changesCards = platforms.some(platform => platform.changesCards);
  const cards = changesCards ? createCardKeeper({ dataSource, clock, logger, wakeOutbox }) : null;
  cards?.start();
  scheduler.start();
  troubles.start();
  logger.info({ event: 'started', url: web.url });
  return {
    url: web.url,
    tickNow: async () => {
      await scheduler.tickNow();
      dispatcher.wake();
    },
    stop: async () => {
      // First nothing new is planned or sent: a send begun on a channel that closes would only fail.
      await troubles.stop();
      await scheduler.stop();
      await cards?.stop();
      await dispatcher.stop();
      await Promise.all(platforms.map(platform => platform.stop()));
      await conversation.stop();
      await web.stop();
      logger.info({ event: 'stopped' });
    },
  };
}

function problemOf(platform: Platform): string | null {
  const { connected, lastError } = platform.status();
  return connected ? null : (lastError ?? `尚未连上${platform.title}`);
}
