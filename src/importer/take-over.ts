// Taking a previewed list over, by whichever door it came: what differs is written and the units it affects are told, in one transaction.
import { type EntityManager } from 'typeorm';
import { AppError } from '../errors';
import { applyImport, type ImportCause, type ImportResult } from './import-task-list';
import { type ImportPreview } from './preview';
import { tellAffectedUnits, type ToldUnits } from './tell-units';

const longestShortName = 30;

/** @throws AppError bad_input (exposed) when people could not call the list so */
export function checkShortName(shortName: string, advice: string): void {
  if (Array.from(shortName).length > longestShortName)
    throw new AppError('bad_input', `清单简称“${shortName}”超过${longestShortName}个字，${advice}`, { expose: true });
}

export interface TakenOver {
  result: ImportResult;
  units: ToldUnits;
}

/**
 * @param cause.staffId - the platform's id of whoever imports: they need not be told
 * @throws AppError bad_input (exposed) when the list has errors; changed_since when it is not what was shown
 */
export async function takeOver(
  manager: EntityManager,
  preview: ImportPreview,
  { staffId, ...cause }: ImportCause & { staffId?: string | null },
): Promise<TakenOver> {
  const { list, tasks, errors } = preview;
  if (errors.length > 0)
    throw new AppError('bad_input', `有 ${errors.length} 处错误，没有导入任何内容。`, { expose: true });
  const result = await applyImport(manager, preview, list.shortName, cause);
  const units = await tellAffectedUnits(manager, result, {
    tasks,
    shortName: list.shortName,
    now: cause.now,
    except: staffId ?? null,
  });
  return { result, units };
}
