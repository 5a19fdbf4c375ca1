// docs/threats.md says which test stands against which threat: the tests it names are there.
import { existsSync, readFileSync } from 'node:fs';
import { projectFile } from '../src/project-files';

const rows = readFileSync(projectFile('docs', 'threats.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| threat'))
  .map(line => line.split('|').map(cell => cell.trim()));

test.each(rows.map(cells => [cells[1] ?? '', cells[3] ?? '']))('%s', (_threat, tests) => {
  const files = [...tests.matchAll(/`(test\/[^`]+)`/g)].map(match => match[1] ?? '');
  if (tests !== 'see below') expect(files.length).toBeGreaterThan(0);
  expect(files.filter(file => !existsSync(projectFile(file)))).toEqual([]);
});
