// 看板: lights by unit and by section, what is due when, who has not reported, difficulties; every number opens its rows.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { maySeeProgressOf } from '../directory/identity';
import { dueName, shorten } from '../rendering/wording';
import { type BoardFigures, findBoardFigures, type LightCounts } from '../reports/board-figures';
import { stateNames } from '../tasks/task-state';
import { chooseListOf } from './chosen-list';
import { showPage } from './layout';
import { type LedgerAddress, ledgerLink, lights } from './ledger-address';
import { type SiteParts } from './site-parts';
import { asked, type Visit, visitOf } from './visit';

const maxBlockers = 20;

interface Figure {
  count: number;
  href: string;
}

/** The lights of a row: figures that open their rows, and the stretches of a bar 100 wide. */
function lightsOf(counts: LightCounts, total: number, address: Partial<LedgerAddress>): object {
  const cells = lights.map(light => ({
    light,
    count: counts[light],
    href: ledgerLink({ ...address, light }),
  }));
  const bars: { light: string; x: number; width: number }[] = [];
  let x = 0;
  for (const { light, count } of cells) {
    const width = total === 0 ? 0 : Math.round((count / total) * 10_000) / 100;
    if (width > 0) bars.push({ light, x: Math.round(x * 100) / 100, width });
    x += width;
  }
  return { cells, bars };
}

function dayRows(days: BoardFigures['days'], list: string, visit: Visit): object[] {
  const { today, calendar } = visit;
  return days.map(({ due, total, lights: counts }) => {
    const action = calendar.onOrBefore(due);
    const left = calendar.workdaysBetween(today, action);
    const address = { list, state: 'open', from: due, to: due };
    return {
      name: dueName(due, today),
      day: due,
      left: due < today ? '已过' : left <= 0 ? '最后工作日已到' : `剩${left}个工作日`,
      ...lightsOf(counts, total, address),
      all: { count: total, href: ledgerLink(address) },
    };
  });
}

interface ShownBlocker {
  no: number;
  href: string;
  unit: string;
  text: string;
  answered: boolean;
  since: CivilDate;
}

/** The difficulties this person may read, oldest first. */
async function blockersFor(manager: EntityManager, listId: string, visit: Visit): Promise<ShownBlocker[]> {
  const rows: { taskId: string; itemNo: number; unitId: string; unit: string; text: string; answer: string | null; since: Date; onTask: string | null }[] =
    await manager.query(
      `SELECT t.id AS taskId, t.itemNo, b.unitId, u.name AS unit, b.text, b.answer, b.createdAt AS since,
              (SELECT GROUP_CONCAT(DISTINCT p.unitId) FROM task_units p WHERE p.taskId = t.id AND p.unitId <> '') AS onTask
         FROM blockers b JOIN tasks t ON t.id = b.taskId JOIN units u ON u.id = b.unitId
        WHERE b.status = 'open' AND t.listId = ? ORDER BY b.createdAt, b.id`,
      [listId],
    ); // prettier-ignore
  return rows
    .filter(row => maySeeProgressOf(visit.actor, row.unitId, new Set((row.onTask ?? '').split(','))))
    .map(row => ({
      no: row.itemNo,
      href: `/ledger/task/${row.taskId}`,
      unit: row.unit,
      text: shorten(row.text, 80),
      answered: row.answer !== null,
      since: row.since.toISOString().slice(0, 10),
    }));
}

async function showBoard(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const { list, lists } = await chooseListOf(manager, asked(context, 'list'));
  const figures = await findBoardFigures(manager, list.id, visit);
  const name = list.shortName;
  const figure = (count: number, address: Partial<LedgerAddress>): Figure => ({
    count,
    href: ledgerLink({ list: name, ...address }),
  });
  const blockers = await blockersFor(manager, list.id, visit);
  await showPage(context, parts, visit, {
    name: 'board',
    title: '看板',
    data: {
      list: { shortName: name, title: list.title },
      lists: lists.map(({ shortName, title }) => ({ shortName, title, chosen: shortName === name })),
      all: figure(figures.total, {}),
      lights: lights.map(light => ({ light, ...figure(figures.lights[light], { light }) })),
      states: figures.states.map(({ state, count }) => ({ name: stateNames[state], ...figure(count, { state }) })),
      blocked: figure(figures.blocked, { blocked: '1' }),
      units: figures.units.map(unit => {
        const address = { list: name, unit: unit.id, role: 'named' };
        return {
          name: unit.name,
          left: '',
          all: figure(unit.total, address),
          ...lightsOf(unit.lights, unit.total, address),
        };
      }),
      sections: figures.sections.map(section => {
        const address = { list: name, section: section.id };
        return {
          name: section.name,
          left: '',
          all: figure(section.total, address),
          ...lightsOf(section.lights, section.total, address),
        };
      }),
      days: dayRows(figures.days, name, visit),
      unreported: figures.unreported.map(({ id, name: unit, count }) => ({
        name: unit,
        ...figure(count, { unit: id, role: 'named', unreported: '1', to: figures.unreportedUntil }),
      })),
      blockers: blockers.slice(0, maxBlockers),
      moreBlockers: Math.max(0, blockers.length - maxBlockers),
    },
  });
}

export function addBoardPage(router: Router, parts: SiteParts): void {
  router.get('/board', context => showBoard(context, parts));
}
