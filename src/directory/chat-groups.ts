// Chat groups as the office sets them up: 启用, 停用, 绑定, 清单; from a chat or from a page, with the same record.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { ChatGroup } from '../database/entities/unit';
import { newId } from '../ids';

export type GroupAction = 'enable' | 'disable' | 'bind' | 'list';

export interface GroupCause {
  personId: string | null;
  actor: string;
  now: Date;
  /** The message it was said in; null from a page. */
  inboxMessageId: string | null;
}

/** Changes a group and writes it into the audit log; `group` itself is changed too. */
export async function changeGroup(
  manager: EntityManager,
  group: ChatGroup,
  { action, set }: { action: GroupAction; set: Partial<ChatGroup> },
  { personId, actor, now, inboxMessageId }: GroupCause,
): Promise<void> {
  const before = { status: group.status, scope: group.scope, unitId: group.unitId, listId: group.listId };
  await manager.update(ChatGroup, { id: group.id }, set);
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    personId,
    actor,
    act: `group_${action}`,
    object: `group:${group.conversationId}`,
    before,
    after: { ...before, ...set },
    inboxMessageId,
  });
  Object.assign(group, set);
}
