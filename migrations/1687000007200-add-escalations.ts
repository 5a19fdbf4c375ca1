// What being overdue was raised to: the leader, 黄牌, 红牌.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddEscalations1687000007200 implements MigrationInterface {
  readonly name = 'AddEscalations1687000007200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS escalations (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`due\` date NOT NULL,
        \`level\` varchar(10) NOT NULL,
        \`day\` date NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY escalations_once (\`taskId\`,\`unitId\`,\`due\`,\`level\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS escalations');
  }
}
