// What the bot says about a list file that was sent to it, as data.

export type ImportReply =
  | {
      template: 'import_preview';
      /** The list's short name. */
      list: string;
      /** "鄂城区…清单（2023年）" */
      heading: string;
      fileName: string;
      tasks: number;
      sections: number;
      measures: number;
      isNew: boolean;
      added: number;
      changed: number;
      removed: number;
      /** "变更 第38项 …：完成时限：…" */
      changes: string[];
      moreChanges: number;
      warnings: string[];
      moreWarnings: number;
      errors: string[];
      moreErrors: number;
      /** "市城管委（第3、9行），是不是区城管执法局？" */
      unknown: string[];
      moreUnknown: number;
      /** open = waits for 确认导入; same = nothing would change. */
      state: 'open' | 'errors' | 'same';
      minutes: number;
      url: string;
    }
  | {
      template: 'import_done';
      list: string;
      added: number;
      changed: number;
      removed: number;
      /** Units whose liaisons are told; units nobody of whom can be reached. */
      told: string[];
      unreachable: string[];
      /** Names the directory does not know. */
      unsettled: string[];
    }
  | {
      template: 'import_refused';
      why: 'not_office' | 'not_kept' | 'say_it_whole' | 'no_file' | 'dropped' | 'unreadable';
      /** Of `unreadable`. */
      sentence: string;
      minutes: number;
    };
