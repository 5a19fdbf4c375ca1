// The whole bot under an account that has the rights `duban migrate --grants` names and no others.
import { randomBytes } from 'node:crypto';
import { startApp } from '../../src/app';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { grantsFor } from '../../src/database/grants';
import { createLogger } from '../../src/logger';
import { groups, robot, startTown, type Town } from '../support/town';

let town: Town;
const user = `duban_${randomBytes(4).toString('hex')}`;
const account = `'${user}'@'localhost'`;

beforeAll(async () => {
  town = await startTown();
  await town.app.stop();
  await town.gateway.waitForConnections(0);
}, 60_000);
afterAll(async () => {
  await town.dataSource.query(`DROP USER ${account}`);
  await town.gateway.stop();
  await town.database.drop();
});

it('is enough for questions, reports, undo, decisions and mornings; tables and the audit are out of its reach', async () => {
  await town.dataSource.query(`CREATE USER ${account} IDENTIFIED BY 'p'`);
  for (const grant of await grantsFor(town.dataSource, account)) await town.dataSource.query(grant.replace(/;$/, ''));
  const settings = { ...parseDatabaseUrl(town.database.url), user, password: 'p' };
  const dataSource = await createDataSource(settings, { poolSize: 4 }).initialize();
  const lines: string[] = [];
  const app = await startApp({
    dataSource,
    clock: town.clock,
    logger: createLogger('warn', line => lines.push(line)),
    web: { host: '127.0.0.1', port: 0 },
    dingtalk: { ...robot, apiBase: town.gateway.baseUrl, oapiBase: town.gateway.baseUrl },
  });
  try {
    await town.gateway.waitForConnections(1);
    expect((await town.ask('wanglei', groups.market, '我局本周任务')).text).toContain('区市场监管局');
    expect((await town.ask('wanglei', groups.market, '1完成100%，已验收')).text).toContain('已记录');
    expect((await town.ask('hefang', groups.district, '退回 1，材料不全')).text).toContain('材料不全');
    expect((await town.ask('wanglei', groups.market, '1完成60%')).text).toContain('已记录');
    expect((await town.ask('wanglei', groups.market, '撤回')).text).toContain('撤回');
    expect((await town.ask('hefang', 'private', '登录')).text).toContain('http');
    town.clock.turnTo(new Date('2023-06-27T08:36:00+08:00'));
    await app.tickNow();
    await town.gateway.waitFor(message => message.conversationId === groups.market && message.text.includes('重点任务提醒'));
    expect(lines.filter(line => /denied/i.test(line))).toEqual([]);
  } finally {
    await app.stop();
    await expect(dataSource.query("UPDATE audit_entries SET actor = 'x'")).rejects.toThrow(/denied/i);
    await expect(dataSource.query('DELETE FROM audit_entries')).rejects.toThrow(/denied/i);
    await expect(dataSource.query('DELETE FROM schema_steps')).rejects.toThrow(/denied/i);
    await expect(dataSource.query('DROP TABLE changes')).rejects.toThrow(/denied/i);
    await expect(dataSource.query('CREATE TABLE x (id int)')).rejects.toThrow(/denied/i);
    await expect(dataSource.query('SELECT * FROM mysql.user')).rejects.toThrow(/denied/i);
    await dataSource.destroy();
  }
}, 60_000); // prettier-ignore
