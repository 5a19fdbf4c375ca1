import { StreamBench } from './stream-bench';

const bench = new StreamBench();
beforeEach(() => bench.open());
afterEach(() => bench.close());

describe('robot messages', () => {
  it('are acknowledged after they were stored, not before', async () => {
    let store = (): void => undefined;
    const { stored } = await bench.connect({ store: () => new Promise<void>(resolve => (store = resolve)) });
    const wire = await bench.gateway.wire(1);
    const id = wire.message('one');
    await wire.settled();
    expect(wire.acks.map(ack => ack.headers.messageId)).not.toContain(id);
    store();
    expect(await wire.ack(id)).toEqual({
      code: 200, message: 'OK', headers: { contentType: 'application/json', messageId: id }, data: '{"response":null}',
    }); // prettier-ignore
    expect(stored).toEqual(['one']);
  });

  it('that could not be stored are not acknowledged, and are when delivered again', async () => {
    let away = true;
    const { stored } = await bench.connect({
      store: async () => {
        if (away) throw new Error('database away');
      },
    });
    const wire = await bench.gateway.wire(1);
    const lost = wire.message('one');
    await wire.settled();
    away = false;
    const again = wire.message('one');
    await wire.ack(again);
    expect(wire.acks.map(ack => ack.headers.messageId)).not.toContain(lost);
    expect(stored).toEqual(['one']);
  });

  it('do not wait for one another: a slow one holds up no other', async () => {
    const { stored } = await bench.connect({
      store: data => (data === '"slow"' ? new Promise(() => undefined) : Promise.resolve()),
    });
    const wire = await bench.gateway.wire(1);
    wire.message('slow');
    await wire.ack(wire.message('quick'));
    expect(stored).toEqual(['quick']);
    bench.connections[0]!['timing'].stopStoreMs = 10;
  });

  it('are handed over in the order in which they came', async () => {
    const { stored } = await bench.connect();
    const wire = await bench.gateway.wire(1);
    const ids = Array.from({ length: 100 }, (_, i) => wire.message(i));
    await wire.ack(ids.at(-1)!);
    expect(stored).toEqual(ids.map((_, i) => i));
  });

  it('survive a broken store function’s rejection with nonsense', async () => {
    await bench.connect({ store: () => Promise.reject('words') }); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    const wire = await bench.gateway.wire(1);
    wire.message('one');
    await wire.settled();
    expect(bench.gateway.openSockets).toBe(1);
  });
});

describe('other frames', () => {
  it('pings are answered with what they carried', async () => {
    await bench.connect();
    const wire = await bench.gateway.wire(1);
    const id = wire.frame('SYSTEM', 'ping', { opaque: '123-x' });
    expect(await wire.ack(id)).toMatchObject({ code: 200, data: '{"opaque":"123-x"}' });
  });

  it('events are acknowledged, also with headers under their other name', async () => {
    await bench.connect();
    const wire = await bench.gateway.wire(1);
    const id = wire.frame('EVENT', '*', { userId: ['x'] }, { eventType: 'user_add_org', eventId: 'e-1' });
    expect(JSON.parse((await wire.ack(id)).data)).toMatchObject({ status: 'SUCCESS' });
    wire.raw(JSON.stringify({ type: 'EVENT', header: { messageId: 'other-name', topic: '*' }, data: '{}' }));
    expect(await wire.ack('other-name')).toMatchObject({ code: 200 });
  });

  it('card callbacks are answered with nothing to change', async () => {
    await bench.connect();
    const wire = await bench.gateway.wire(1);
    const id = wire.frame('CALLBACK', '/v1.0/card/instances/callback', {
      type: 'actionCallback',
      outTrackId: 'card-1',
    });
    expect(JSON.parse((await wire.ack(id)).data)).toEqual({ response: {} });
  });

  it('unknown topics and types are refused', async () => {
    await bench.connect();
    const wire = await bench.gateway.wire(1);
    expect(await wire.ack(wire.frame('CALLBACK', '/v1.0/graph/api/invoke', {}))).toMatchObject({ code: 404 });
    expect(await wire.ack(wire.frame('CALLBACK', 'error', {}))).toMatchObject({ code: 404 });
    expect(await wire.ack(wire.frame('NEWS', 'x', {}))).toMatchObject({ code: 404 });
  });

  it('that are broken are refused where they can be named, and never end the connection', async () => {
    const { stored } = await bench.connect();
    const wire = await bench.gateway.wire(1);
    const broken = ['', 'no json', '{', 'null', '[]', '7', '{}', '{"type":5}', '{"type":"CALLBACK"}', '{"type":"CALLBACK","headers":null}',
      '{"type":"EVENT","headers":{"topic":"*"}}', '{"type":"SYSTEM","headers":{"topic":"CONNECTED"}}', '{"type":"CALLBACK","headers":{"topic":5}}',
      '['.repeat(100_000), '\ud83d', `{"type":"CALLBACK","headers":{"topic":"__proto__","messageId":"proto"},"data":"{}"}`]; // prettier-ignore
    broken.forEach(text => {
      wire.raw(text);
    });
    wire.raw('{"headers":{"messageId":"cut-off"},"type":"CALLB');
    expect(await wire.ack('cut-off')).toMatchObject({ code: 400 });
    wire.raw(
      `{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"giant"},"data":"${'x'.repeat(2_000_000)}"}`,
    );
    expect(await wire.ack('giant')).toMatchObject({ code: 400 });
    wire.socket.send(Buffer.from([0, 255, 254]), { binary: true });
    await wire.ack(wire.message('after all that'));
    expect(stored).toEqual(['after all that']);
    expect(bench.gateway.wires).toHaveLength(1);
  });

  it('with data that is an object instead of its text are read all the same', async () => {
    const { stored } = await bench.connect();
    const wire = await bench.gateway.wire(1);
    wire.raw(
      JSON.stringify({
        type: 'CALLBACK',
        headers: { topic: '/v1.0/im/bot/messages/get', messageId: 'object' },
        data: 'x',
      }).replace('"x"', '{"a":1}'),
    );
    await wire.ack('object');
    expect(stored).toEqual([{ a: 1 }]);
  });
});
