// The platform's limits as set, kept for a few seconds.
import { type DataSource } from 'typeorm';
import { type ListSettings, loadSettings } from '../database/list-settings';

export type Limits = Pick<ListSettings, 'perSecond' | 'perGroupMinute'>;

const keptMs = 5000;

export function keepLimits(dataSource: DataSource): () => Promise<Limits> {
  let held: { limits: Limits; until: number } | null = null;
  return async () => {
    if (held && held.until > performance.now()) return held.limits;
    const limits = (await loadSettings(dataSource.manager)).of(null);
    held = { limits, until: performance.now() + keptMs };
    return limits;
  };
}
