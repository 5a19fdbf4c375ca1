// The timetable: every job there is on a day.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { leaderEscalation, leaderWeek, officeDay, officeWeek } from './escalations';
import { type Job } from './job';
import { findMorningJobs } from './morning-reminder';
import { quotaWatch } from './quota-watch';
import { retention } from './retention';

/** The jobs as the settings have them; of those that open at one time the morning comes first. */
export async function findJobs(manager: EntityManager, today: CivilDate): Promise<Job[]> {
  return [
    ...(await findMorningJobs(manager, today)),
    leaderWeek,
    leaderEscalation,
    officeDay,
    officeWeek,
    quotaWatch,
    retention,
  ];
}
