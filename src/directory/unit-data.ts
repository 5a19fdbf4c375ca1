// The unit directory as plain data: what units.json says, what the tables hold, what the pure rooms read.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError, messageOf } from '../errors';

export interface UnitAlias {
  text: string;
  /** certain = take it for the unit; ask = a person decides. */
  status: 'certain' | 'ask';
}

export interface UnitEntry {
  /** Canonical short name (规范简称), e.g. 区市场监管局. */
  name: string;
  fullName: string | null;
  kind: string;
  level: string;
  note: string | null;
  aliases: UnitAlias[];
  /** Canonical name of the unit it stands under; null = under none; undefined = nothing is said of it. */
  parent?: string | null;
}

export interface CollectiveEntry {
  /** e.g. 各镇街 */
  name: string;
  aliases: string[];
  /** members = expands to `members` (canonical names); manual = never without a person's decision. */
  resolve: 'members' | 'manual';
  members: string[];
  note: string | null;
}

export interface UnitDirectoryData {
  district: string | null;
  units: UnitEntry[];
  collectives: CollectiveEntry[];
}

const fileShape = z.object({
  district: z.string().optional(),
  units: z.array(
    z.object({
      name: z.string().trim().min(1),
      kind: z.string().default('government'),
      level: z.string().default('district'),
      full_name: z.string().nullish(),
      // As `duban units list --json` writes it.
      fullName: z.string().nullish(),
      note: z.string().nullish(),
      parent: z.string().trim().min(1).nullish(),
      settled: z.boolean().default(true),
      aliases: z.array(z.object({ text: z.string().trim().min(1), status: z.enum(['certain', 'ask']) })).default([]),
    }),
  ),
  collectives: z
    .array(
      z.object({
        name: z.string().trim().min(1),
        aliases: z.array(z.string().trim().min(1)).default([]),
        resolve: z.enum(['members', 'manual']).default('manual'),
        members: z.union([z.array(z.string()), z.string()]).nullish(),
        note: z.string().nullish(),
      }),
    )
    .default([]),
  towns: z
    .array(
      z.object({
        name: z.string().trim().min(1),
        short: z.array(z.string()).default([]),
        full_name: z.string().nullish(),
        type: z.string().default('镇'),
        in_group: z.boolean().default(true),
        note: z.string().nullish(),
      }),
    )
    .default([]),
});

/**
 * Reads a directory file (units.json).
 * Names that an export marks as not settled (`"settled": false`) are left out: nobody has said they are units.
 * Towns become units of kind "town"; a collective whose members are "towns…" gets the towns in the group.
 * A town's short name that is also a different unit's beginning (花湖) becomes an alias to ask about.
 *
 * @throws AppError bad_input with a Chinese sentence that says what and where
 */
export function parseUnitDirectory(text: string, fileName: string): UnitDirectoryData {
  let raw: unknown;
  try {
    raw = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AppError('bad_input', `单位名录 ${fileName} 不是有效的 JSON：${messageOf(cause)}`, {
      expose: true,
      cause,
    });
  }
  const checked = fileShape.safeParse(raw);
  if (!checked.success) {
    const places = checked.error.issues
      .slice(0, 5)
      .map(issue => `${issue.path.join('.') || '（顶层）'}：${issue.message}`);
    throw new AppError('bad_input', `单位名录 ${fileName} 格式不对：${places.join('；')}`, { expose: true });
  }
  const file = checked.data;
  const groupTowns = file.towns.filter(town => town.in_group).map(town => town.name);
  const settled = file.units.filter(unit => unit.settled);
  const units: UnitEntry[] = settled.map(unit => ({
    name: unit.name,
    fullName: unit.full_name ?? unit.fullName ?? null,
    kind: unit.kind,
    level: unit.level,
    note: unit.note ?? null,
    aliases: unit.aliases,
    ...(unit.parent === undefined ? {} : { parent: unit.parent }),
  }));
  const unitNames = units.map(unit => unit.name);
  for (const town of file.towns)
    units.push({
      name: town.name,
      fullName: town.full_name ?? null,
      kind: 'town',
      level: 'town',
      note: town.note ?? null,
      aliases: town.short.map(text => ({
        text,
        status: unitNames.some(name => name.startsWith(text)) ? 'ask' : 'certain',
      })),
    });
  const seen = new Set<string>();
  for (const { name } of units) {
    if (seen.has(name)) throw new AppError('bad_input', `单位名录 ${fileName} 中“${name}”出现两次`, { expose: true });
    seen.add(name);
  }
  return {
    district: file.district ?? null,
    units,
    collectives: file.collectives.map(group => ({
      name: group.name,
      aliases: group.aliases,
      resolve: group.resolve,
      members: Array.isArray(group.members) ? group.members : group.resolve === 'members' ? groupTowns : [],
      note: group.note ?? null,
    })),
  };
}

/** Reads a directory file from disk; a missing file is an AppError bad_input. */
export function readUnitDirectory(path: string): UnitDirectoryData {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('bad_input', `读不到单位名录 ${path}：${messageOf(cause)}`, { expose: true, cause });
  }
  return parseUnitDirectory(text, path);
}

/**
 * Two directories as one: what `first` says of a unit holds, but an alias that is settled in either is settled.
 */
export function mergeDirectories(first: UnitDirectoryData, second: UnitDirectoryData): UnitDirectoryData {
  const units = first.units.map(unit => {
    const other = second.units.find(one => one.name === unit.name);
    const aliases = new Map(unit.aliases.map(alias => [alias.text, alias]));
    for (const alias of other?.aliases ?? [])
      if (alias.status === 'certain' || !aliases.has(alias.text)) aliases.set(alias.text, alias);
    return { ...unit, aliases: [...aliases.values()] };
  });
  const known = new Set([...first.units, ...first.collectives].map(one => one.name));
  return {
    district: first.district ?? second.district,
    units: [...units, ...second.units.filter(unit => !known.has(unit.name))],
    collectives: [...first.collectives, ...second.collectives.filter(group => !known.has(group.name))],
  };
}
