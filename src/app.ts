// createApp: builds the parts, joins them, starts and stops them in order.
import { type Router } from '@koa/router';
import { type DataSource } from 'typeorm';
import { type Clock, TurnedClock } from './clock';
import { type DingtalkSettings, type WebSettings } from './config';
import { createDingtalkChannel } from './channels/dingtalk/dingtalk-channel';
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
  web: WebSettings;
  clock: Clock;
  logger: Logger;
  routers?: Router[];
  /** The trial: on the site people choose who they are. */
  trial?: boolean;
}): Promise<App> {
  const { dataSource, clock, logger, dingtalk } = parts;
  const channel = createDingtalkChannel({ ...dingtalk, logger, clock });
  const directory = new UnitDirectory(dataSource);
  const papers = { make: createFileMaker({ dataSource, directory, clock }), files: channel.files };
  const dispatcher = createDispatcher({ dataSource, channel, clock, logger, papers });
  const wakeOutbox = (): void => {
    dispatcher.wake();
  };
  const siteUrl = (): string => parts.web.publicUrl ?? web.url;
  const lookUpContact = createContactLookUp(channel.contacts);
  const conversation = createConversation({
    dataSource,
    calendar: keepWorkCalendar(dataSource),
    directory,
    siteUrl,
    clock,
    logger,
    robotName: dingtalk.robotName,
    lookUpContact,
    imports: new ChatImports(new ImportDesk(dataSource, directory), channel.files, siteUrl),
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
    files: channel.files,
  });
  const checks = {
    database: async () => {
      await dataSource.query('SELECT 1');
      return null;
    },
    dingtalk: () => {
      const status = channel.status();
      return Promise.resolve(status.connected ? null : (status.lastError ?? '尚未连上钉钉'));
    },
    scheduler: () => Promise.resolve(scheduler.status().lastError),
  };
  const troubles = createTroubleWatch({ dataSource, channel, clock, logger, checks, wakeOutbox });
  const metrics = createMetrics({
    dataSource,
    clock,
    connected: () => channel.status().connected,
    scheduler: () => scheduler.status(),
    troubles: () => troubles.seconds(),
  });
  const web = await startWebServer({
    ...parts.web,
    logger,
    routers: [...(channel.router ? [channel.router] : []), ...(parts.routers ?? []), metrics, site],
    checks,
    notes: () => channel.status().notes,
  });
  dispatcher.start();
  conversation.start();
  const receive = (message: IncomingMessage): Promise<void> => conversation.receive(message);
  await channel.start(receive, {
    onPress: createPressTaker({ dataSource, clock, logger, receive }),
    onPeopleChanged: staffIds => {
      lookUpContact.forget(staffIds);
    },
  });
  const cards = dingtalk.cardTemplateId ? createCardKeeper({ dataSource, clock, logger, wakeOutbox }) : null;
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
      await channel.stop();
      await conversation.stop();
      await web.stop();
      logger.info({ event: 'stopped' });
    },
  };
}
