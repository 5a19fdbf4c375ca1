// One task as it is shown in a list or on a card.
import { type Light } from './light';

/** One task as a line of a list or card. */
export interface TaskLine {
  no: number;
  light: Light;
  /** Content, shortened to fit a phone. */
  short: string;
  /** 牵头, 配合, 参与 (through a collective); null when asked about more than one unit. */
  role: string | null;
  /** Lead units, when asked about more than one unit. */
  leads: string | null;
  /** "6月底到期，剩4个工作日", "5月底到期，已逾期17个工作日", "长期推进" */
  when: string;
  /** "未反馈", "80%（06-26）", "推进中（06-26）"; null when the asker may see the public part only. */
  progress: string | null;
}
