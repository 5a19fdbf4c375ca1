import { AccessToken } from '../../src/channels/dingtalk/access-token';
import { type HttpAnswer } from '../../src/channels/dingtalk/bounded-http';

const minute = 60_000;

function answered(status: number, body: object): HttpAnswer {
  return { kind: 'answered', status, contentType: 'application/json', retryAfter: null, body: JSON.stringify(body) };
}

/** A token source with a clock to turn. */
function source(expireIn: unknown) {
  const world = { now: 0, calls: 0, failing: false };
  const token = new AccessToken(
    async () =>
      world.failing ? answered(500, {}) : answered(200, { accessToken: `token-${++world.calls}`, expireIn }),
    () => world.now,
  );
  return { world, token };
}

describe('AccessToken', () => {
  it.each([
    [7200, 114 * minute, 116 * minute],
    ['7200', 114 * minute, 116 * minute],
    [undefined, 114 * minute, 116 * minute],
    [100, 89_000, 91_000],
  ])(
    'with a life of %j seconds is kept at %i ms and renewed before its end at %i ms',
    async (expireIn, kept, renewed) => {
      const { world, token } = source(expireIn);
      expect(await token.get()).toEqual({ token: 'token-1' });
      world.now = kept;
      expect(await token.get()).toEqual({ token: 'token-1' });
      world.now = renewed;
      expect(await token.get()).toEqual({ token: 'token-2' });
    },
  );

  it('outlives a failed renewal until its own end', async () => {
    const { world, token } = source(7200);
    await token.get();
    world.failing = true;
    world.now = 119 * minute;
    expect(await token.get()).toEqual({ token: 'token-1' });
    world.now = 121 * minute;
    expect(await token.get()).toMatchObject({ failed: { outcome: 'not_sent' } });
  });

  it('forgets only the token it was told to forget', async () => {
    const { token } = source(7200);
    await token.get();
    token.forget('token-0');
    expect(await token.get()).toEqual({ token: 'token-1' });
    token.forget('token-1');
    expect(await token.get()).toEqual({ token: 'token-2' });
  });
});
