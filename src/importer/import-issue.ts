// What an import has to tell: warnings and errors, each with its place in the file.

export interface ImportIssue {
  /** snake_case, for programs. */
  code: string;
  /** A Chinese sentence that names the place. */
  message: string;
  /** Only where the file has sheets. */
  sheet?: string;
  /** 1-based table row; null = about the whole list. */
  row: number | null;
  /** The column's heading as printed; null = about the whole row. */
  column: string | null;
}

/** Where something stands. */
export interface Place {
  sheet: string | null;
  row: number;
  column?: string | null;
  /** The number of the task there. */
  label?: string | null;
}

const mostIssues = 500;

/** Collects issues; the same one at the same place is told once, and a flood is cut short. */
export class IssueLog {
  private readonly issues = new Map<string, ImportIssue>();
  private untold = 0;

  constructor(private readonly moreCode: string) {}

  /** @param what - goes on after the place: "第41行（第38项）“完成时限”列：" + what */
  at(code: string, { sheet, row, column, label }: Place, what: string): void {
    const where = `${sheet === null ? '' : `工作表“${sheet}”`}第${row}行${label ? `（第${label}项）` : ''}${column ? `“${column}”列` : ''}`;
    this.add({ code, message: `${where}：${what}`, ...(sheet === null ? {} : { sheet }), row, column: column ?? null });
  }

  /** About the whole list. */
  general(code: string, message: string): void {
    this.add({ code, message, row: null, column: null });
  }

  private add(issue: ImportIssue): void {
    const key = `${issue.code}|${issue.message}`;
    if (this.issues.has(key)) return;
    if (this.issues.size >= mostIssues) this.untold++;
    else this.issues.set(key, issue);
  }

  list(): ImportIssue[] {
    const told = [...this.issues.values()];
    if (this.untold > 0)
      told.push({ code: this.moreCode, message: `另有${this.untold}处同类问题未逐一列出`, row: null, column: null });
    return told;
  }
}
