// A chat platform as the house joins it: its channel, and what else it has.
import { type Router } from '@koa/router';
import { type Channel, type ContactBook, type FileDoor } from '../messages';

export interface Platform extends Channel {
  /** Where messages, presses and events come in when they come by HTTP; null when nothing does. */
  readonly router: Router | null;
  readonly contacts: ContactBook;
  readonly files: FileDoor;
  /** Its cards can be changed after they were sent. */
  readonly changesCards: boolean;
}
