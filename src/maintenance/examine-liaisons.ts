// Which units with tasks nobody of could be told: named for whoever keeps the directory of people.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { findOrphanUnits } from '../directory/orphan-units';
import { type Finding } from './finding';

const mostNamed = 8;

/** Never writes. */
export async function examineLiaisons(manager: EntityManager, today: CivilDate): Promise<Finding[]> {
  const orphans = await findOrphanUnits(manager, today);
  if (orphans.length === 0) return [{ what: '联络员', ok: true, note: '承担任务的单位都有可送达的联络员' }];
  const named = orphans
    .slice(0, mostNamed)
    .map(({ unit, tasks, liaisons }) =>
      liaisons.length === 0 ? `${unit}（${tasks} 项）` : `${unit}（${tasks} 项，${liaisons.join('、')}没有钉钉账号）`,
    );
  const more = orphans.length > mostNamed ? `等 ${orphans.length} 个单位` : '';
  return [
    {
      what: '联络员',
      ok: false,
      note: `${named.join('、')}${more}没有可送达的联络员，收不到私聊提醒；全部见 duban staff --orphans，补好后请运行 duban staff 文件`,
    },
  ];
}
