// What takes long to work out for a whole city, kept until anything it depends on has changed; in each process for itself.
import { type EntityManager } from 'typeorm';
import { type DirectoryView } from '../directory/unit-directory';

/** Changes with tasks, reports, acts, settings, moved reminders, posts, groups and workdays. */
async function markOf(manager: EntityManager): Promise<string> {
  const [row]: Record<string, unknown>[] = await manager.query(
    `SELECT (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(version), 0)) FROM tasks) AS tasks,
            (SELECT COUNT(*) FROM changes) AS changes,
            (SELECT COUNT(*) FROM task_acts) AS acts,
            (SELECT CONCAT(COUNT(*), ':', COUNT(decidedAt)) FROM closure_requests) AS closures,
            (SELECT CONCAT(COUNT(*), ':', SUM(status = 'open')) FROM blockers) AS blockers,
            (SELECT MAX(updatedAt) FROM list_settings) AS settings,
            (SELECT COALESCE(SUM(CRC32(CONCAT_WS('|', m.id, m.resumeOn))), 0) FROM reminder_moves m) AS moves,
            (SELECT CONCAT(COUNT(*), ':', COUNT(endedAt), ':', COALESCE(SUM(CRC32(CONCAT(id, COALESCE(lastDay, '')))), 0)) FROM posts) AS posts,
            (SELECT COUNT(*) FROM channel_identities) AS identities,
            (SELECT COALESCE(SUM(CRC32(CONCAT_WS('|', id, status, scope, unitId, listId))), 0) FROM chat_groups) AS chats,
            (SELECT COALESCE(SUM(CRC32(CONCAT_WS('|', day, kind))), 0) FROM calendar_days) AS days,
            (SELECT CONCAT(COUNT(*), ':', COALESCE(MAX(id), '')) FROM audit_entries) AS audit`,
  );
  return JSON.stringify(row);
}

/** Keeps the last few results, each under what it was worked out from. */
export class MarkedShelf<T> {
  private readonly held = new Map<string, { mark: string; directory: DirectoryView; made: Promise<T> }>();

  /** @param places - how many results are kept */
  constructor(private readonly places: number) {}

  /**
   * @param key - what is wanted: a day, a list
   * @param make - works it out from the tables as they are now
   */
  async get(manager: EntityManager, key: string, directory: DirectoryView, make: () => Promise<T>): Promise<T> {
    const mark = await markOf(manager);
    const known = this.held.get(key);
    if (known?.mark === mark && known.directory === directory) return known.made;
    const made = make();
    this.held.set(key, { mark, directory, made });
    for (const old of this.held.keys()) {
      if (this.held.size <= this.places) break;
      this.held.delete(old);
    }
    // What failed is worked out again.
    made.catch(() => this.held.delete(key));
    return made;
  }
}
