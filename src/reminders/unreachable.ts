// Units that owe and whom no card reaches: neither a group of their own nor a liaison with an account. Pure.
import { type UnitOwed, worstUnitFirst } from './owed-tasks';
import { type GroupRecipient, type UnitPerson } from './recipients';

export interface Unreachable {
  unit: string;
  reason: string;
}

export function unreachableUnits(
  owed: UnitOwed[],
  groups: readonly GroupRecipient[],
  liaisons: readonly UnitPerson[],
): Unreachable[] {
  const reached = new Set([
    ...groups.filter(group => group.unit !== null).map(group => group.unit?.id ?? ''),
    ...liaisons.filter(({ staffId }) => staffId !== null).flatMap(({ units }) => units.map(({ id }) => id)),
  ]);
  const silent = new Map(liaisons.flatMap(({ name, units }) => units.map(({ id }) => [id, name] as const)));
  return owed
    .filter(({ unitId }) => !reached.has(unitId))
    .sort(worstUnitFirst)
    .map(({ unitId, unit }) => {
      const liaison = silent.get(unitId);
      return {
        unit,
        reason: `${liaison === undefined ? '没有联络员' : `联络员${liaison}没有登记钉钉账号`}，也没有绑定本单位的群`,
      };
    });
}
