// 看板: lights by unit and by section, what is due when, who has not reported, difficulties; every number opens its rows.
import type Router from '@koa/router';
import { type Context } from 'koa';
import { type EntityManager } from 'typeorm';
import { type CivilDate, civilDateOf } from '../calendar/civil-date';
import { may, maySeeProgressOf } from '../directory/identity';
import { monthDay, shorten } from '../rendering/wording';
import { type BoardFigures, findBoardFigures, findUnitFigures, type LightCounts } from '../reports/board-figures';
import { findTrend, type TrendPoint } from '../reports/progress-trend';
import { stateNames } from '../tasks/task-state';
import { chooseListOf } from './chosen-list';
import { pageOf, pager } from './directory-pages';
import { dueCalendar } from './due-calendar';
import { showPage } from './layout';
import { type LedgerAddress, ledgerLink, lights } from './ledger-address';
import { MarkedShelf } from './marked-shelf';
import { type SiteParts } from './site-parts';
import { asked, type Visit, visitOf } from './visit';

const maxBlockers = 20;
const maxUnits = 30;
const unitsAPage = 100;

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
      since: civilDateOf(row.since),
    }));
}

/** Units of a list, as rows of lights. */
function unitRows(units: BoardFigures['units'], list: string): object[] {
  return units.map(unit => {
    const address = { list, unit: unit.id, role: 'named' };
    return {
      name: unit.name,
      all: { count: unit.total, href: ledgerLink(address) },
      ...lightsOf(unit.lights, unit.total, address),
    };
  });
}

/** Those this person looks for first; none for those who look at all of them. */
function ownUnits(units: BoardFigures['units'], { actor }: Visit): BoardFigures['units'] {
  if (may(actor, 'see_all_units')) return [];
  const own = new Set(actor.posts.map(post => post.unit?.id));
  return units.filter(unit => own.has(unit.id));
}

function trendFor(trend: readonly TrendPoint[], list: string): object[] {
  return trend.map(({ day, accepted, reported, overdue }) => ({
    day: monthDay(day),
    cells: Object.entries({ accepted, reported, overdue }).map(([was, count]) => ({
      count,
      href: ledgerLink({ list, was, on: day }),
    })),
  }));
}

interface BoardFacts {
  figures: BoardFigures;
  trend: TrendPoint[];
}

async function showBoard(context: Context, parts: SiteParts, shelf: MarkedShelf<BoardFacts>): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const { list, lists } = await chooseListOf(manager, asked(context, 'list'));
  const { today } = visit;
  const [{ figures, trend }, blockers] = await Promise.all([
    shelf.get(manager, `${list.id} ${today}`, visit.directory, async () => {
      const [figures, trend] = await Promise.all([
        findBoardFigures(manager, list.id, visit),
        findTrend(manager, list.id, { since: civilDateOf(list.importedAt), today }),
      ]);
      return { figures, trend };
    }),
    blockersFor(manager, list.id, visit),
  ]);
  const name = list.shortName;
  const figure = (count: number, address: Partial<LedgerAddress>): Figure => ({
    count,
    href: ledgerLink({ list: name, ...address }),
  });
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
      reported: figure(trend.at(-1)?.reported ?? 0, { was: 'reported', on: today }),
      trend: trendFor(trend, name),
      own: unitRows(ownUnits(figures.units, visit), name),
      units: unitRows(figures.units.slice(0, maxUnits), name),
      moreUnits: Math.max(0, figures.units.length - maxUnits),
      allUnits: `/board/units?list=${encodeURIComponent(name)}`,
      sections: figures.sections.map(section => {
        const address = { list: name, section: section.id };
        return {
          name: section.name,
          all: figure(section.total, address),
          ...lightsOf(section.lights, section.total, address),
        };
      }),
      calendar: dueCalendar(figures.days, { list: name, today, calendar: visit.calendar }),
      unreported: figures.unreported.slice(0, maxUnits).map(({ id, name: unit, count }) => ({
        name: unit,
        ...figure(count, { unit: id, role: 'named', unreported: '1', to: figures.unreportedUntil }),
      })),
      moreUnreported: Math.max(0, figures.unreported.length - maxUnits),
      blockers: blockers.slice(0, maxBlockers),
      moreBlockers: Math.max(0, blockers.length - maxBlockers),
    },
  });
}

async function showUnits(context: Context, parts: SiteParts): Promise<void> {
  const visit = visitOf(context);
  const { manager } = parts.dataSource;
  const { list } = await chooseListOf(manager, asked(context, 'list'));
  const units = await findUnitFigures(manager, list.id, visit);
  const page = pageOf(context);
  await showPage(context, parts, visit, {
    name: 'board-units',
    title: '看板 · 按单位',
    data: {
      list: { shortName: list.shortName, title: list.title },
      units: unitRows(units.slice((page - 1) * unitsAPage, page * unitsAPage), list.shortName),
      pager: pager(context, page, units.length, unitsAPage),
    },
  });
}

export function addBoardPage(router: Router, parts: SiteParts): void {
  const shelf = new MarkedShelf<BoardFacts>(8);
  router.get('/board', context => showBoard(context, parts, shelf));
  router.get('/board/units', context => showUnits(context, parts));
}
