// A Stream connection under test: a gateway of its own, its HTTP client, and what is logged; shared by the Stream tests.
import { BoundedHttp, usualLimits } from '../../src/channels/dingtalk/bounded-http';
import { StreamConnection, type StreamOptions, type StreamTiming } from '../../src/channels/dingtalk/stream-connection';
import { createLogger } from '../../src/logger';
import { StandIn } from './stand-in';

const secret = 'canary-client-secret';
const quick: Partial<StreamTiming> = {
  backoffFirstMs: 5,
  backoffMaxMs: 20,
  openTimeoutMs: 500,
  drainMs: 300,
  stopStoreMs: 2_000,
  stopCloseMs: 300,
};

interface Setting {
  timing?: Partial<StreamTiming>;
  store?: (data: string) => Promise<void>;
  options?: Partial<StreamOptions>;
}

export class StreamBench {
  gateway!: StandIn;
  http!: BoundedHttp;
  logged: string[] = [];
  readonly connections: StreamConnection[] = [];
  private printed: unknown[][] = [];

  /** A connection to the gateway, not started; what it was given to store is in `stored`. */
  make(setting: Setting = {}) {
    const stored: string[] = [];
    const connection = new StreamConnection({
      clientId: 'app-1', clientSecret: secret, apiBase: this.gateway.base, http: this.http,
      logger: createLogger('trace', line => this.logged.push(line)),
      now: () => new Date(),
      onRobotMessage: async data => {
        await setting.store?.(data);
        stored.push(JSON.parse(data) as string);
      },
      timing: { ...quick, ...setting.timing },
      ...setting.options,
    }); // prettier-ignore
    this.connections.push(connection);
    return { connection, stored };
  }

  /** The same, started. */
  async connect(setting: Setting = {}) {
    const made = this.make(setting);
    await made.connection.start();
    return made;
  }

  async open(): Promise<void> {
    this.gateway = await StandIn.start();
    this.http = new BoundedHttp({ ...usualLimits, totalMs: 400 });
    this.logged = [];
    this.printed = [];
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const)
      jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void this.printed.push(words));
  }

  /** Stops everything, and sees to it that nothing was printed and no secret logged. */
  async close(): Promise<void> {
    await Promise.all(this.connections.splice(0).map(connection => connection.stop()));
    await this.http.close();
    await this.gateway.stop();
    jest.restoreAllMocks();
    expect(this.printed).toEqual([]);
    expect(this.logged.join('')).not.toContain(secret);
    expect(this.logged.join('')).not.toMatch(/ticket=|ticket t/);
  }
}
