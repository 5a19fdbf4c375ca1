// The door of the web site: who is signed in by cookie; signing in by a one-time link, or, in the trial, by choosing who to be.
import { type Context, type Next } from 'koa';
import { type DataSource } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { inTransaction } from '../database/transaction';
import { loadWorkCalendar } from '../database/work-days';
import { actorOfPerson } from '../directory/speakers';
import { type UnitDirectory } from '../directory/unit-directory';
import { endSession, findSession, openSession, usualTimes } from '../directory/web-sessions';
import { formKeyOf, type Visit } from './visit';

export interface DoorParts {
  dataSource: DataSource;
  directory: UnitDirectory;
  clock: Clock;
  /** In the trial a turned clock ends no session. */
  trial: boolean;
  /** People come over TLS: the cookie must never travel without. */
  secure: () => boolean;
}

/** Where everybody begins. */
export const home = '/board';
const cookieName = 'duban_session';

/** Koa refuses to set a secure cookie where it does not see the TLS itself, which a proxy ends before it. */
function setCookie(context: Context, secret: string, secure: boolean, maxAge: number | null): void {
  const parts = [`${cookieName}=${secret}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (secure) parts.push('Secure');
  if (maxAge !== null) parts.push(`Max-Age=${maxAge}`);
  context.append('Set-Cookie', parts.join('; '));
}

function secretOf(context: Context): string {
  return context.cookies.get(cookieName) ?? '';
}

/** Signs a person in on this browser. @returns false when they hold no post (any more) */
export async function letIn(context: Context, parts: DoorParts, personId: string): Promise<boolean> {
  const now = parts.clock.now();
  const today = civilDateOf(now);
  const actor = await actorOfPerson(parts.dataSource.manager, personId, await parts.directory.view(), today);
  if (!actor) return false;
  const secret = await inTransaction(parts.dataSource, manager => openSession(manager, personId, { now, today }));
  setCookie(context, secret, parts.secure(), null);
  return true;
}

export async function letOut(context: Context, parts: DoorParts): Promise<void> {
  await endSession(parts.dataSource.manager, secretOf(context));
  setCookie(context, '', parts.secure(), 0);
}

/** Where to go after signing in: a path of this site, nothing else. */
export function safeNext(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && !text.startsWith('/sign-') ? text : home;
}

/** Lets through who is signed in, with `context.state.visit`; sends everybody else to sign in. */
export function guardDoor(parts: DoorParts): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    const visit = await findVisit(context, parts);
    if (visit) {
      (context.state as { visit?: Visit }).visit = visit;
      await next();
      return;
    }
    const wanted = context.method === 'GET' ? context.originalUrl : home;
    context.status = 303;
    context.redirect(`/sign-in?next=${encodeURIComponent(wanted)}`);
  };
}

/** The visit of a request; null when nobody is signed in. */
export async function findVisit(context: Context, parts: DoorParts): Promise<Visit | null> {
  const { manager } = parts.dataSource;
  const now = parts.clock.now();
  const today = civilDateOf(now);
  const secret = secretOf(context);
  const session = await findSession(manager, secret, { now, today, times: parts.trial ? null : usualTimes });
  if (!session) return null;
  const directory = await parts.directory.view();
  const actor = await actorOfPerson(manager, session.personId, directory, today);
  if (!actor) return null;
  const calendar = await loadWorkCalendar(manager);
  return { actor, personId: session.personId, formKey: formKeyOf(secret), directory, calendar, now, today };
}
