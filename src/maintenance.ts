// doctor: each thing an operator can get wrong, and what to do about it.
import { examineDingtalk } from './channels/dingtalk/examine';
import { loadBaseConfig, loadConfig } from './config';
import { createDataSource } from './database/data-source';
import { schemaState } from './database/schema';
import { AppError, messageOf } from './errors';
import { civilDateOf } from './calendar/civil-date';
import { examineLiaisons } from './maintenance/examine-liaisons';
import { examineReceived } from './maintenance/examine-received';
import { type Finding } from './maintenance/finding';
import { examineReminders } from './reminders/health';

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks settings, DingTalk and database; sends and writes nothing. Faults are findings, not errors. */
export async function examine(env: Environment): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const { dingtalk } = loadConfig(env);
    findings.push({ what: '设置', ok: true, note: '齐全' });
    findings.push(...(await examineDingtalk(dingtalk)));
  } catch (thrown) {
    findings.push({ what: '设置', ok: false, note: messageOf(thrown) });
  }
  return [...findings, ...(await examineDatabase(env))];
}

async function examineDatabase(env: Environment): Promise<Finding[]> {
  const findings: Finding[] = [];
  const say = (what: string, ok: boolean, note: string): void => void findings.push({ what, ok, note });
  let settings;
  try {
    settings = loadConfigDatabase(env);
  } catch (thrown) {
    return [{ what: '数据库', ok: false, note: messageOf(thrown) }];
  }
  const dataSource = createDataSource(settings, { poolSize: 2 });
  try {
    await dataSource.initialize();
    const [server]: { version: string; flush: string | number; skew: string | number }[] = await dataSource.query(
      `SELECT VERSION() AS version, @@innodb_flush_log_at_trx_commit AS flush,
              TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), ?) AS skew`,
      [new Date()],
    );
    if (!server) throw new AppError('database_away', '数据库没有回答');
    say('数据库', true, `已连接，版本 ${server.version}`);
    say(
      '提交落盘',
      Number(server.flush) === 1,
      Number(server.flush) === 1 ? '每次提交都落盘' : '请设 innodb_flush_log_at_trx_commit=1，否则断电会丢已确认的反馈',
    );
    const skew = Math.abs(Number(server.skew));
    say(
      '时钟',
      skew <= 60,
      skew <= 60 ? `与数据库相差 ${skew} 秒` : `与数据库相差 ${skew} 秒，超过60秒时不会发提醒，请校时（NTP）`,
    );
    const schema = await schemaState(dataSource);
    say(
      '表结构',
      schema === 'current',
      { current: '最新', behind: '请运行 duban migrate', unknown: '比本程序新，请使用新版程序' }[schema],
    );
    if (schema === 'current') {
      findings.push(...(await examineContents(sql => dataSource.query(sql))));
      findings.push(...(await examineReceived(dataSource.manager)));
      const now = loadBaseConfig(env).startsAt ?? new Date();
      findings.push(...(await examineLiaisons(dataSource.manager, civilDateOf(now))));
      findings.push(...(await examineReminders(dataSource.manager, now)));
    }
  } catch (thrown) {
    say('数据库', false, `连不上：${messageOf(thrown)}`);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
  return findings;
}

function loadConfigDatabase(env: Environment) {
  const { database } = loadConfig({ ...env, DINGTALK_CLIENT_ID: 'unused', DINGTALK_CLIENT_SECRET: 'unused' });
  return database;
}

async function examineContents(query: (sql: string) => Promise<Record<string, string | number>[]>): Promise<Finding[]> {
  const count = async (sql: string): Promise<number> => Number(Object.values((await query(sql))[0] ?? {})[0] ?? 0);
  const lists = await count('SELECT COUNT(*) FROM task_lists');
  const units = await count('SELECT COUNT(*) FROM units');
  const unsettled = await count('SELECT COUNT(*) FROM units WHERE settled = 0');
  const office = await count("SELECT COUNT(*) FROM posts WHERE role = 'office' AND endedAt IS NULL");
  const uncertain = await count("SELECT COUNT(*) FROM outbox_messages WHERE status IN ('uncertain', 'failed')");
  const setAside = await count("SELECT COUNT(*) FROM inbox_messages WHERE status = 'set_aside'");
  return [
    {
      what: '清单',
      ok: lists > 0,
      note: lists > 0 ? `${lists} 份` : '还没有清单，请运行 duban import 文件 --list 简称',
    },
    {
      what: '单位',
      ok: units > 0,
      note: units > 0 ? `${units} 个，待确认 ${unsettled} 个` : '还没有单位名录，请运行 duban units 文件',
    },
    {
      what: '督办专员',
      ok: office > 0,
      note: office > 0 ? `${office} 个岗位` : '没有督办专员，无人能启用群聊，请运行 duban staff 文件',
    },
    {
      what: '发送',
      ok: uncertain === 0,
      note: uncertain === 0 ? '没有未决的消息' : `${uncertain} 条消息发送失败或是否送达未知`,
    },
    {
      what: '收件',
      ok: setAside === 0,
      note: setAside === 0 ? '没有搁置的消息' : `${setAside} 条消息三次处理失败，已搁置`,
    },
  ];
}
