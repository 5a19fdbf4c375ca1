// What a process has used so far, as Linux tells: processor time and memory. Elsewhere nothing is told.
import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

export interface Used {
  /** Processor time, user and system. */
  cpuMs: number;
  /** Resident now, in MB. */
  memoryMb: number;
  /** Most that was ever resident. */
  peakMb: number;
}

export function usedBy(pid: number): Used {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 14 and 15; the name before them may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kb = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return {
      cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond,
      memoryMb: kb('VmRSS') / 1024,
      peakMb: kb('VmHWM') / 1024,
    };
  } catch {
    return { cpuMs: 0, memoryMb: 0, peakMb: 0 };
  }
}
