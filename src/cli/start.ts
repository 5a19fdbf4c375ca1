// duban start: the production process, or, with nothing configured, the trial; duban trial.
import { type Command } from 'commander';
import { systemClock, TurnedClock } from '../clock';
import { loadBaseConfig, loadConfig, nothingSet } from '../config';
import { AppError } from '../errors';
import { createLogger, type Logger } from '../logger';
import { listenFailure } from '../web/listen-failure';
import { connectPatiently, requireSchema } from './connection';
import { exitCodes, tell } from './exit-codes';

interface Running {
  stop(): Promise<void>;
}

// One Ctrl-C may come twice, from the terminal and from npm.
const sameSignalMs = 1000;

/**
 * Starts, runs until the first SIGINT or SIGTERM, and stops everything that was started; a later signal ends the process at once.
 * @param start - its signal is aborted by a stop that comes while starting; it then undoes what it has done and rejects
 */
async function runUntilStopped(start: (signal: AbortSignal) => Promise<Running>, logger: Logger): Promise<void> {
  const stopping = new AbortController();
  const asked = new Promise<void>(resolve => {
    let firstAt: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > sameSignalMs) process.exit(exitCodes.fault);
      if (stopping.signal.aborted) return;
      logger.info({ event: 'stopping', signal });
      stopping.abort();
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  let running: Running;
  try {
    running = await start(stopping.signal);
  } catch (thrown) {
    // Whatever broke off because of the stop is no fault.
    if (stopping.signal.aborted) return;
    throw thrown;
  }
  await asked;
  await running.stop();
}

function guardProcess(logger: Logger): void {
  process.on('unhandledRejection', reason => {
    logger.error({ event: 'unhandled_rejection', err: reason });
  });
}

async function startProduction(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  guardProcess(logger);
  const clock = config.startsAt ? new TurnedClock(config.startsAt) : systemClock;
  const dataSource = await connectPatiently(config.database);
  try {
    // Loaded while the database answers.
    const { startApp } = await import('../app.js');
    await requireSchema(dataSource);
    await runUntilStopped(async () => {
      try {
        return await startApp({ dataSource, dingtalk: config.dingtalk, web: config.web, clock, logger });
      } catch (thrown) {
        throw listenFailure(thrown, config.web);
      }
    }, logger);
  } finally {
    await dataSource.destroy();
  }
}

async function runTrial(options: { reset?: boolean }): Promise<void> {
  const config = loadBaseConfig(process.env);
  const logger = createLogger(process.env.DUBAN_LOG ? config.logLevel : 'warn');
  guardProcess(logger);
  const begun = performance.now();
  // In production neither the trial nor the local DingTalk is ever loaded.
  const { startTrial } = await import('../trial/trial.js');
  await runUntilStopped(async signal => {
    const trial = await startTrial({
      web: config.web,
      otherPortWillDo: !config.portIsChosen,
      startsAt: config.startsAt,
      logger,
      onProgress: tell,
      reset: options.reset,
      signal,
    });
    tell(`模拟群聊已就绪（${((performance.now() - begun) / 1000).toFixed(1)} 秒）：${trial.url}`);
    tell('在浏览器打开上面的地址，选一个人，说“我局本周任务”。按 Ctrl-C 停止；npx duban trial --reset 重新开始。');
    return trial;
  }, logger);
  tell('已停止，下次启动接着现在的进度。');
}

export function addStartCommands(program: Command): void {
  program
    .command('start', { isDefault: true })
    .description('启动：配置齐全时为正式运行，什么都没有配置时为体验')
    .argument('[其他...]')
    .action((rest: string[]) => {
      const [unknown] = rest;
      if (unknown !== undefined)
        throw new AppError('bad_input', `没有“${unknown}”这个命令，用 duban --help 看全部命令。`, { expose: true });
      return nothingSet(process.env) ? runTrial({}) : startProduction();
    });
  program
    .command('trial')
    .description('体验：自带数据库、示例清单、示例人员和模拟群聊')
    .option('--reset', '清空体验数据，重新开始')
    .action(runTrial);
}
