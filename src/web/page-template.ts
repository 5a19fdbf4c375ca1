// Pages from templates/web/pages: plain HTML with Liquid; whatever is put in is escaped.
import { Liquid } from 'liquidjs';
import { projectFile } from '../project-files';
import { type Light } from '../rendering/light';

const lightNames: Record<Light, string> = { red: '红灯', yellow: '黄灯', green: '绿灯', white: '不亮灯' };

const engine = new Liquid({
  root: projectFile('templates', 'web', 'pages'),
  extname: '.html',
  cache: true,
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  outputEscape: 'escape',
  memoryLimit: 200_000_000,
  renderLimit: 5000,
});
engine.registerFilter('light_name', (light: Light) => lightNames[light]);

/** The HTML of a page. @param name - its file in templates/web/pages, without .html */
export async function renderPage(name: string, data: object): Promise<string> {
  return String(await engine.renderFile(name, data));
}
