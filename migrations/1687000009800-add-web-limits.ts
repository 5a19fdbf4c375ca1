// How often somebody has knocked at the web site's door, or written, in the present minute. Safe to repeat.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddWebLimits1687000009800 implements MigrationInterface {
  readonly name = 'AddWebLimits1687000009800';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE IF NOT EXISTS web_limits (
      \`name\` varchar(190) NOT NULL,
      \`hits\` int NOT NULL,
      \`endsAt\` datetime(3) NOT NULL,
      PRIMARY KEY (\`name\`),
      KEY web_limits_ends (\`endsAt\`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS web_limits');
  }
}
