// The ledger's filter as it stands in an address: read from one, written into links, so that every number can open its rows.
import { type Context } from 'koa';
import { isCivilDate } from '../calendar/civil-date';
import { type TaskState } from '../database/entities/task';
import { type Light } from '../rendering/light';
import { type LedgerFilter, type LedgerSort, type UnitRole } from '../reports/ledger-query';
import { type PastFact } from '../reports/progress-trend';
import { stateNames } from '../tasks/task-state';
import { asked, type Visit } from './visit';

export const lights: readonly Light[] = ['red', 'yellow', 'green', 'white'];
export const roles: Record<UnitRole, string> = { any: '全部（含集合）', named: '点名', lead: '牵头', support: '配合' };
export const pasts: Record<PastFact, string> = { accepted: '已办结', reported: '已反馈', overdue: '逾期未办结' };
export const sorts: Record<LedgerSort, string> = { no: '序号', due: '完成时限', light: '亮灯', state: '状态' };

/** The parameters, as text; '' = not set. */
export interface LedgerAddress {
  list: string;
  q: string;
  unit: string;
  role: string;
  light: string;
  state: string;
  section: string;
  from: string;
  to: string;
  unreported: string;
  blocked: string;
  /** accepted, reported or overdue, by the end of the day `on`. */
  was: string;
  on: string;
  sort: string;
  way: string;
  page: string;
}

const nothing: LedgerAddress = {
  list: '', q: '', unit: '', role: '', light: '', state: '', section: '', from: '', to: '', unreported: '', blocked: '',
  was: '', on: '',  sort: '', way: '', page: '',
}; // prettier-ignore

export function readAddress(context: Context): LedgerAddress {
  const names = Object.keys(nothing) as (keyof LedgerAddress)[];
  return Object.fromEntries(names.map(name => [name, asked(context, name)])) as unknown as LedgerAddress;
}

/** A link to the rows a filter means. @param path - /ledger, or what takes the same filter */
export function ledgerLink(address: Partial<LedgerAddress>, path = '/ledger'): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(address)) if (value !== '') query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function oneOf<T extends string>(text: string, values: readonly T[]): T | undefined {
  return values.find(value => value === text);
}

/** The filter an address means; what it does not know is as if it were not there. */
export function filterOf(address: LedgerAddress, listId: string, visit: Visit): LedgerFilter {
  const { directory } = visit;
  const role = oneOf(address.role, Object.keys(roles) as UnitRole[]);
  const light = oneOf(address.light, lights);
  const past = oneOf(address.was, Object.keys(pasts) as PastFact[]);
  const state = oneOf(address.state, ['open', ...Object.keys(stateNames)] as (TaskState | 'open')[]);
  return {
    listId,
    ...(address.q === '' ? {} : { words: address.q }),
    ...(directory.unitNameById.has(address.unit)
      ? { unit: { id: address.unit, collectiveIds: directory.collectivesOfUnit.get(address.unit) ?? [] } }
      : {}),
    ...(role ? { role } : {}),
    ...(light ? { light } : {}),
    ...(state ? { state } : {}),
    ...(address.section === '' ? {} : { sectionId: address.section }),
    ...(isCivilDate(address.from) ? { dueFrom: address.from } : {}),
    ...(isCivilDate(address.to) ? { dueTo: address.to } : {}),
    ...(address.unreported === '1' ? { unreported: true } : {}),
    ...(past && isCivilDate(address.on) ? { was: { what: past, on: address.on } } : {}),
    ...(address.blocked === '1' ? { blocked: true } : {}),
  };
}

export function sortOf(address: LedgerAddress): { sort: LedgerSort; descending: boolean } {
  const sort = oneOf(address.sort, Object.keys(sorts) as LedgerSort[]) ?? 'no';
  return { sort, descending: address.way === 'down' };
}
