// Events of the organisation: which of them change what is known of people, and of whom.
import { z } from 'zod';
import { parseJson } from './stream-frame';

const ofPeople = new Set(['user_add_org', 'user_modify_org', 'user_leave_org', 'user_active_org']);
/** Departments change their names, people their departments: nobody says whose. */
const ofDepartments = new Set(['org_dept_create', 'org_dept_modify', 'org_dept_remove']);

const mostNamed = 1_000;
const userIds = z.array(z.string().min(1).max(128)).max(mostNamed);
/** Over the Stream it is `userId`, pushed by HTTP `UserId`. */
const body = z.object({ userId: userIds.optional().catch(undefined), UserId: userIds.optional().catch(undefined) });

/**
 * Whom an event concerns, by user ids; null = anybody; undefined = it changes nothing about people.
 * @param data - as JSON text
 */
export function peopleChanged(eventType: string, data: string): string[] | null | undefined {
  if (ofDepartments.has(eventType)) return null;
  if (!ofPeople.has(eventType)) return undefined;
  const parsed = body.safeParse(parseJson(data));
  return (parsed.success ? (parsed.data.userId ?? parsed.data.UserId) : undefined) ?? null;
}
