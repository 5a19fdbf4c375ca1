// Fills a trial's database: units, the sample list, fictional people and groups, holidays. Safe to run twice.
import { readFileSync } from 'node:fs';
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { TaskList } from '../src/database/entities/task';
import { ChatGroup } from '../src/database/entities/unit';
import { saveHolidaySeed } from '../src/database/work-days';
import { saveStaff } from '../src/directory/people';
import { loadDirectory, saveDirectory } from '../src/directory/unit-directory';
import { readUnitDirectory } from '../src/directory/unit-data';
import { newId } from '../src/ids';
import { readStaffSheet } from '../src/importer/import-staff';
import { applyImport } from '../src/importer/import-task-list';
import { previewImport } from '../src/importer/preview';
import { projectFile } from '../src/project-files';

const sampleListFile = '鄂城区优化营商环境重点任务清单.txt';
export const sampleShortName = '营商';

const groupsShape = z.object({
  groups: z.array(
    z.object({
      conversationId: z.string(),
      title: z.string(),
      /** 全区, a unit's name, or null for a group nobody has enabled. */
      scope: z.string().nullable(),
      members: z.array(z.string()),
    }),
  ),
  strangers: z.array(z.object({ staffId: z.string(), name: z.string() })),
});

export type SampleGroups = z.infer<typeof groupsShape>;

/** The trial's groups, and the people in them whom no directory knows. */
export function sampleGroups(): SampleGroups {
  return groupsShape.parse(JSON.parse(readFileSync(projectFile('seeds', 'sample-groups.json'), 'utf8')));
}

/** Units and the sample list, as `duban units` and `duban import` would take them. */
export async function loadSampleLedger(manager: EntityManager, now: Date): Promise<void> {
  await saveHolidaySeed(manager);
  const units = readUnitDirectory(projectFile('seeds', 'units.json'));
  await saveDirectory(manager, units, now);
  if (await manager.findOneBy(TaskList, { shortName: sampleShortName })) return;
  const preview = previewImport(readFileSync(projectFile('seeds', sampleListFile)), sampleListFile, {
    shortName: sampleShortName,
    units,
  });
  await applyImport(manager, preview, sampleShortName, { actor: '体验数据', now });
}

/** Fictional people, and groups that are enabled and bound already (but the new one). */
export async function loadSamplePeople(manager: EntityManager, now: Date): Promise<void> {
  const directory = await loadDirectory(manager);
  const sheet = readFileSync(projectFile('seeds', 'sample-people.csv'));
  await saveStaff(manager, readStaffSheet(sheet, 'sample-people.csv', directory), now);
  for (const { conversationId, title, scope } of sampleGroups().groups) {
    if (scope === null || (await manager.findOneBy(ChatGroup, { channel: 'dingtalk', conversationId }))) continue;
    await manager.insert(ChatGroup, {
      id: newId(),
      channel: 'dingtalk',
      conversationId,
      title,
      status: 'enabled',
      scope: scope === '全区' ? 'district' : 'unit',
      unitId: scope === '全区' ? null : (directory.unitIdByName.get(scope) ?? null),
      createdAt: now,
    });
  }
}
