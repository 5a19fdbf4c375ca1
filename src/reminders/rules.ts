// The rules of a list's reminders, as the ladder and the owing want them; read from the settings.
import { type EscalationLevel } from '../database/entities/reminder';
import { type ListSettings, type SettingsView, usualSettings } from '../database/list-settings';
import { type Ladder } from './ladder';

export interface Rules {
  ladder: Ladder;
  owing: ListSettings['owing'];
  longTerm: ListSettings['longTerm'];
  /** Workdays overdue from which on each level is raised; 0 = never. */
  raisedAfter: Record<EscalationLevel, number>;
}

/** The rules of a list, by its id. */
export type RulesOf = (listId: string) => Rules;

function rulesFrom({ ladder, insistAt, overdue, owing, longTerm, ...settings }: ListSettings): Rules {
  return {
    ladder: { rungs: ladder, insistAt, overdue },
    owing,
    longTerm,
    raisedAfter: { leader: settings.leaderAfter, yellow: settings.yellowAfter, red: settings.redAfter },
  };
}

const usualRules = rulesFrom(usualSettings);

/** The rules of product description §6, for every list. */
export const asUsual: RulesOf = () => usualRules;

/** The rules as set; each list's are put together once. */
export function rulesOf(settings: SettingsView): RulesOf {
  const known = new Map<string, Rules>();
  return listId => {
    let rules = known.get(listId);
    if (!rules) known.set(listId, (rules = rulesFrom(settings.of(listId))));
    return rules;
  };
}
