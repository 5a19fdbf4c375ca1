// A manager that only reads: whoever asks it to write or to lock learns that this has to be done elsewhere.
import { type EntityManager, type QueryRunner } from 'typeorm';

/** Something was to be written, or locked, where only reading is allowed; nothing has been done. */
export class WritesWanted extends Error {}

const plainRead = /^\s*SELECT\b/iu;
const locks = /\bFOR\s+UPDATE\b|\bLOCK\s+IN\s+SHARE\b|\bFOR\s+SHARE\b/iu;

function refuseWrites(sql: string): void {
  if (!plainRead.test(sql) || locks.test(sql)) throw new WritesWanted();
}

type Statement = (sql: string, ...more: unknown[]) => unknown;

/**
 * The same transaction, for reading.
 * @param manager - of a transaction
 * @throws WritesWanted from every other use
 */
export function readingOnly(manager: EntityManager): EntityManager {
  const { queryRunner } = manager;
  if (!queryRunner) throw new Error('a manager of a transaction is needed');
  const reads = Object.assign(Object.create(queryRunner) as QueryRunner, {
    query: async (sql: string, ...more: unknown[]) => {
      refuseWrites(sql);
      return (queryRunner.query as Statement)(sql, ...more);
    },
    connect: async () => {
      const connection = (await queryRunner.connect()) as Record<'query' | 'execute', Statement>;
      const guarded = (kind: 'query' | 'execute'): Statement => {
        return (sql, ...more) => {
          refuseWrites(sql);
          return connection[kind](sql, ...more);
        };
      };
      return { query: guarded('query'), execute: guarded('execute') };
    },
    startTransaction: () => Promise.reject(new WritesWanted()),
  });
  return manager.dataSource.createEntityManager(reads);
}
