// The spreadsheet library, loaded with the first workbook: most imports and every other command do without it.
import { createRequire } from 'node:module';
import type * as Library from '@e965/xlsx';

/** The package's number formatter, which comes without types. */
export interface NumberFormatter {
  get_table(): Record<number, string>;
  parse_date_code(value: number, options: { date1904: boolean }): { y: number; m: number; d: number } | null;
  format(format: string, value: number, options: { date1904: boolean }): string;
}

let loaded: typeof Library | null = null;

export function spreadsheetLibrary(): typeof Library {
  loaded ??= createRequire(__filename)('@e965/xlsx') as typeof Library;
  return loaded;
}

export function numberFormatter(): NumberFormatter {
  return spreadsheetLibrary().SSF as NumberFormatter;
}
