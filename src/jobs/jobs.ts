// The timetable: every job there is.
import { type Job } from './job';
import { morningReminder } from './morning-reminder';

export const jobs: readonly Job[] = [morningReminder];
