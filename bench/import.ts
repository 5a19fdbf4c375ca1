// How fast lists of 200, 2,000 and 20,000 tasks are imported, and how much memory that takes: npm run bench:import
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { migrate } from '../src/database/schema';
import { loadDirectory, saveDirectory } from '../src/directory/unit-directory';
import { readUnitDirectory } from '../src/directory/unit-data';
import { applyImport } from '../src/importer/import-task-list';
import { compareWith, previewImport } from '../src/importer/preview';
import { loadStoredTasks } from '../src/importer/stored-list';
import { projectFile } from '../src/project-files';
import { kinds, listFile } from './import-files';
import { benchServer } from './own-server';

const sizes = [200, 2000, 20_000];
/** What the product promises for 20,000 rows. */
const promised = { seconds: 20, megabytes: 512 };

interface Measured {
  readMs: number;
  writeMs: number;
  changes: number;
  peakMb: number;
}

/** Imports one file in this process, whose memory is then that of the import alone. */
async function measure(file: string, databaseUrl: string): Promise<Measured> {
  const dataSource = createDataSource(parseDatabaseUrl(databaseUrl), { silentAfterMs: 120_000 });
  await dataSource.initialize();
  const { data } = await loadDirectory(dataSource.manager);
  const shortName = '测速';
  const started = performance.now();
  const read = previewImport(readFileSync(file), '清单', { shortName, units: data });
  const preview = compareWith(read, (await loadStoredTasks(dataSource.manager, shortName)) ?? []);
  if (preview.errors.length > 0) throw new Error(preview.errors[0]?.message);
  const wasRead = performance.now();
  const cause = { actor: '测速', now: new Date(), confirmed: preview.changes };
  const { added, changed, removed } = await dataSource.transaction(manager =>
    applyImport(manager, preview, shortName, cause),
  );
  const written = performance.now();
  await dataSource.destroy();
  return {
    readMs: wasRead - started,
    writeMs: written - wasRead,
    changes: added + changed + removed,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

async function freshDatabase(server: string, name: string): Promise<string> {
  const { database: _, ...address } = parseDatabaseUrl(server);
  const connection = await createConnection(address);
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const dataSource = createDataSource(parseDatabaseUrl(url.href));
  await dataSource.initialize();
  await migrate(dataSource);
  const units = readUnitDirectory(projectFile('seeds', 'units.json'));
  await dataSource.transaction(manager => saveDirectory(manager, units, new Date()));
  await dataSource.destroy();
  return url.href;
}

async function run(): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const server = await benchServer();
  const folder = mkdtempSync(join(tmpdir(), 'duban-bench-'));
  try {
    say('| file | rows | read | write | again | rows/s | peak memory |');
    say('| --- | --: | --: | --: | --: | --: | --: |');
    for (const kind of kinds)
      for (const size of sizes) {
        const file = join(folder, `${size}.${kind}`);
        writeFileSync(file, listFile(kind, size));
        const url = await freshDatabase(server.url, 'duban_bench_import');
        const child = (): Measured =>
          JSON.parse(execFileSync(process.execPath, [__filename, file, url], { encoding: 'utf8' })) as Measured;
        const first = child();
        // The same file again: read, compared, nothing written.
        const again = child();
        if (first.changes !== size || again.changes !== 0) throw new Error('a list was not taken over as it stands');
        const seconds = (first.readMs + first.writeMs) / 1000;
        const peakMb = Math.max(first.peakMb, again.peakMb);
        const cells = [
          `.${kind}`,
          size,
          ...[first.readMs, first.writeMs, again.readMs + again.writeMs].map(value => `${Math.round(value)} ms`),
          Math.round(size / seconds),
          `${Math.round(peakMb)} MB`,
        ];
        say(`| ${cells.join(' | ')} |`);
        if (seconds > promised.seconds || peakMb > promised.megabytes) process.exitCode = 1;
      }
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop();
  }
}

async function main([file, url]: string[]): Promise<void> {
  if (file === undefined || url === undefined) await run();
  else process.stdout.write(JSON.stringify(await measure(file, url)));
}

void main(process.argv.slice(2));
