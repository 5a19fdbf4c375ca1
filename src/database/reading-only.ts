// A manager whose writes are noticed before they reach the server: forbidden, where only reading is allowed, or just noted.
import { type EntityManager, type QueryRunner } from 'typeorm';

/** Something was to be written, or locked, where only reading is allowed; nothing has been done. */
export class WritesWanted extends Error {}

const plainRead = /^\s*SELECT\b/iu;
const locks = /\bFOR\s+UPDATE\b|\bLOCK\s+IN\s+SHARE\b|\bFOR\s+SHARE\b/iu;

type Statement = (sql: string, ...more: unknown[]) => unknown;

/**
 * The same transaction; `onWrite` is called before each statement that writes or locks.
 * @param manager - of a transaction
 */
export function watched(manager: EntityManager, onWrite: () => void): EntityManager {
  const { queryRunner } = manager;
  if (!queryRunner) throw new Error('a manager of a transaction is needed');
  const look = (sql: string): void => {
    if (!plainRead.test(sql) || locks.test(sql)) onWrite();
  };
  const watches = Object.assign(Object.create(queryRunner) as QueryRunner, {
    query: async (sql: string, ...more: unknown[]) => {
      look(sql);
      return (queryRunner.query as Statement)(sql, ...more);
    },
    connect: async () => {
      const connection = (await queryRunner.connect()) as Record<'query' | 'execute', Statement>;
      const looked = (kind: 'query' | 'execute'): Statement => {
        return (sql, ...more) => {
          look(sql);
          return connection[kind](sql, ...more);
        };
      };
      return { query: looked('query'), execute: looked('execute') };
    },
    startTransaction: async (...how: Parameters<QueryRunner['startTransaction']>) => {
      onWrite();
      return queryRunner.startTransaction(...how);
    },
  });
  return manager.dataSource.createEntityManager(watches);
}

/**
 * The same transaction, for reading.
 * @param manager - of a transaction
 * @throws WritesWanted from every other use
 */
export function readingOnly(manager: EntityManager): EntityManager {
  return watched(manager, () => {
    throw new WritesWanted();
  });
}
