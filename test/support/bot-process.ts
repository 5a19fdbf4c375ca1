// The bot as a process of its own, on a town's database and DingTalk: what `npm start` runs in production.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectFile } from '../../src/project-files';
import { robot, type Town } from './town';

/**
 * Starts one and waits until it is connected.
 * @param connections - how many there are then, this one included
 * @param nowMs - where its clock begins; the town's unless told
 * @param databaseUrl - another way to the town's database
 * @param cli - of another build of the program
 */
export async function startBotProcess(
  town: Town,
  connections = 1,
  nowMs = town.clock.now().getTime(),
  databaseUrl = town.database.url,
  cli = projectFile('dist', 'src', 'cli.js'),
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [cli, 'start'], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      DINGTALK_CLIENT_ID: robot.clientId,
      DINGTALK_CLIENT_SECRET: robot.clientSecret,
      DINGTALK_ROBOT_CODE: robot.robotCode,
      DINGTALK_API_BASE: town.gateway.baseUrl,
      DINGTALK_OAPI_BASE: town.gateway.baseUrl,
      DUBAN_NOW: new Date(nowMs).toISOString(),
      DUBAN_PORT: '0',
      DUBAN_LOG: 'error',
    },
  });
  await town.gateway.waitForConnections(connections, 20_000);
  return child;
}

/** Ends one with SIGKILL, wherever it stands; resolves when it is gone. */
export async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
