// Settings: everything wrong is named at once, and nothing starts half configured.
import { loadBaseConfig, loadConfig, nothingSet } from '../src/config';

const good = {
  DATABASE_URL: 'mysql://duban:pw@127.0.0.1:3306/duban',
  DINGTALK_CLIENT_ID: 'dingabc',
  DINGTALK_CLIENT_SECRET: 'secret-value',
};

function problemsOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'bad_settings', expose: true });
    return (thrown as Error).message;
  }
  return '';
}

describe('loadConfig', () => {
  test('names every missing setting at once', () => {
    const said = problemsOf({});
    for (const name of ['DATABASE_URL', 'DINGTALK_CLIENT_ID', 'DINGTALK_CLIENT_SECRET']) expect(said).toContain(name);
  });

  test('names malformed settings together with missing ones', () => {
    const said = problemsOf({
      DATABASE_URL: 'postgres://x',
      DINGTALK_CLIENT_ID: 'dingabc',
      DINGTALK_API_BASE: 'http://api.example.com',
      DUBAN_NOW: '昨天',
      DUBAN_PORT: '99999',
      DUBAN_LOG: 'loud',
    });
    for (const name of [
      'DATABASE_URL',
      'DINGTALK_CLIENT_SECRET',
      'DINGTALK_API_BASE',
      'DUBAN_NOW',
      'DUBAN_PORT',
      'DUBAN_LOG',
    ])
      expect(said).toContain(name);
  });

  test('never repeats the secret or the password', () => {
    expect(problemsOf({ ...good, DATABASE_URL: 'mysql://u:hidden-pw@:x', DUBAN_PORT: 'x' })).not.toMatch(
      /hidden-pw|secret-value/,
    );
  });

  test('tells a port that was asked for from one that may be another', () => {
    expect(loadBaseConfig({})).toMatchObject({ web: { port: 8080 }, portIsChosen: false });
    expect(loadBaseConfig({ DUBAN_PORT: '8080' })).toMatchObject({ web: { port: 8080 }, portIsChosen: true });
  });

  test('takes the client id for the robot code, and one base for both hosts', () => {
    const config = loadConfig({ ...good, DINGTALK_API_BASE: 'http://127.0.0.1:4000/' });
    expect(config.dingtalk).toMatchObject({
      robotCode: 'dingabc',
      apiBase: 'http://127.0.0.1:4000',
      oapiBase: 'http://127.0.0.1:4000',
    });
    expect(loadConfig(good).dingtalk).toMatchObject({
      apiBase: 'https://api.dingtalk.com',
      oapiBase: 'https://oapi.dingtalk.com',
    });
  });

  test('takes messages by callback only when told so plainly', () => {
    expect(loadConfig(good).dingtalk.byCallback).toBe(false);
    expect(loadConfig({ ...good, DINGTALK_CALLBACK: '1' }).dingtalk.byCallback).toBe(true);
    expect(problemsOf({ ...good, DINGTALK_CALLBACK: 'yes' })).toContain('DINGTALK_CALLBACK');
  });

  test('reads what cards and events need, together or not at all', () => {
    expect(loadConfig(good).dingtalk).toMatchObject({ cardTemplateId: null, callbackUrl: null, events: null });
    const key = 'o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus';
    const set = { DINGTALK_EVENT_TOKEN: 't', DINGTALK_EVENT_AES_KEY: key, DINGTALK_CARD_TEMPLATE: 'x.schema' };
    const callback = { DINGTALK_CALLBACK_URL: 'https://duban.example.gov.cn/' };
    expect(loadConfig({ ...good, ...set, ...callback }).dingtalk).toMatchObject({
      cardTemplateId: 'x.schema',
      callbackUrl: 'https://duban.example.gov.cn',
      events: { token: 't', aesKey: key },
    });
    expect(problemsOf({ ...good, DINGTALK_EVENT_TOKEN: 't' })).toContain('须一起填写');
    expect(problemsOf({ ...good, ...set, DINGTALK_EVENT_AES_KEY: 'short' })).toContain('43 个字符');
    for (const url of ['http://duban.example.gov.cn', 'https://duban.example.gov.cn/path', 'x'])
      expect(problemsOf({ ...good, DINGTALK_CALLBACK_URL: url })).toContain('DINGTALK_CALLBACK_URL');
  });

  test('refuses a turned clock and unchecked certificates in production', () => {
    const said = problemsOf({
      ...good,
      NODE_ENV: 'production',
      DUBAN_NOW: '2023-06-26T08:25:00+08:00',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect(said).toContain('DUBAN_NOW');
    expect(said).toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  });

  test('tells "nothing set" from "half set"', () => {
    expect(nothingSet({ DUBAN_PORT: '9000' })).toBe(true);
    expect(nothingSet({ DATABASE_URL: ' ' })).toBe(true);
    expect(nothingSet({ DINGTALK_API_BASE: 'http://127.0.0.1:1' })).toBe(false);
    expect(nothingSet({ DATABASE_URL: good.DATABASE_URL })).toBe(false);
  });
});

describe('DUBAN_PUBLIC_URL', () => {
  test('is an origin, of an office network too', () => {
    expect(loadConfig({ ...good, DUBAN_PUBLIC_URL: 'https://duban.example.gov.cn/' }).web.publicUrl).toBe(
      'https://duban.example.gov.cn',
    );
    expect(loadConfig({ ...good, DUBAN_PUBLIC_URL: 'http://10.1.2.3:8080' }).web.publicUrl).toBe(
      'http://10.1.2.3:8080',
    );
    expect(loadConfig(good).web.publicUrl).toBeNull();
  });

  test.each(['duban.example', 'ftp://duban.example', 'https://u:p@duban.example', 'https://duban.example/x?y=1'])(
    'is refused: %s',
    value => {
      expect(problemsOf({ ...good, DUBAN_PUBLIC_URL: value })).toContain('DUBAN_PUBLIC_URL');
    },
  );
});
