/** @param sorted - ascending @param share - 0.99 = the value that 99 % do not exceed; 0 of nothing */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
