// The inbox, conversation state, the outbox. Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateMessages1687000004000 implements MigrationInterface {
  readonly name = 'CreateMessages1687000004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS inbox_messages (
        \`id\` varchar(36) NOT NULL,
        \`robotCode\` varchar(128) NOT NULL,
        \`messageId\` varchar(190) NOT NULL,
        \`conversationId\` varchar(190) NOT NULL,
        \`senderStaffId\` varchar(128) NULL,
        \`sentAt\` datetime(3) NOT NULL,
        \`receivedAt\` datetime(3) NOT NULL,
        \`payload\` mediumtext NULL,
        \`status\` varchar(10) NOT NULL,
        \`attempts\` int NOT NULL,
        \`nextAttemptAt\` datetime(3) NOT NULL,
        \`handledAt\` datetime(3) NULL,
        \`outcome\` varchar(500) NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY inbox_messages_once (\`robotCode\`,\`messageId\`),
        KEY inbox_messages_waiting (\`status\`,\`nextAttemptAt\`),
        KEY inbox_messages_conversation (\`conversationId\`,\`status\`,\`sentAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS conversation_states (
        \`id\` varchar(36) NOT NULL,
        \`conversationId\` varchar(190) NOT NULL,
        \`speakerId\` varchar(128) NOT NULL,
        \`state\` mediumtext NULL,
        \`updatedAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY conversation_states_talk (\`conversationId\`,\`speakerId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS outbox_messages (
        \`id\` varchar(36) NOT NULL,
        \`dedupKey\` varchar(190) NOT NULL,
        \`recipient\` mediumtext NOT NULL,
        \`recipientKey\` varchar(190) NOT NULL,
        \`replyUrl\` mediumtext NULL,
        \`mention\` varchar(128) NULL,
        \`reply\` mediumtext NOT NULL,
        \`tasksShown\` mediumtext NULL,
        \`priority\` int NOT NULL,
        \`status\` varchar(10) NOT NULL,
        \`nextAt\` datetime(3) NOT NULL,
        \`notAfter\` datetime(3) NULL,
        \`claimToken\` varchar(36) NULL,
        \`leaseUntil\` datetime(3) NULL,
        \`sendStartedAt\` datetime(3) NULL,
        \`attempts\` int NOT NULL,
        \`sentAt\` datetime(3) NULL,
        \`providerKey\` varchar(190) NULL,
        \`problem\` varchar(500) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY outbox_messages_once (\`dedupKey\`),
        KEY outbox_messages_due (\`status\`,\`nextAt\`),
        KEY outbox_messages_claim (\`claimToken\`),
        KEY outbox_messages_provider_key (\`providerKey\`),
        KEY outbox_messages_recipient (\`recipientKey\`,\`sentAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS outbox_messages');
    await runner.query('DROP TABLE IF EXISTS conversation_states');
    await runner.query('DROP TABLE IF EXISTS inbox_messages');
  }
}
