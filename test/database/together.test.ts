// Calls that come while the same is under way go together: each gets its own answer.
import { together } from '../../src/database/together';

describe('together', () => {
  it('runs what comes at the same moment in one go, what comes meanwhile in the next, in order, at most so many', async () => {
    const runs: number[][] = [];
    const open: (() => void)[] = [];
    const double = together<number, number>(async items => {
      runs.push(items);
      await new Promise<void>(resolve => open.push(resolve));
      return items.map(item => item * 2);
    }, 3);
    const begun = async (count: number): Promise<void> => {
      while (open.length < count) await new Promise(resolve => setImmediate(resolve));
    };
    const atOnce = [1, 2].map(double);
    await begun(1);
    const meanwhile = [3, 4, 5, 6].map(double);
    for (let i = 0; i < 3; i++) {
      await begun(i + 1);
      open[i]?.();
    }
    expect(await Promise.all([...atOnce, ...meanwhile])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(runs).toEqual([[1, 2], [3, 4, 5], [6]]);
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
