// Style, scripts and the chart library: from this package and its own packages, never from another site.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type Router from '@koa/router';
import { projectFile } from '../project-files';

const script = 'text/javascript; charset=utf-8';

function ofSite(name: string): string {
  return projectFile('templates', 'web', 'site', name);
}

const files: Record<string, { path: string; type: string }> = {
  'icon.svg': { path: projectFile('templates', 'web', 'icon.svg'), type: 'image/svg+xml' },
  'site.css': { path: ofSite('site.css'), type: 'text/css; charset=utf-8' },
  'site.js': { path: ofSite('site.js'), type: script },
  'charts.js': { path: ofSite('charts.js'), type: script },
  // The build for browsers lies beside the one for Node.
  'chart-library.js': { path: join(dirname(require.resolve('chart.js')), 'chart.umd.min.js'), type: script },
};

/** Serves them below /site/, pressed where the browser can unpack it, and not again while they are the same. */
export function addSiteFiles(router: Router): void {
  for (const [name, { path, type }] of Object.entries(files)) {
    const content = readFileSync(path);
    const pressed = gzipSync(content, { level: 9 });
    const etag = createHash('sha256').update(content).digest('hex').slice(0, 16);
    router.get(`/site/${name}`, context => {
      const gzip = context.acceptsEncodings('gzip', 'identity') === 'gzip';
      context.set('Cache-Control', 'no-cache');
      context.vary('Accept-Encoding');
      context.etag = gzip ? `${etag}-gz` : etag;
      context.status = 200;
      if (context.fresh) {
        context.status = 304;
        return;
      }
      context.type = type;
      if (gzip) context.set('Content-Encoding', 'gzip');
      context.body = gzip ? pressed : content;
    });
  }
}
