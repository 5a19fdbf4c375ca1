// What the site's pages need of the house.
import { type FileDoor } from '../messages';
import { type DoorParts } from './door';
import { type RateLimits } from './rate-limits';

export interface SiteParts extends DoorParts {
  /** Called after each commit that put something into the outbox. */
  wakeOutbox: () => void;
  /** What people have sent, at the chat platform. */
  files: Pick<FileDoor, 'fetch'>;
  /** Others than the usual ones, for tests. */
  rates?: RateLimits;
}
