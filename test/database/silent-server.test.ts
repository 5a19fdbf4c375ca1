// A server that goes silent: whoever waits for it is freed, also on a connection that has rested before; one that rests is left alone.
import { createServer, type Server, type Socket, connect } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type DataSource } from 'typeorm';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { emptyDatabase } from '../support/database';

const silentAfterMs = 400;

let database: { url: string; drop(): Promise<void> };
let proxy: Server;
let dataSource: DataSource;
let frozen = false;
const sockets = new Set<Socket>();

/** Passes everything on until it is frozen: then bytes go nowhere, and nobody says so. */
function startProxy(target: ReturnType<typeof parseDatabaseUrl>): Promise<Server> {
  const server = createServer(client => {
    const upstream = target.socketPath ? connect(target.socketPath) : connect(target.port ?? 3306, target.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', data => {
      if (!frozen) upstream.write(data);
    });
    upstream.on('data', data => {
      if (!frozen) client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => { resolve(server); })); // prettier-ignore
}

beforeEach(async () => {
  frozen = false;
  database = await emptyDatabase();
  const { socketPath: _, ...settings } = parseDatabaseUrl(database.url);
  proxy = await startProxy(parseDatabaseUrl(database.url));
  dataSource = createDataSource(
    { ...settings, host: '127.0.0.1', port: (proxy.address() as AddressInfo).port },
    { silentAfterMs, poolSize: 1 },
  );
  await dataSource.initialize();
});

afterEach(async () => {
  frozen = false;
  await dataSource.destroy();
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => proxy.close(resolve));
  await database.drop();
});

const connectionId = async (): Promise<unknown> => {
  const [row]: { id: unknown }[] = await dataSource.query('SELECT CONNECTION_ID() AS id');
  return row?.id;
};
const rest = (): Promise<void> => new Promise(resolve => setTimeout(resolve, silentAfterMs * 3));

test('a connection that rests in the pool is the same afterwards', async () => {
  const before = await connectionId();
  await rest();
  expect(await connectionId()).toEqual(before);
});

test('a query on a silent server fails, on a connection that has rested before too, and the next one works', async () => {
  await connectionId();
  await rest();
  frozen = true;
  await expect(dataSource.query('SELECT 1')).rejects.toThrow();
  frozen = false;
  expect(await connectionId()).toBeDefined();
});

test('a slow answer that keeps coming is waited for', async () => {
  const rows: unknown[] = await dataSource.query('SELECT SLEEP(0.25) AS a UNION ALL SELECT SLEEP(0.01)');
  expect(rows).toHaveLength(2);
});
