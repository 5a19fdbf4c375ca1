// Column types used by every entity, so that one kind of value is stored in one way on every engine.
import { type ColumnOptions } from 'typeorm';

/** Names, ids, keys: compared byte by byte (the tables' collation is utf8mb4_bin). */
export const idColumn = { type: 'varchar', length: 36 } as const satisfies ColumnOptions;

/** An instant in UTC with milliseconds, from the program's clock. */
export const instantColumn = { type: 'datetime', precision: 3 } as const satisfies ColumnOptions;

/** A civil date "YYYY-MM-DD". */
export const civilDateColumn = { type: 'date' } as const satisfies ColumnOptions;

/**
 * A JSON value in a text column: MariaDB and MySQL disagree about the type JSON, text is the same everywhere.
 * undefined and null are stored as NULL.
 */
export const jsonColumn = {
  type: 'mediumtext',
  transformer: {
    to: (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value)),
    from: (text: string | null) => (text === null ? null : (JSON.parse(text) as unknown)),
  },
} as const satisfies ColumnOptions;
