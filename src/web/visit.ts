// Visit: one request of somebody who is signed in; and what pages refuse, as a sentence for them.
import { timingSafeEqual } from 'node:crypto';
import { type Context } from 'koa';
import { z } from 'zod';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Actor, may, type Right } from '../directory/identity';
import { type DirectoryView } from '../directory/unit-directory';
import { hashOf } from '../directory/web-links';
import { type ActCause } from '../tasks/task-acts';

export interface Visit {
  actor: Actor;
  personId: string;
  /** Must come back with every form. */
  formKey: string;
  directory: DirectoryView;
  calendar: WorkCalendar;
  now: Date;
  today: CivilDate;
}

/** A request that the site's rules refuse; its message is a sentence for the person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The visit of a request that passed the door. @throws Refusal where somebody forgot the door */
export function visitOf(context: Context): Visit {
  const { visit } = context.state as { visit?: Visit };
  if (!visit) throw new Refusal(401, '请先登录。');
  return visit;
}

/** @throws Refusal 403 when none of the person's posts carries the right */
export function demand(visit: Visit, right: Right): void {
  if (!may(visit.actor, right)) throw new Refusal(403, '您的岗位没有这一页的权限。');
}

/** What a session's forms carry: made of the cookie's secret, which another site cannot read. */
export function formKeyOf(sessionSecret: string): string {
  return hashOf(`form:${sessionSecret}`);
}

/** Who acts in a visit, for histories and the audit log. */
export function causeOf({ actor, personId, now }: Visit): ActCause {
  const unit = actor.unit?.name ?? actor.posts.map(post => post.unit?.name).find(Boolean) ?? '';
  const personName = unit === '' ? actor.name : `${actor.name}（${unit}）`;
  return { personId, personName, inboxMessageId: null, saidAt: now, now };
}

/** The fields of a form. @throws Refusal 403 without the session's key, 400 when they are not as they should be */
export function readForm<T>(context: Context, shape: z.ZodType<T>): T {
  const body = (context.request as { body?: unknown }).body;
  const key = z.object({ key: z.string() }).safeParse(body);
  const wanted = Buffer.from(visitOf(context).formKey);
  const given = Buffer.from(key.success ? key.data.key : '');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new Refusal(403, '页面已过期，没有改动。请返回刷新后再试。');
  return parse(shape, body);
}

/** What stands in the address. @throws Refusal 400 */
export function parse<T>(shape: z.ZodType<T>, value: unknown): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const own = read.error.issues.map(issue => issue.message).find(message => /^[^\x00-\x7f]/u.test(message));
  throw new Refusal(400, own ?? '请求的内容不对，请返回再试。');
}

/** The first value of a query's name; '' when there is none. */
export function asked(context: Context, name: string): string {
  const value = context.query[name];
  return (Array.isArray(value) ? value[0] : value)?.trim().slice(0, 200) ?? '';
}
