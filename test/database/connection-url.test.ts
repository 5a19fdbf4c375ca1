// Reading DATABASE_URL: what is accepted, and which sentence comes back when it is wrong.
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { AppError } from '../../src/errors';

describe('parseDatabaseUrl', () => {
  const accepted: [string, object][] = [
    ['mysql://duban:pw@db.gov.cn:3307/duban', { host: 'db.gov.cn', port: 3307, user: 'duban', password: 'pw', database: 'duban' }],
    ['mariadb://u@10.0.0.8/ledger', { host: '10.0.0.8', port: 3306, user: 'u', database: 'ledger' }],
    ['  MYSQL://u@h/d  ', { host: 'h', port: 3306, user: 'u', database: 'd' }],
    ['mysql://u:p%40s%23s%25@h/d', { host: 'h', port: 3306, user: 'u', password: 'p@s#s%', database: 'd' }],
    ['mysql://u:p@ss@h/d', { host: 'h', port: 3306, user: 'u', password: 'p@ss', database: 'd' }],
    ['mysql://u:%E5%AF%86@h/%E7%9D%A3%E5%8A%9E', { host: 'h', port: 3306, user: 'u', password: '密', database: '督办' }],
    ['mysql://u@[::1]:3306/d', { host: '::1', port: 3306, user: 'u', database: 'd' }],
    ['mysql://root@localhost/duban?socketPath=%2Ftmp%2Fa%20b.sock', { user: 'root', database: 'duban', socketPath: '/tmp/a b.sock' }],
    ['mysql://root@localhost/duban?socket=/run/m.sock', { user: 'root', database: 'duban', socketPath: '/run/m.sock' }],
    ['mysql://u@h/d?ssl=verify', { host: 'h', port: 3306, user: 'u', database: 'd', ssl: { rejectUnauthorized: true } }],
    ['mysql://u@h/d?ssl=no-verify', { host: 'h', port: 3306, user: 'u', database: 'd', ssl: { rejectUnauthorized: false } }],
    ['mysql://u@h/d?ssl=off&charset=utf8mb4', { host: 'h', port: 3306, user: 'u', database: 'd' }],
    ['mysql://u@h/d?ssl=%7B%22ca%22%3A%22PEM%22%7D', { host: 'h', port: 3306, user: 'u', database: 'd', ssl: { rejectUnauthorized: true, ca: 'PEM' } }],
  ]; // prettier-ignore
  it.each(accepted)('reads %s', (url, settings) => {
    expect(parseDatabaseUrl(url)).toEqual(settings);
  });

  const refused: [string, RegExp][] = [
    ['', /没有填写/],
    ['localhost:3306/duban', /mysql:\/\/ 开头/],
    ['postgres://u@h/d', /mysql:\/\/ 开头/],
    ['mysql://h/d', /缺用户名/],
    ['mysql://u@h', /缺库名/],
    ['mysql://u@h/', /缺库名/],
    ['mysql://u@h:99999/d', /读不懂/],
    ['mysql://u:geheim#1@h/d', /%23|读不懂/],
    ['mysql://u:geheim/1@h/d', /编码|字符/],
    ['mysql://u:geheim%@h/d', /没有按网址编码/],
    ['mysql://u@h/a/b', /库名/],
    ['mysql://u@h/d?ssl=maybe', /ssl/],
    ['mysql://u@h/d?ssl={', /JSON/],
    ['mysql://u@h/d?socketPath=', /socketPath/],
  ];
  it.each(refused)('refuses %s with a sentence that keeps the password to itself', (url, sentence) => {
    let thrown: unknown;
    try {
      parseDatabaseUrl(url);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AppError);
    const error = thrown as AppError;
    expect([error.code, error.expose]).toEqual(['bad_settings', true]);
    expect(error.message).toMatch(/^DATABASE_URL 不对/);
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain('geheim');
  });
});
