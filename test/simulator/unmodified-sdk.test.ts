// The official SDK as it comes, at DingTalk's own addresses over TLS: only the names lead to this machine, by a local authority.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { systemClock } from '../../src/clock';
import { projectFile } from '../../src/project-files';
import { startGateway } from '../../src/simulator/dingtalk-gateway';
import { makeCertificates } from '../support/certificate';
import { robot } from './sdk-robot';

const hosts = ['api.dingtalk.com', 'oapi.dingtalk.com', 'wss-open-connection.dingtalk.com'];

/** What a hosts file and a forwarded port do: the names lead to this machine; certificates are checked as ever. */
const hostsFile = (port: number): string => `
  const tls = require('node:tls');
  const real = tls.connect;
  tls.connect = (options, ...rest) => {
    const name = options.servername || options.host;
    if (!${JSON.stringify(hosts)}.includes(name)) throw new Error('called ' + name);
    return real({ ...options, host: '127.0.0.1', port: ${port}, servername: name }, ...rest);
  };`;

const program = `
  const { DWClient, TOPIC_ROBOT } = require('dingtalk-stream');
  const client = new DWClient({ clientId: '${robot.clientId}', clientSecret: '${robot.clientSecret}' });
  client.registerCallbackListener(TOPIC_ROBOT, frame => {
    client.socketCallBackResponse(frame.headers.messageId, { heard: JSON.parse(frame.data).text.content });
  });
  client.getAccessToken().then(() => client.connect());`;

it('gets its token, opens, receives and acknowledges', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'duban-tls-'));
  const { authority, key, certificate } = makeCertificates(hosts);
  const gateway = await startGateway({
    clock: systemClock,
    apps: [robot],
    people: [{ staffId: 'li', name: '李敏' }],
    groups: [{ conversationId: 'cid1', title: '群', members: ['li'] }],
    streamAddress: 'wss://wss-open-connection.dingtalk.com:443/connect',
  });
  const open = new Set<Socket>();
  const front = createServer({ key, cert: certificate }, outside => {
    const inside = connect(gateway.port, '127.0.0.1');
    for (const [one, other] of [[outside, inside], [inside, outside]] as const) {
      open.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    } // prettier-ignore
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  writeFileSync(join(folder, 'authority.pem'), authority);
  writeFileSync(join(folder, 'hosts.cjs'), hostsFile((front.address() as AddressInfo).port));
  const sdk = spawn(process.execPath, ['--require', join(folder, 'hosts.cjs'), '--eval', program], {
    cwd: projectFile(),
    env: { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await gateway.waitForConnections(1, 20_000);
    expect(gateway.calls().map(call => [call.path, call.status])).toEqual([
      ['/gettoken', 200],
      ['/v1.0/gateway/connections/open', 200],
    ]);
    const answered = gateway.waitForEvent(event => (event.kind === 'acknowledged' ? event : null));
    gateway.say({ from: 'li', in: 'cid1', text: '我局本周任务', at: true });
    expect(await answered).toMatchObject({
      delivery: { acknowledgedWith: 200 },
      data: { response: { heard: ' 我局本周任务' } },
    });
  } finally {
    sdk.kill();
    await once(sdk, 'close');
    open.forEach(socket => socket.destroy());
    front.close();
    await gateway.stop();
    rmSync(folder, { recursive: true });
  }
}, 40_000);
