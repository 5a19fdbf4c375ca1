// Files people sent: only from the platform's own hosts, bounded in size and time, every failure a sentence.
import { allowedFileUrl, FileDownload, type FetchedFile } from '../../src/channels/dingtalk/file-download';
import { HttpStandIn } from './http-stand-in';

let storage: HttpStandIn;

beforeEach(async () => {
  storage = await HttpStandIn.start();
});
afterEach(() => storage.stop());

async function fetchFrom(address: string, totalMs = 5_000, maxBytes = 1000): Promise<FetchedFile> {
  const api = { fileAddress: (code: string) => Promise.resolve({ address: `${address}?code=${code}` }) };
  const files = new FileDownload(api, [storage.base], { totalMs });
  try {
    return await files.fetch('code-1', { maxBytes });
  } finally {
    await files.close();
  }
}

const sentence = (fetched: FetchedFile): string => (fetched.outcome === 'failed' ? fetched.sentence : 'fetched');

test('the bytes as they are', async () => {
  storage.on('/file', { body: '序号,任务', headers: { 'content-type': 'application/octet-stream' } });
  const fetched = await fetchFrom(`${storage.base}/file`);
  expect(fetched).toEqual({ outcome: 'fetched', bytes: Buffer.from('序号,任务') });
});

test('too large, gone, cut off, silent, led elsewhere: a sentence that does not name the address', async () => {
  storage.on('/large', { body: 'x'.repeat(1001) });
  storage.on('/gone', { status: 403, body: 'expired' });
  storage.on('/elsewhere', { status: 302, headers: { location: `${storage.base}/file` } });
  storage.on('/half', 'half');
  storage.on('/hang', 'hang');
  const said = {
    large: sentence(await fetchFrom(`${storage.base}/large`)),
    gone: sentence(await fetchFrom(`${storage.base}/gone`)),
    elsewhere: sentence(await fetchFrom(`${storage.base}/elsewhere`)),
    half: sentence(await fetchFrom(`${storage.base}/half`)),
    hang: sentence(await fetchFrom(`${storage.base}/hang`, 200)),
  };
  expect(said).toEqual({
    large: '文件超过 0 MB 的上限，没有下载。',
    gone: '没能从钉钉下载文件（HTTP 403），请重新发送。',
    elsewhere: '没能从钉钉下载文件（HTTP 302），请重新发送。',
    half: '没能从钉钉下载文件（连接中断），请稍后重新发送。',
    hang: '没能从钉钉下载文件（超时），请稍后重新发送。',
  });
  expect(storage.askedAt('/file')).toHaveLength(0);
});

test('what the platform will not open is said in its words', async () => {
  const refused = new FileDownload({ fileAddress: () => Promise.resolve({ problem: '钉钉拒绝了请求（无效）' }) }, []);
  expect(sentence(await refused.fetch('code-1', { maxBytes: 1 }))).toBe(
    '没能从钉钉取得文件：钉钉拒绝了请求（无效）。请稍后重新发送。',
  );
  await refused.close();
});

test.each([
  ['https://down-cdn.dingtalk.com/x?y=1', 'https://down-cdn.dingtalk.com/x?y=1'],
  ['http://down.dingtalk.com/x', 'https://down.dingtalk.com/x'],
  ['https://bucket.oss-cn-zhangjiakou.aliyuncs.com/x', 'https://bucket.oss-cn-zhangjiakou.aliyuncs.com/x'],
  ['http://127.0.0.1:4000/file/1', 'http://127.0.0.1:4000/file/1'],
  ['http://127.0.0.1:4001/file/1', null],
  ['http://localhost:4000/file/1', null],
  ['http://169.254.169.254/latest/meta-data', null],
  ['https://dingtalk.com.evil.example/x', null],
  ['https://evildingtalk.com/x', null],
  ['https://a:b@down.dingtalk.com/x', null],
  ['https://down.dingtalk.com:8443/x', null],
  ['file:///etc/passwd', null],
  ['ftp://down.dingtalk.com/x', null],
  ['not an address', null],
])('%s → %s', (address, called) => {
  const url = allowedFileUrl(address, ['http://127.0.0.1:4000', 'https://oapi.dingtalk.com']);
  expect(url === null ? null : url.href).toBe(called);
});

test('an address elsewhere is not called', async () => {
  expect(sentence(await fetchFrom('http://192.0.2.1/x'))).toBe('文件不在钉钉的服务器上，没有下载。');
});
