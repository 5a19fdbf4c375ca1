// What is asked for while the same is under way goes together in the next statement: one round trip and one commit for many.

/**
 * Makes a function that collects its calls: those of the same moment (what a single read of a socket has brought) run as one,
 * and those that come meanwhile as the next.
 *
 * @param run - answers each item in its place; when it rejects, all of them are rejected
 * @param most - so many in one go
 */
export function together<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  most: number,
): (item: Item) => Promise<Answer> {
  interface Waiting {
    item: Item;
    resolve: (answer: Answer) => void;
    reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = false;

  async function next(): Promise<void> {
    const some = waiting.slice(0, most);
    waiting = waiting.slice(most);
    try {
      const answers = await run(some.map(({ item }) => item));
      some.forEach(({ resolve }, i) => {
        resolve(answers[i] as Answer);
      });
    } catch (thrown) {
      for (const { reject } of some) reject(thrown);
    }
  }

  async function runAll(): Promise<void> {
    while (waiting.length > 0) await next();
    running = false;
  }

  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      setImmediate(() => void runAll());
    });
}
