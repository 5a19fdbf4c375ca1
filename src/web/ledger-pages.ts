// 台账: search, filters, sorting and pages on the server; and one task with its whole timeline.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { timelineOf } from '../conversation/handlers/timeline';
import { Section, Task } from '../database/entities/task';
import { may, maySeeProgressOf } from '../directory/identity';
import { shorten } from '../rendering/wording';
import { countLedger, findLedger } from '../reports/ledger-query';
import { findOpenBlockers } from '../tasks/blockers';
import { leadNames, namesOf, progressOf, roleName, whenOf } from '../tasks/task-line';
import { findTasks, namedParties, partOf, type TaskView } from '../tasks/task-queries';
import { isOpen, lightOn, stateNames } from '../tasks/task-state';
import { chooseListOf } from './chosen-list';
import { evidenceOf } from './evidence-pages';
import { fullMoment, showPage } from './layout';
import {
  filterOf,
  type LedgerAddress,
  ledgerLink,
  lights,
  pasts,
  readAddress,
  roles,
  sortOf,
  sorts,
} from './ledger-address';
import { type SiteParts } from './site-parts';
import { Refusal, type Visit, visitOf } from './visit';

const pageSize = 20;
const timelineLength = 200;

interface Row {
  no: number;
  href: string;
  light: string;
  content: string;
  measure: string;
  leads: string;
  supports: string;
  deadline: string;
  when: string;
  state: string;
  progress: string;
  blocked: boolean;
}

function rowOf(task: TaskView, unitId: string, visit: Visit): Row {
  const { today, calendar, directory } = visit;
  const unit = directory.unitNameById.has(unitId)
    ? { id: unitId, collectiveIds: directory.collectivesOfUnit.get(unitId) ?? [] }
    : null;
  const part = unit ? partOf(task, unit) : (namedParties(task).find(party => party.role === 'lead') ?? null);
  return {
    no: task.itemNo,
    href: `/ledger/task/${task.id}`,
    light: lightOn(task, today, calendar),
    content: shorten(task.content, 80),
    measure: shorten(task.measure ?? '', 40),
    leads: leadNames(task),
    supports: shorten(namesOf(task, 'support'), 40),
    deadline: task.deadlineText,
    when: whenOf(task, today, calendar),
    state: stateNames[task.state],
    progress: `${unit && part ? `${roleName(part)} ` : ''}${progressOf(part)}`,
    blocked: task.openBlockers > 0,
  };
}

/** What can be chosen to filter by, with what is chosen. */
async function choicesOf(manager: EntityManager, address: LedgerAddress, listId: string): Promise<object> {
  const sections = await manager.find(Section, { where: { listId }, order: { position: 'ASC' } });
  const units: { id: string; name: string }[] = await manager.query(
    `SELECT u.id, u.name FROM units u
      WHERE EXISTS (SELECT 1 FROM task_units p JOIN tasks t ON t.id = p.taskId AND t.listId = ? WHERE p.unitId = u.id)
      ORDER BY u.name`,
    [listId],
  );
  const option = (value: string, label: string, current: string): object => ({
    value,
    label,
    chosen: value === current,
  });
  return {
    units: units.map(({ id, name }) => option(id, name, address.unit)),
    sections: sections.map(({ id, title }) => option(id, shorten(title, 24), address.section)),
    roles: Object.entries(roles).map(([value, label]) => option(value, label, address.role)),
    states: [['open', '在办'], ...Object.entries(stateNames)].map(([value = '', label = '']) =>
      option(value, label, address.state),
    ),
    lights: lights.map(light => ({ value: light, chosen: light === address.light })),
    sorts: Object.entries(sorts).map(([value, label]) => option(value, label, address.sort)),
  };
}

async function showLedger(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const address = readAddress(context);
  const { list, lists } = await chooseListOf(manager, address.list);
  const filter = filterOf(address, list.id, visit);
  const order = sortOf(address);
  const wanted = /^\d{1,6}$/.test(address.page) ? Math.max(1, Number(address.page)) : 1;
  const rowsOf = (no: number): Promise<TaskView[]> =>
    findLedger(manager, filter, visit, { ...order, page: { size: pageSize, from: (no - 1) * pageSize } });
  const [total, rows, choices] = await Promise.all([
    countLedger(manager, filter, visit),
    rowsOf(wanted),
    choicesOf(manager, address, list.id),
  ]);
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const page = Math.min(pages, wanted);
  // Whoever asks for a page behind the last gets the last.
  const tasks = page === wanted ? rows : await rowsOf(page);
  const link = (change: Partial<LedgerAddress>): string => ledgerLink({ ...address, page: '', ...change });
  await showPage(context, parts, visit, {
    name: 'ledger',
    title: '台账',
    data: {
      list: { shortName: list.shortName, title: list.title },
      lists: lists.map(({ shortName, title }) => ({ shortName, title, chosen: shortName === list.shortName })),
      address,
      past: filter.was ? `${pasts[filter.was.what]}（到 ${filter.was.on} 为止）` : '',
      choices,
      total,
      file: ledgerLink({ ...address, page: '' }, '/ledger.xlsx'),
      page,
      pages,
      previous: page > 1 ? link({ page: String(page - 1) }) : '',
      next: page < pages ? link({ page: String(page + 1) }) : '',
      heads: Object.entries(sorts).map(([name, label]) => {
        const current = order.sort === name;
        return {
          name,
          label,
          href: link({ sort: name, way: current && !order.descending ? 'down' : '' }),
          way: current ? (order.descending ? 'descending' : 'ascending') : 'none',
        };
      }),
      rows: tasks.map(task => rowOf(task, address.unit, visit)),
      filtered: Object.entries(address).some(
        ([name, value]) => value !== '' && !['list', 'sort', 'way', 'page'].includes(name),
      ),
    },
  });
}

async function showTask(context: Context, parts: SiteParts, id: string): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const row = await manager.findOneBy(Task, { id });
  const [task] = row ? await findTasks(manager, { listId: row.listId, itemNos: [row.itemNo] }) : [];
  if (!task) throw new Refusal(404, '没有这项任务。');
  const onTask = new Set(task.parties.map(party => party.unitId).filter(id => id !== ''));
  const sees = (unitId: string): boolean => maySeeProgressOf(visit.actor, unitId, onTask);
  const visible = new Set([...onTask].filter(sees));
  const blockers = (await findOpenBlockers(manager, [task.id])).filter(blocker => sees(blocker.unitId));
  await showPage(context, parts, visit, {
    name: 'task',
    title: `第${task.itemNo}项`,
    data: {
      task: {
        no: task.itemNo,
        list: task.listName,
        content: task.content,
        section: task.section ?? '',
        measure: task.measure ?? '',
        leads: leadNames(task),
        supports: namesOf(task, 'support') + (task.openEnded ? '等' : ''),
        deadline: task.deadlineText || '未写',
        when: whenOf(task, visit.today, visit.calendar),
        state: stateNames[task.state],
        light: lightOn(task, visit.today, visit.calendar),
        open: isOpen(task.state),
      },
      parts: task.parties
        .filter(party => party.unitId !== '')
        .map(party => ({
          unit: party.unitName,
          role: roleName(party),
          progress: progressOf(party),
          text: sees(party.unitId) ? (party.lastText ?? '') : '',
        })),
      blockers: blockers.map(blocker => ({
        unit: visit.directory.unitNameById.get(blocker.unitId) ?? '',
        text: blocker.text,
        answer: blocker.answer ?? '',
        at: fullMoment(blocker.createdAt),
      })),
      evidence: await evidenceOf(manager, task.id, visible),
      timeline: await timelineOf(manager, task.id, visible, timelineLength),
      hidden: visible.size < onTask.size && !may(visit.actor, 'see_all_units'),
    },
  });
}

export function addLedgerPages(router: Router, parts: SiteParts): void {
  router.get('/ledger', context => showLedger(context, parts));
  router.get('/ledger/task/:id', context => showTask(context, parts, context.params['id'] ?? ''));
}
