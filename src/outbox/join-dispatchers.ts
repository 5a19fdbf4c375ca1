// The dispatchers of several platforms as one: each sends its own rows.
import { type Dispatcher } from './dispatcher';

export function joinDispatchers(byChannel: ReadonlyMap<string, Dispatcher>): Dispatcher {
  const all = [...byChannel.values()];
  return {
    start: () => {
      for (const one of all) one.start();
    },
    wake: () => {
      for (const one of all) one.wake();
    },
    room: () => Math.min(...all.map(one => one.room())),
    // Of a platform that is not here the lease ends, and the row waits for a process that has it.
    holds: ids => all.some(one => one.holds(ids)),
    handOver: (row, behind) => byChannel.get(row.channel)?.handOver(row, behind),
    stop: async () => {
      await Promise.all(all.map(one => one.stop()));
    },
  };
}
