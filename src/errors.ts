// AppError: what the bot refuses by rule, or cannot do, with a code that programs and templates can rely on.

export type ErrorCode =
  | 'bad_settings'
  | 'bad_input'
  | 'not_your_task'
  | 'not_allowed'
  | 'task_missing'
  | 'task_closed'
  | 'changed_since'
  | 'own_request'
  | 'refused_by_rule'
  | 'database_away'
  | 'schema_unknown'
  | 'restore_differs'
  | 'channel_failed'
  | 'template_broken'
  | 'no_database_program'
  | 'port_taken'
  | 'trial_running';

/**
 * An error with a code.
 * `expose` = its message is a Chinese sentence meant for the person; `retryable` = trying again later may work.
 */
export class AppError extends Error {
  readonly expose: boolean;
  readonly retryable: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: { expose?: boolean; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.expose = options.expose ?? false;
    this.retryable = options.retryable ?? false;
  }
}

/** What went wrong, in one line, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
