// The transcripts of test/flows/conversations as tests: each is played, and what was said compared with what is written.
import { readFileSync, writeFileSync } from 'node:fs';
import { projectFile } from '../../src/project-files';
import { played } from './conversation';

/**
 * One test per transcript of a file. With DUBAN_RECORD=1 the file is written anew from what was said: to be read before
 * it is committed, like every other text.
 */
export function testTranscripts(topic: string): void {
  const file = projectFile('test', 'flows', 'conversations', `${topic}.txt`);
  const scripts = readFileSync(file, 'utf8')
    .split(/^(?=# )/mu)
    .map(script => `${script.trim()}\n`);
  const recorded = new Map<string, string>();
  const recording = process.env['DUBAN_RECORD'] === '1';
  test.each(scripts.map(script => [script.split('\n')[0]?.slice(2) ?? '', script] as const))(
    '%s',
    async (_, script) => {
      const said = await played(script);
      if (recording) recorded.set(script, said);
      else expect(said.trim()).toBe(script.trim());
    },
  );
  if (recording)
    afterAll(() => {
      writeFileSync(file, scripts.map(script => recorded.get(script) ?? script).join('\n'));
    });
}
