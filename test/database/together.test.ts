// Calls that come while the same is under way go together: each gets its own answer.
import { together } from '../../src/database/together';

describe('together', () => {
  it('runs the first at once and what comes meanwhile in one go, in order, at most so many', async () => {
    const runs: number[][] = [];
    const open: (() => void)[] = [];
    const double = together<number, number>(async items => {
      runs.push(items);
      await new Promise<void>(resolve => open.push(resolve));
      return items.map(item => item * 2);
    }, 3);
    const answers = Promise.all([1, 2, 3, 4, 5].map(double));
    for (let i = 0; i < 3; i++) {
      while (open.length <= i) await Promise.resolve();
      open[i]?.();
    }
    expect(await answers).toEqual([2, 4, 6, 8, 10]);
    expect(runs).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('rejects all that went together, and goes on with the next', async () => {
    let fails = true;
    const say = together<string, string>(items => {
      if (!fails) return Promise.resolve(items);
      fails = false;
      return Promise.reject(new Error('away'));
    }, 10);
    await expect(say('a')).rejects.toThrow('away');
    expect(await say('b')).toBe('b');
  });
});
