// The least a running bot needs: rows, never tables; of the audit it may write and read, not change or delete.
import { type DataSource } from 'typeorm';

/** Written by `duban migrate` alone, which another account runs. */
const readOnly: ReadonlySet<string> = new Set(['schema_steps']);
const appendOnly: ReadonlySet<string> = new Set(['audit_entries']);

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/**
 * The GRANT statements for the account the bot runs under, one for each table there is.
 * @param account - as the server names it, e.g. 'duban'@'10.1.2.%'
 */
export async function grantsFor(dataSource: DataSource, account: string): Promise<string[]> {
  const [row]: { name: string }[] = await dataSource.query('SELECT DATABASE() AS name');
  const tables: Record<string, string>[] = await dataSource.query('SHOW TABLES');
  return tables
    .flatMap(table => Object.values(table))
    .map(table => {
      const rights = readOnly.has(table)
        ? 'SELECT'
        : appendOnly.has(table)
          ? 'SELECT, INSERT'
          : 'SELECT, INSERT, UPDATE, DELETE';
      return `GRANT ${rights} ON ${quote(row?.name ?? '')}.${quote(table)} TO ${account};`;
    });
}
