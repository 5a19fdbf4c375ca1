// Reminders that were put off: 明天再提醒 moves what a recipient is asked for to another morning, never a deadline.
import { type EntityManager, In, MoreThan } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { ReminderMove } from '../database/entities/reminder';
import { newId } from '../ids';

/** What matters of a move on a morning. */
export type Move = Pick<ReminderMove, 'recipientKey' | 'taskId' | 'fromDay' | 'resumeOn'>;

export interface MoveRequest {
  recipientKey: string;
  /** null = everything. */
  taskIds: string[] | null;
  fromDay: CivilDate;
  resumeOn: CivilDate;
  personId: string;
  now: Date;
}

/**
 * Puts reminders off. An earlier move of the same is replaced, but what it has kept back comes back with this one;
 * moving everything takes the place of all single ones.
 */
export async function moveReminders(manager: EntityManager, request: MoveRequest): Promise<void> {
  const { recipientKey, taskIds, resumeOn, personId, now } = request;
  const earlier = await manager.find(ReminderMove, {
    where: taskIds === null ? { recipientKey } : { recipientKey, taskId: In(['', ...taskIds]) },
  });
  const kept = earlier.filter(move => move.resumeOn > request.fromDay).map(move => move.fromDay);
  const fromDay = [request.fromDay, ...kept].sort()[0] ?? request.fromDay;
  const replaced = earlier.filter(move => taskIds === null || move.taskId !== '');
  if (replaced.length > 0) await manager.delete(ReminderMove, { id: In(replaced.map(({ id }) => id)) });
  for (const taskId of taskIds ?? [''])
    await manager.insert(ReminderMove, {
      id: newId(),
      recipientKey,
      taskId,
      fromDay,
      resumeOn,
      personId,
      createdAt: now,
    });
}

/**
 * Ends what is put off (恢复提醒): it comes with the next morning.
 * @returns how many moves were ended
 */
export async function endMoves(
  manager: EntityManager,
  recipientKey: string,
  taskIds: string[] | null,
  nextMorning: CivilDate,
): Promise<number> {
  const where = { recipientKey, resumeOn: MoreThan(nextMorning), ...(taskIds === null ? {} : { taskId: In(taskIds) }) };
  const moves = await manager.find(ReminderMove, { where });
  if (moves.length > 0)
    await manager.update(ReminderMove, { id: In(moves.map(({ id }) => id)) }, { resumeOn: nextMorning });
  return moves.length;
}

/** The moves that matter on a morning, by recipient. @param lastRan - the last morning of which cards went out */
export async function findMoves(manager: EntityManager, lastRan: CivilDate): Promise<Map<string, Move[]>> {
  const moves = await manager.find(ReminderMove, { where: { resumeOn: MoreThan(lastRan) } });
  const byRecipient = new Map<string, Move[]>();
  for (const move of moves) byRecipient.set(move.recipientKey, [...(byRecipient.get(move.recipientKey) ?? []), move]);
  return byRecipient;
}
