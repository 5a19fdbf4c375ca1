// Writes many rows with few statements, each statement of a size every server takes.
import { type EntityManager } from 'typeorm';

export type Value = string | number | boolean | Date | null;

const mostRows = 500;
/** Servers refuse packets of 16 MB and more; a character is at most four bytes, escaped at most eight. */
const mostCharacters = 500_000;

/** Cuts rows into groups that go into one statement each. */
function* groups(rows: Iterable<Value[]>): Generator<Value[][]> {
  let group: Value[][] = [];
  let characters = 0;
  for (const row of rows) {
    const length = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 24), 0);
    if (group.length > 0 && (group.length >= mostRows || characters + length > mostCharacters)) {
      yield group;
      [group, characters] = [[], 0];
    }
    group.push(row);
    characters += length;
  }
  if (group.length > 0) yield group;
}

/**
 * Inserts rows, which may be made while they are written.
 *
 * @param columns - in the order of the values; names of the program, never a user's
 * @param options.update - columns that take the new value where a row of the same key exists; `growing` ones grow by one
 * @param options.onRows - told how many rows have been written since it was last called
 */
export async function insertRows(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: Iterable<Value[]>,
  options: { update?: readonly string[]; growing?: readonly string[]; onRows?: (count: number) => void } = {},
): Promise<void> {
  const quoted = (name: string): string => `\`${name}\``;
  const updates = [
    ...(options.update ?? []).map(name => `${quoted(name)} = VALUES(${quoted(name)})`),
    ...(options.growing ?? []).map(name => `${quoted(name)} = ${quoted(name)} + 1`),
  ];
  const onDuplicate = updates.length > 0 ? ` ON DUPLICATE KEY UPDATE ${updates.join(', ')}` : '';
  const line = `(${columns.map(() => '?').join(', ')})`;
  for (const group of groups(rows)) {
    await manager.query(
      `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES ${group.map(() => line).join(', ')}${onDuplicate}`,
      group.flat(),
    );
    options.onRows?.(group.length);
  }
}

const idsAtOnce = 1000;

/** Runs a statement with `IN (?)` for many ids, in groups. */
export async function forIds(ids: readonly string[], work: (some: string[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < ids.length; i += idsAtOnce) await work(ids.slice(i, i + idsAtOnce));
}
