// Only the unavoidable: one WebSocket frame in, one indexed SELECT, one INSERT transaction, the acknowledgement, one HTTP answer out.
import { createPool } from 'mysql2/promise';
import WebSocket from 'ws';
import { parseDatabaseUrl } from '../src/database/connection-url';

const { DATABASE_URL = '', DINGTALK_API_BASE = '', DINGTALK_CLIENT_ID = '', DINGTALK_CLIENT_SECRET = '' } = process.env;
const pool = createPool({ ...parseDatabaseUrl(DATABASE_URL), connectionLimit: 16 });

interface Frame {
  type: string;
  headers: { messageId: string; topic: string };
  data: string;
}

async function answer(socket: WebSocket, frame: Frame): Promise<void> {
  const message = JSON.parse(frame.data) as { msgId: string; sessionWebhook: string };
  await pool.query('SELECT id, state FROM tasks WHERE itemNo = 1');
  const connection = await pool.getConnection();
  await connection.beginTransaction();
  await connection.query('INSERT INTO bare_loop (id, data) VALUES (?, ?)', [
    `${message.msgId}${performance.now()}`,
    frame.data,
  ]);
  await connection.commit();
  connection.release();
  socket.send(
    JSON.stringify({
      code: 200,
      headers: { messageId: frame.headers.messageId, contentType: 'application/json' },
      message: 'OK',
      data: '{}',
    }),
  );
  await fetch(message.sessionWebhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ msgtype: 'markdown', markdown: { title: '答', text: '答' } }),
  });
}

async function main(): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS bare_loop (id VARCHAR(120) PRIMARY KEY, data MEDIUMTEXT)');
  const opened = await fetch(`${DINGTALK_API_BASE}/v1.0/gateway/connections/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      clientId: DINGTALK_CLIENT_ID,
      clientSecret: DINGTALK_CLIENT_SECRET,
      subscriptions: [{ type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' }],
    }),
  });
  const { endpoint, ticket } = (await opened.json()) as { endpoint: string; ticket: string };
  const socket = new WebSocket(`${endpoint}?ticket=${encodeURIComponent(ticket)}`);
  socket.on('message', raw => {
    const frame = JSON.parse((raw as Buffer).toString('utf8')) as Frame;
    if (frame.type === 'CALLBACK') void answer(socket, frame);
  });
  process.on('SIGTERM', () => process.exit(0));
}

void main();
