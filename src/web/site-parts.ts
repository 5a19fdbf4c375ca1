// What the site's pages need of the house.
import { type DoorParts } from './door';

export interface SiteParts extends DoorParts {
  /** Called after each commit that put something into the outbox. */
  wakeOutbox: () => void;
}
