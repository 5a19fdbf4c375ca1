// What doctor says of one thing an operator can get wrong.

export interface Finding {
  what: string;
  ok: boolean;
  /** What was found; for a fault also what to do. */
  note: string;
}
