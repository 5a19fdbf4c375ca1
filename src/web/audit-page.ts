// 审计: who did what, when, with what before and after.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { instantOf, isCivilDate } from '../calendar/civil-date';
import { AuditEntry } from '../database/entities/schedule';
import { objectWords, recordWords } from './audit-words';
import { fullMoment, showPage } from './layout';
import { type SiteParts } from './site-parts';
import { asked, demand, visitOf } from './visit';

const pageSize = 50;

const actNames: Record<string, string> = {
  accept_closure: '核销', return_closure: '退回', request_extension: '申请延期', accept_extension: '同意延期',
  refuse_extension: '未同意延期', withdraw_extension: '收回延期申请', withdraw_closure: '收回办结申请',
  withdraw_blocker: '收回堵点', suspend: '挂起', resume: '恢复', terminate: '终止', answer_blocker: '答复堵点',
  close_blocker: '关闭堵点', urge: '催办', amend: '按新版清单调整', accept_identity: '确认身份', refuse_identity: '未确认身份',
  hand_over: '更换联络员', deputy: '指定代理', group_enable: '启用群', group_disable: '停用群', group_bind: '绑定群',
  group_list: '设定群清单', import_list: '导入清单', change_settings: '改设置', set_work_days: '改工作日',
  unset_work_day: '改工作日', settle_unit: '确定单位名称', resend_message: '重发消息', confirm_message: '记为收到',
  take_bulletin: '生成通报', edit_alias: '改别名', edit_members: '改集体成员', edit_parent: '改上级单位', assign_units: '指定承担单位',
  unassign_units: '取消承担单位', edit_posts: '改岗位', take_over_units: '导入单位名录', forget_person: '清除离任人员信息',
}; // prettier-ignore

/** What lists and groups are called, by their ids. */
async function namesOf(manager: EntityManager): Promise<Map<string, string>> {
  const rows: { id: string; name: string }[] = await manager.query(
    `SELECT id, shortName AS name FROM task_lists
      UNION ALL SELECT conversationId AS id, title AS name FROM chat_groups WHERE title IS NOT NULL`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function showAudit(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  demand(visit, 'see_operations');
  const [from, to, who, act, object] = ['from', 'to', 'who', 'act', 'object'].map(name => asked(context, name));
  const pageText = asked(context, 'page');
  const page = /^[1-9]\d{0,5}$/.test(pageText) ? Number(pageText) : 1;
  const query = parts.dataSource.manager
    .getRepository(AuditEntry)
    .createQueryBuilder('e')
    .orderBy('e.at', 'DESC')
    .addOrderBy('e.id', 'DESC');
  if (from && isCivilDate(from)) query.andWhere('e.at >= :from', { from: instantOf(from, '00:00') });
  if (to && isCivilDate(to))
    query.andWhere('e.at < :to', { to: new Date(instantOf(to, '00:00').getTime() + 86_400_000) });
  if (who) query.andWhere('e.actor LIKE :who', { who: `%${who.replace(/[\\%_]/g, '\\$&')}%` });
  if (act) query.andWhere('e.act = :act', { act });
  if (object) query.andWhere('e.object = :object', { object: /^\d+$/.test(object) ? `task:${object}` : object });
  const entries = await query
    .skip((page - 1) * pageSize)
    .take(pageSize + 1)
    .getMany();
  const { unitNameById, collectiveNameById } = visit.directory;
  const names = await namesOf(parts.dataSource.manager);
  const nameOf = (id: string): string | null =>
    unitNameById.get(id) ?? collectiveNameById.get(id) ?? names.get(id) ?? null;
  const link = (no: number): string =>
    `/audit?${new URLSearchParams({ from: from ?? '', to: to ?? '', who: who ?? '', act: act ?? '', object: object ?? '', page: String(no) }).toString()}`;
  await showPage(context, parts, visit, {
    name: 'audit',
    title: '审计',
    data: {
      from: from ?? '',
      to: to ?? '',
      person: who ?? '',
      object: object ?? '',
      acts: Object.entries(actNames).map(([value, label]) => ({ value, label, chosen: value === act })),
      rows: entries.slice(0, pageSize).map(entry => ({
        at: fullMoment(entry.at),
        actor: entry.actor,
        act: actNames[entry.act] ?? entry.act,
        object: objectWords(entry.object, nameOf),
        before: recordWords(entry.before ?? {}, nameOf),
        after: recordWords(entry.after ?? {}, nameOf),
        byMessage: entry.inboxMessageId !== null,
      })),
      page,
      previous: page > 1 ? link(page - 1) : '',
      next: entries.length > pageSize ? link(page + 1) : '',
    },
  });
}

export function addAuditPage(router: Router, parts: SiteParts): void {
  router.get('/audit', context => showAudit(context, parts));
}
