// Says in a sentence why a server could not listen.
import { AppError } from '../errors';

/** True when the port belongs to another program. */
export function isPortTaken(thrown: unknown): boolean {
  return (thrown as { code?: unknown }).code === 'EADDRINUSE';
}

/**
 * The sentence for a port or an address that cannot be had.
 * @returns AppError port_taken for an error of `listen`; any other error as it came
 */
export function listenFailure(thrown: unknown, web: { host: string; port: number }): unknown {
  const { code } = thrown as { code?: unknown };
  const sentences: Record<string, string> = {
    EADDRINUSE: `端口 ${web.port} 已被别的程序占用：请先停掉那个程序，或换一个端口，如 DUBAN_PORT=${web.port + 1}。`,
    EACCES: `没有权限使用端口 ${web.port}：请换一个 1024 以上的端口，如 DUBAN_PORT=8080。`,
    EADDRNOTAVAIL: `本机没有地址 ${web.host}：请检查 DUBAN_HOST。`,
    ENOTFOUND: `找不到地址 ${web.host}：请检查 DUBAN_HOST。`,
  };
  const sentence = typeof code === 'string' ? sentences[code] : undefined;
  return sentence === undefined ? thrown : new AppError('port_taken', sentence, { expose: true, cause: thrown });
}
