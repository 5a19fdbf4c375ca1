// The calls about interactive cards. A card's outTrackId is our key for the message: one key is shown once, however often it is sent.
import { z } from 'zod';
import { type Recipient } from '../../messages';
import { type DingtalkApi } from './api';
import { notSent, unknownOutcome, type ApiOutcome } from './send-outcome';

const instances = '/v1.0/card/instances';

export const cardPaths = {
  create: instances,
  send: `${instances}/createAndDeliver`,
  change: instances,
  register: '/v1.0/card/callbacks/register',
};

/** Names the address that card callbacks go to when they come by HTTP. */
export const callbackRoute = 'duban-bot';

const sentAnswer = z.object({
  result: z.object({
    deliverResults: z
      .array(
        z.object({
          success: z.boolean().optional(),
          carrierId: z.string().optional().catch(undefined),
          errorMsg: z.string().optional().catch(undefined),
        }),
      )
      .min(1),
  }),
});

/** A longer key could neither be stored nor come back in a quote. */
const maxKeyLength = 190;
const alreadyThere = /cardAlreadyExist/i;

export interface CardApiOptions {
  api: Pick<DingtalkApi, 'call'>;
  templateId: string;
  robotCode: string;
  /** Presses come by HTTP callback instead of the Stream. */
  byCallback: boolean;
}

export class CardApi {
  constructor(private readonly options: CardApiOptions) {}

  /**
   * Makes a card and delivers it.
   * @param key - the card's outTrackId
   * @returns providerKey = what a quote of the card names; where the card was there already, its outTrackId
   */
  async send(key: string, to: Recipient, params: Record<string, string>, signal?: AbortSignal): Promise<ApiOutcome> {
    const read = await this.options.api.call(cardPaths.send, this.bodyOf(key, to, params), signal);
    if ('failed' in read) {
      const { failed } = read;
      const there = failed.outcome === 'not_sent' && alreadyThere.test(failed.code ?? '');
      return there ? { outcome: 'sent', providerKey: key } : failed;
    }
    const parsed = sentAnswer.safeParse(read.json);
    if (!parsed.success) return unknownOutcome('答复中没有 deliverResults');
    // The answers of success carry an error message too: only `success` counts.
    const [delivered] = parsed.data.result.deliverResults;
    if (delivered?.success !== true) return notSent('rejected', `卡片未能投放 ${delivered?.errorMsg ?? ''}`);
    const { carrierId } = delivered;
    return { outcome: 'sent', providerKey: carrierId && carrierId.length <= maxKeyLength ? carrierId : key };
  }

  /** Changes a card for everybody; may be repeated. */
  async change(key: string, params: Record<string, string>, signal?: AbortSignal): Promise<ApiOutcome> {
    const body = {
      outTrackId: key,
      cardData: { cardParamMap: params },
      // Without it everything else of the card, what one person alone sees included, would be wiped out.
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userIdType: 1,
    };
    const read = await this.options.api.call(cardPaths.change, body, signal, 'PUT');
    return 'failed' in read ? read.failed : { outcome: 'sent', providerKey: null };
  }

  /** Tells the platform where card callbacks go. @returns why it could not, or null */
  async register(callbackUrl: string, apiSecret: string): Promise<string | null> {
    const body = { callbackRouteKey: callbackRoute, callbackUrl, apiSecret, forceUpdate: true };
    const read = await this.options.api.call(cardPaths.register, body);
    return 'failed' in read ? read.failed.reason : null;
  }

  private bodyOf(key: string, to: Recipient, params: Record<string, string>): object {
    const { templateId, robotCode, byCallback } = this.options;
    const title = params.title ?? '';
    const space = {
      supportForward: false,
      lastMessageI18n: { ZH_CN: title },
      notification: { alertContent: title, notificationOff: false },
    };
    const where =
      to.kind === 'group'
        ? {
            openSpaceId: `dtv1.card//IM_GROUP.${to.conversationId}`,
            imGroupOpenSpaceModel: space,
            imGroupOpenDeliverModel: { robotCode },
          }
        : {
            openSpaceId: `dtv1.card//IM_ROBOT.${to.staffId}`,
            imRobotOpenSpaceModel: space,
            imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
          };
    return {
      cardTemplateId: templateId,
      outTrackId: key,
      ...(byCallback ? { callbackType: 'HTTP', callbackRouteKey: callbackRoute } : { callbackType: 'STREAM' }),
      cardData: { cardParamMap: params },
      userIdType: 1,
      ...where,
    };
  }
}
