// Messages as interactive cards: whether one goes so, sending, changing, and answering whoever pressed in time.
import { type Logger } from '../../logger';
import { type ButtonPress, type ChangeRequest, type SendRequest, type SendResult } from '../../messages';
import { type CardApi } from './card-api';
import { cardParams, decodeCardCallback } from './card';
import { type ApiOutcome } from './send-outcome';

/** The platform waits 2 s for the answer to a press. */
const answerWithinMs = 1_500;
/** After a refusal that every card would get, cards are left alone for so long; messages go the other way meanwhile. */
const restMs = 10 * 60_000;
const mostRemembered = 1_000;

/** Refusals that concern the template or the app, not the one message. */
const everyCard = /template|PermissionDenied|^Forbidden/i;

export interface CardDoorOptions {
  api: CardApi;
  robotCode: string;
  robotName: string;
  logger: Logger;
  now: () => Date;
  /** Instead of ten minutes, for tests. */
  restMs?: number;
}

export class CardDoor {
  /** Keys of messages that a card was refused for: surely not shown, to go the other way. */
  private readonly refused = new Set<string>();
  private restsUntilMs = 0;
  private trouble: string | null = null;

  constructor(private readonly options: CardDoorOptions) {}

  takes(request: Pick<SendRequest, 'key' | 'card' | 'message'>): boolean {
    if (!request.card || this.refused.has(request.key) || performance.now() < this.restsUntilMs) return false;
    return request.message.buttons.length > 0 && this.paramsOf(request) !== null;
  }

  /** What was refused for its form is worth sending again at once: it then goes the other way. */
  async send(request: SendRequest, signal: AbortSignal): Promise<SendResult> {
    const params = this.paramsOf(request);
    if (params === null) return this.otherWay(request.key, '内容过长，不能作为卡片发送');
    const outcome = await this.options.api.send(request.key, request.recipient, params, signal);
    if (outcome.outcome === 'sent') {
      this.trouble = null;
      return { ...outcome, changeable: true };
    }
    if (outcome.outcome === 'unknown') return { ...outcome, repeatable: true };
    if (outcome.refusal !== 'rejected' && outcome.refusal !== 'permission') return plain(outcome);
    if (everyCard.test(outcome.code ?? '')) {
      this.restsUntilMs = performance.now() + (this.options.restMs ?? restMs);
      this.trouble = `互动卡片发不出去，暂用普通卡片代替：${outcome.reason}`;
    }
    return this.otherWay(request.key, outcome.reason);
  }

  async change(request: ChangeRequest): Promise<SendResult> {
    const params = this.paramsOf(request);
    if (params === null) return { outcome: 'not_sent', retryAfterMs: null, reason: '内容过长，卡片没有更新' };
    const outcome = await this.options.api.change(request.key, params);
    return outcome.outcome === 'unknown' ? { ...outcome, repeatable: true } : plain(outcome);
  }

  /**
   * The answer to a card callback, in time: a note for whoever pressed, which only they see. A press that takes longer to be stored
   * is answered without one. Never rejects.
   */
  async answer(data: string, time: unknown, onPress: (press: ButtonPress) => Promise<string>): Promise<object> {
    const { robotCode, logger, now } = this.options;
    const at = Number(time) > 0 ? new Date(Number(time)) : now();
    const press = decodeCardCallback(data, { robotCode, at });
    if ('broken' in press) {
      logger.warn({ event: 'dingtalk_press_broken', fields: press.broken });
      return {};
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>(resolve => {
      timer = setTimeout(() => {
        logger.warn({ event: 'dingtalk_press_slow', key: press.key });
        resolve('');
      }, answerWithinMs);
    });
    const note = await Promise.race([onPress(press), late]);
    clearTimeout(timer);
    if (note === '') return {};
    return {
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userPrivateData: { cardParamMap: { note } },
    };
  }

  /** Tells the platform where presses go; a failure is noted, and tried again at the next start. */
  async expectCallbacks(url: string, apiSecret: string): Promise<void> {
    const problem = await this.options.api.register(url, apiSecret);
    if (problem === null) return;
    this.trouble = `互动卡片的回调地址没有登记成功，按钮按了没有反应，暂用普通卡片代替：${problem}`;
    this.restsUntilMs = Infinity;
    this.options.logger.error({ event: 'dingtalk_card_register_failed', reason: problem });
  }

  /** What an operator should see to. */
  notes(): string[] {
    return this.trouble === null ? [] : [this.trouble];
  }

  private paramsOf({ message }: Pick<SendRequest, 'message'>): Record<string, string> | null {
    return cardParams(message, this.options.robotName);
  }

  private otherWay(key: string, reason: string): SendResult {
    if (this.refused.size >= mostRemembered) this.refused.clear();
    this.refused.add(key);
    this.options.logger.warn({ event: 'dingtalk_card_refused', key, reason });
    return { outcome: 'not_sent', retryAfterMs: 0, reason };
  }
}

function plain(outcome: ApiOutcome): SendResult {
  if (outcome.outcome !== 'not_sent') return outcome;
  return { outcome: 'not_sent', retryAfterMs: outcome.retryAfterMs, reason: outcome.reason };
}
