// Addresses: an id of one platform never passes for one of another, and comes out at its platform as it came in.
import { addressOf, channelOf, channelTo, firstChannel, idAt, writtenAddress } from '../../src/address';
import { joinFiles, joinSends, withAddresses } from '../../src/channels/addressed';
import { type IncomingMessage } from '../../src/messages';
import { SecondPlatform } from '../support/second-platform';

it.each([
  [firstChannel, 'wanglei', 'wanglei'],
  [firstChannel, 'cidMarketDemo==', 'cidMarketDemo=='],
  [firstChannel, 'wecom:wanglei', 'dingtalk:wecom:wanglei'],
  [firstChannel, 'dingtalk:x', 'dingtalk:dingtalk:x'],
  ['wecom', 'wanglei', 'wecom:wanglei'],
  ['wecom', 'dingtalk:x', 'wecom:dingtalk:x'],
])('%s %s stands as %s, and is found again', (channel, id, address) => {
  expect(addressOf(channel, id)).toBe(address);
  expect(channelOf(address)).toBe(channel);
  expect(idAt(address)).toBe(id);
});

it.each([
  ['wanglei', true],
  ['w.lei@x-1', true],
  ['wecom:wanglei', true],
  ['dingtalk:wanglei', false],
  ['WECOM:wanglei', false],
  ['wecom:', false],
  ['wecom:a b', false],
  ['', false],
  ['a'.repeat(129), false],
  [`wecom:${'a'.repeat(123)}`, false],
])('on a staff sheet %p may stand: %p', (written, fits) => {
  expect(writtenAddress.test(written)).toBe(fits);
});

it('every id of a message and of a press comes in as an address, and goes out as the platform knows it', async () => {
  const second = new SecondPlatform('wecom');
  const door = withAddresses(second.platform());
  const got: IncomingMessage[] = [];
  const changed: (string[] | null)[] = [];
  await door.start(
    message => {
      got.push(message);
      return Promise.resolve();
    },
    {
      onPeopleChanged: staffIds => changed.push(staffIds),
      onPress: press =>
        Promise.resolve(`${press.staffId} ${press.robotCode} ${press.conversationId ?? '-'} ${press.key}`),
    },
  );
  await second.say('a', 'x', new Date(0), { group: { id: 'g', kind: 'group', title: null }, quotes: 'k' });
  expect(got[0]).toMatchObject({
    channel: 'wecom',
    robotCode: 'wecom:1000002',
    conversation: { id: 'wecom:g' },
    sender: { staffId: 'wecom:a' },
    quoted: { providerKey: 'wecom:k' },
  });
  second.news.onPeopleChanged?.(['a', 'b']);
  second.news.onPeopleChanged?.(null);
  expect(changed).toEqual([['wecom:a', 'wecom:b'], null]);
  const press = { channel: 'wecom', robotCode: '1', key: 'row', button: 0, staffId: 'a', pressedAt: '' };
  expect(await second.news.onPress?.({ ...press, conversationId: 'g' })).toBe('wecom:a wecom:1 wecom:g row');
  expect(await second.news.onPress?.({ ...press, conversationId: null })).toBe('wecom:a wecom:1 - row');
  expect(channelTo({ kind: 'group', conversationId: 'wecom:g' })).toBe('wecom');
  const message = { title: '', markdown: 'y', buttons: [] };
  const sent = await door.send({
    key: 'row', recipient: { kind: 'group', conversationId: 'wecom:g' }, message, quotable: true, replyUrl: null,
    mention: 'wecom:a', card: false,
  }); // prettier-ignore
  expect(sent).toEqual({ outcome: 'sent', providerKey: 'wecom:key1' });
  expect(second.sent[0]).toMatchObject({ recipient: { kind: 'group', conversationId: 'g' }, mention: 'a', key: 'row' });
});

it('files and urgent words find their platform; of one that is not there it is said', async () => {
  const all = ['wecom', 'other'].map(name => new SecondPlatform(name));
  const doors = all.map(one => withAddresses(one.platform()));
  const limits = { maxBytes: 100 };
  expect(await joinFiles(doors).fetch('other:code', limits)).toEqual({
    outcome: 'fetched',
    bytes: Buffer.from('other code'),
  });
  expect(await joinFiles(doors).fetch('code', limits)).toMatchObject({ outcome: 'failed' });
  const request = {
    key: 'k',
    message: { title: '', markdown: '', buttons: [] },
    quotable: false,
    replyUrl: null,
    mention: null,
    card: false,
  };
  const to = (staffId: string): Promise<unknown> =>
    joinSends(doors).send({ ...request, recipient: { kind: 'person', staffId } });
  expect(await to('other:a')).toMatchObject({ outcome: 'sent' });
  expect(all.map(one => one.sent.length)).toEqual([0, 1]);
  expect(await to('a')).toMatchObject({ outcome: 'not_sent', retryAfterMs: null });
});
