// Ids made by the application, ordered by time, so that no table needs AUTO_INCREMENT.
import { v7 } from 'uuid';

/** A new id: UUIDv7, 36 characters, sorts by the moment it was made. */
export function newId(): string {
  return v7();
}
