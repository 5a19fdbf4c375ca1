// What has come in so far tells whether the robot is published, which groups it is in, and whether another program answers there.
import { type EntityManager } from 'typeorm';
import { ChatGroup } from '../database/entities/unit';
import { type Finding } from './finding';

/** So many messages, the newest, are looked at for traces of another program. */
const looksBack = 500;

/** Never writes. */
export async function examineReceived(manager: EntityManager): Promise<Finding[]> {
  return [
    await examineFirstMessage(manager),
    await examineWords(manager),
    await examineGroups(manager),
    await examineOtherProgram(manager),
  ];
}

async function examineFirstMessage(manager: EntityManager): Promise<Finding> {
  const what = '首条消息';
  const [row]: { n: string; named: string | null }[] = await manager.query(
    'SELECT COUNT(*) AS n, SUM(senderStaffId IS NOT NULL) AS named FROM inbox_messages',
  );
  if (Number(row?.n ?? 0) === 0)
    return {
      what,
      ok: false,
      note: '还没有收到过消息：请在内部群的“群设置 → 机器人 → 添加机器人 → 企业机器人”中加入，@ 它说一句“你好”；收不到时检查消息接收模式是否为 Stream、应用是否已发布',
    };
  if (Number(row?.named ?? 0) === 0)
    return {
      what,
      ok: false,
      note: '收到的消息都没有发送人的 UserId，无法认出任何人：请在“版本管理与发布”发布应用，可见范围选全体员工',
    };
  return { what, ok: true, note: `已收到 ${Number(row?.n)} 条` };
}

/** Messages whose words the platform kept back because the month's quota was used up, among the newest. */
async function examineWords(manager: EntityManager): Promise<Finding> {
  const what = '消息文字';
  const [row]: { n: string; newest: string | null }[] = await manager.query(
    `SELECT COUNT(*) AS n, DATE_FORMAT(MAX(sentAt) + INTERVAL 8 HOUR, '%Y-%m-%d %H:%i') AS newest
       FROM (SELECT sentAt, outcome FROM inbox_messages ORDER BY id DESC LIMIT ${looksBack}) AS recent
      WHERE outcome = 'quota_exhausted'`,
  );
  const n = Number(row?.n ?? 0);
  if (n === 0) return { what, ok: true, note: '都收到了文字' };
  return {
    what,
    ok: false,
    note: `最近有 ${n} 条消息没有文字（最后一条 ${row?.newest ?? ''}）：钉钉本月消息额度已用完，请升级钉钉版本或购买额度，并用 duban settings 写明实际额度`,
  };
}

const statusWords: Record<ChatGroup['status'], string> = { waiting: '待启用', enabled: '已启用', disabled: '已停用' };

async function examineGroups(manager: EntityManager): Promise<Finding> {
  const groups = await manager.find(ChatGroup, { order: { createdAt: 'ASC' } });
  const enabled = groups.filter(({ status }) => status === 'enabled');
  const named = groups.map(
    ({ title, conversationId, status }) => `${title ?? '未命名群'}（${conversationId}，${statusWords[status]}）`,
  );
  if (enabled.length > 0) return { what: '群', ok: true, note: named.join('；') };
  const advice = '请督办专员在群里说“@督办助手 启用本群”';
  return {
    what: '群',
    ok: false,
    note: groups.length === 0 ? `还不认识任何群，${advice}` : `${named.join('；')}：${advice}`,
  };
}

/** A quote of the robot's own message that this database never sent, though it was already sending then. */
async function examineOtherProgram(manager: EntityManager): Promise<Finding> {
  const rows: { n: string }[] = await manager.query(
    `SELECT COUNT(*) AS n FROM (SELECT receivedAt,
              JSON_UNQUOTE(JSON_EXTRACT(payload, '$.quoted.providerKey')) AS providerKey,
              JSON_UNQUOTE(JSON_EXTRACT(payload, '$.quoted.sentAt')) AS quotedAt
            FROM inbox_messages WHERE payload IS NOT NULL ORDER BY id DESC LIMIT ${looksBack}) AS recent
      WHERE providerKey <> 'null' AND quotedAt <> 'null'
        AND quotedAt > (SELECT DATE_FORMAT(MIN(sentAt), '%Y-%m-%dT%H:%i:%s') FROM outbox_messages WHERE sentAt IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM outbox_messages o WHERE o.providerKey = recent.providerKey)
        AND NOT EXISTS (SELECT 1 FROM outbox_messages o WHERE o.status IN ('uncertain', 'claimed'))`,
  );
  const foreign = Number(rows[0]?.n ?? 0);
  return {
    what: '独占',
    ok: foreign === 0,
    note:
      foreign === 0
        ? '没有发现别的程序用同一个应用发言'
        : `有 ${foreign} 条消息引用了本库没有发过的机器人消息：可能另有程序用着同一个 Client ID，请停掉旧程序或测试程序`,
  };
}
