import { allowedReplyUrl, readBase } from '../../src/channels/dingtalk/reply-url';
import { AppError } from '../../src/errors';

const bases = [
  'https://api.dingtalk.com',
  'https://gateway.example.gov.cn:8443',
  'http://127.0.0.1:9001',
  'http://[::1]:9002',
  'http://localhost:9003/oapi',
];

describe('allowedReplyUrl', () => {
  it.each([
    'https://oapi.dingtalk.com/robot/sendBySession?session=66d7c695a9deb885',
    'https://oapi.dingtalk.com:443/robot/sendBySession?session=1',
    'https://api.dingtalk.com/robot/sendBySession?session=79b4****4d4b',
    'http://127.0.0.1:9001/robot/sendBySession?session=1',
    'http://[::1]:9002/robot/sendBySession?session=1',
    'http://localhost:9003/oapi/robot/sendBySession?session=1',
  ])('allows %s', url => {
    expect(allowedReplyUrl(url, bases)).toBe(true);
  });

  it.each([
    '',
    'oapi.dingtalk.com/robot/sendBySession?session=1',
    '//oapi.dingtalk.com/robot/sendBySession?session=1',
    'http://oapi.dingtalk.com/robot/sendBySession?session=1',
    'http://oapi.dingtalk.com:443/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com:8443/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com:80/robot/sendBySession?session=1',
    'ftp://oapi.dingtalk.com/robot/sendBySession?session=1',
    'wss://oapi.dingtalk.com/robot/sendBySession?session=1',
    'file:///robot/sendBySession?session=1',
    'javascript:https://oapi.dingtalk.com/robot/sendBySession?session=1',
    'data:text/plain,https://oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://dingtalk.com/robot/sendBySession?session=1',
    'https://www.dingtalk.com/robot/sendBySession?session=1',
    'https://evil.oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com.evil.cn/robot/sendBySession?session=1',
    'https://oapi-dingtalk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com./robot/sendBySession?session=1',
    'https://oapi.dingtaIk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk。com/robot/sendBySession?session=1',
    'https://ｏapi.dingtalk.com/robot/sendBySession?session=1',
    'https://oаpi.dingtalk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com@evil.cn/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com:443@evil.cn/robot/sendBySession?session=1',
    'https://user@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://user:secret@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://evil.cn#@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://evil.cn\\@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://evil.cn?@oapi.dingtalk.com/robot/sendBySession?session=1',
    'https:\\\\oapi.dingtalk.com\\robot\\sendBySession?session=1',
    'https:/oapi.dingtalk.com/robot/sendBySession?session=1',
    'https:oapi.dingtalk.com/robot/sendBySession?session=1',
    'HTTPS://OAPI.DINGTALK.COM/robot/sendBySession?session=1',
    ' https://oapi.dingtalk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com/robot/sendBySession?session=1\n',
    'https://oapi.ding\ttalk.com/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com\u0000.evil.cn/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com%2eevil.cn/robot/sendBySession?session=1',
    'https://oapi.dingtalk%2ecom/robot/sendBySession?session=1',
    'https://oapi.dingtalk.com/robot/send?access_token=1',
    'https://oapi.dingtalk.com/robot/sendBySession/?session=1',
    'https://oapi.dingtalk.com/robot/sendbysession?session=1',
    'https://oapi.dingtalk.com//robot/sendBySession?session=1',
    'https://oapi.dingtalk.com/x/../robot/sendBySession?session=1',
    'https://oapi.dingtalk.com/robot/./sendBySession?session=1',
    'https://oapi.dingtalk.com/robot/%73endBySession?session=1',
    'https://oapi.dingtalk.com/robot/sendBySession;x?session=1',
    'https://oapi.dingtalk.com/robot/sendBySession#?session=1',
    'https://oapi.dingtalk.com/robot/sendBySession?session=1#top',
    'https://oapi.dingtalk.com/',
    'https://127.0.0.1/robot/sendBySession?session=1',
    'https://169.254.169.254/robot/sendBySession?session=1',
    'https://10.0.0.8/robot/sendBySession?session=1',
    'http://127.0.0.1:9004/robot/sendBySession?session=1',
    'http://127.0.0.1/robot/sendBySession?session=1',
    'http://127.0.0.2:9001/robot/sendBySession?session=1',
    'https://127.0.0.1:9001/robot/sendBySession?session=1',
    'http://localhost:9001/robot/sendBySession?session=1',
    'http://127.1:9001/robot/sendBySession?session=1',
    'http://2130706433:9001/robot/sendBySession?session=1',
    'http://0x7f.0.0.1:9001/robot/sendBySession?session=1',
    'http://0:9001/robot/sendBySession?session=1',
    'http://[::ffff:127.0.0.1]:9001/robot/sendBySession?session=1',
    'http://127.0.0.1:9001@evil.cn/robot/sendBySession?session=1',
    'http://127.0.0.1:9001.evil.cn/robot/sendBySession?session=1',
    'http://127.0.0.1:9001/admin/reset?session=1',
    'http://localhost:9003/other/robot/sendBySession?session=1',
    'https://gateway.example.gov.cn:8443/robot/sendBySession?session=1',
    'http://gateway.example.gov.cn:8443/robot/sendBySession?session=1',
  ])('refuses %j', url => {
    expect(allowedReplyUrl(url, bases)).toBe(false);
  });
});

describe('readBase', () => {
  it.each([
    ['https://api.dingtalk.com', 'https://api.dingtalk.com'],
    ['https://gateway.example.gov.cn:8443/', 'https://gateway.example.gov.cn:8443'],
    ['http://127.0.0.1:9001/', 'http://127.0.0.1:9001'],
    ['http://localhost:9003/oapi/', 'http://localhost:9003/oapi'],
    ['http://[::1]:9002', 'http://[::1]:9002'],
  ])('reads %s', (written, base) => {
    expect(readBase('DINGTALK_API_BASE', written)).toBe(base);
  });

  it.each([
    '',
    'api.dingtalk.com',
    'http://api.dingtalk.com',
    'http://10.0.0.8',
    'https://u:p@api.dingtalk.com',
    'https://a.cn?x=1',
    'ws://127.0.0.1:1',
  ])('refuses %j by naming the setting', written => {
    expect(() => readBase('DINGTALK_API_BASE', written)).toThrow(AppError);
    expect(() => readBase('DINGTALK_API_BASE', written)).toThrow(/DINGTALK_API_BASE/);
  });
});
