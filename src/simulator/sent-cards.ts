// Interactive cards at the local DingTalk: made and delivered once per outTrackId, changed in place, pressed.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type ChatWorld, type GatewayApp } from './chat-world';
import { answer, apiError, type ApiAnswer } from './http-exchange';
import { type ShownButton, type ShownMessage } from './gateway-events';

const longestValue = 1024;
const buttonsOfTemplate = 5;
const textsOfTemplate = 6;

const value = z.string().refine(text => Buffer.byteLength(text) <= longestValue);
const params = z.object({ cardParamMap: z.record(z.string().max(100), value) });
const deliverModel = z.object({ robotCode: z.string() });

const cardBody = z.object({
  cardTemplateId: z.string(),
  outTrackId: z.string().min(1).max(100),
  callbackType: z.enum(['STREAM', 'HTTP']),
  cardData: params,
  openSpaceId: z.string(),
  imGroupOpenSpaceModel: z.object({}).optional(),
  imGroupOpenDeliverModel: deliverModel.optional(),
  imRobotOpenSpaceModel: z.object({}).optional(),
  imRobotOpenDeliverModel: deliverModel.extend({ spaceType: z.literal('IM_ROBOT') }).optional(),
});

const changeBody = z.object({
  outTrackId: z.string(),
  cardData: params,
  cardUpdateOptions: z.object({ updateCardDataByKey: z.boolean().optional() }).optional(),
});

const pressAnswer = z.object({
  cardData: params.optional(),
  userPrivateData: params.optional(),
});

type Params = Record<string, string>;

/** A card that is in order, and where it goes. */
export interface ReadCard {
  outTrackId: string;
  conversationId: string;
  params: Params;
  carrierId: string;
}

interface KnownCard {
  message: ShownMessage;
  params: Params;
  app: GatewayApp;
}

/** What the template of templates/cards shows of its variables. */
function shownParts(shown: Params): Pick<ShownMessage, 'title' | 'markdown' | 'text' | 'buttons'> {
  const texts = Array.from({ length: textsOfTemplate }, (_, i) => shown[`text${i + 1}`] ?? '');
  const markdown = texts.filter(text => text !== '').join('\n');
  const buttons: ShownButton[] = [];
  for (let i = 1; i <= buttonsOfTemplate; i++) {
    const label = shown[`button${i}`] ?? '';
    if (label !== '') buttons.push({ label, say: null, url: null, callback: i });
  }
  return { title: shown.title ?? '', markdown, text: markdown, buttons };
}

export class SentCards {
  private readonly known = new Map<string, KnownCard>();
  private forgotten = false;

  constructor(private readonly world: ChatWorld) {
    world.onForgotten(messageId => {
      for (const [outTrackId, { message }] of this.known) if (message.id === messageId) this.known.delete(outTrackId);
    });
  }

  /** Checks a createAndDeliver in the platform's order: template, key, place. */
  read(app: GatewayApp, given: unknown): ReadCard | { refused: ApiAnswer } {
    const refuse = (code: string, message: string) => ({ refused: apiError(400, code, message) });
    const body = cardBody.safeParse(given);
    if (!body.success) return refuse('param.error', z.prettifyError(body.error));
    const { cardTemplateId, outTrackId, openSpaceId, cardData, ...models } = body.data;
    if (app.cardTemplateId !== cardTemplateId) return refuse('param.templateNotExist', '卡片模板不存在');
    if (this.find(outTrackId)) return refuse('param.cardAlreadyExist', '卡片已存在');
    const place = /^dtv1\.card\/\/(im_group|im_robot)\.(.+)$/i.exec(openSpaceId);
    const toGroup = place?.[1]?.toLowerCase() === 'im_group';
    const deliver = toGroup ? models.imGroupOpenDeliverModel : models.imRobotOpenDeliverModel;
    const space = toGroup ? models.imGroupOpenSpaceModel : models.imRobotOpenSpaceModel;
    const target = place?.[2] ?? '';
    if (!place || !space || deliver?.robotCode !== app.robotCode)
      return refuse('param.openSpaceIdInvalid', '无效的openSpaceId');
    const person = toGroup ? undefined : this.world.findPerson(target);
    if (toGroup ? !this.world.findGroup(target) : !person)
      return refuse(toGroup ? 'param.openSpaceIdInvalid' : 'param.userIdNotExist', '投放的场域不存在');
    const conversationId = person ? this.world.privateChat(person, app.robotCode).id : target;
    return { outTrackId, conversationId, params: cardData.cardParamMap, carrierId: randomBytes(24).toString('base64') };
  }

  /** POST /v1.0/card/instances: a card that is nowhere yet, and here never will be. */
  create(app: GatewayApp, given: unknown): ApiAnswer {
    const body = cardBody.pick({ cardTemplateId: true, outTrackId: true, cardData: true }).safeParse(given);
    if (!body.success) return apiError(400, 'param.error', z.prettifyError(body.error));
    if (app.cardTemplateId !== body.data.cardTemplateId)
      return apiError(400, 'param.templateNotExist', '卡片模板不存在');
    return answer(200, { success: true, result: body.data.outTrackId });
  }

  show(app: GatewayApp, { outTrackId, conversationId, params: given, carrierId }: ReadCard): ShownMessage {
    const message = this.world.show({
      conversationId,
      from: { staffId: null, robotCode: app.robotCode, name: app.robotName },
      ...shownParts(given),
      card: { outTrackId, notes: {} },
      quotedId: null,
      providerKey: carrierId,
      mentions: [],
      pushedTo: null,
    });
    this.known.set(outTrackId, { message, params: given, app });
    return message;
  }

  answerFor({ outTrackId, conversationId, carrierId }: ReadCard): ApiAnswer {
    // The platform's own samples of success carry an error message.
    const delivered = { spaceType: 'IM', spaceId: conversationId, success: true, carrierId, errorMsg: 'SYSTEM_ERROR' };
    return answer(200, { success: true, result: { outTrackId, deliverResults: [delivered] } });
  }

  /** Checks a PUT /v1.0/card/instances. */
  readChange(given: unknown): { change: () => void } | { refused: ApiAnswer } {
    const body = changeBody.safeParse(given);
    if (!body.success) return { refused: apiError(400, 'param.error', z.prettifyError(body.error)) };
    const { outTrackId, cardUpdateOptions, cardData } = body.data;
    const card = this.find(outTrackId);
    if (!card) return { refused: apiError(400, 'param.cardNotExist', '卡片不存在') };
    const byKey = cardUpdateOptions?.updateCardDataByKey === true;
    return {
      change: () => {
        this.apply(card, { ...(byKey ? card.params : {}), ...cardData.cardParamMap });
      },
    };
  }

  private apply(card: KnownCard, given: Params): void {
    card.params = given;
    Object.assign(card.message, shownParts(given));
    this.world.events.emit({ kind: 'changed', message: card.message });
  }

  forget(): void {
    this.known.clear();
    this.forgotten = true;
  }

  /** Also one that an earlier run has shown: what it shows is known, and whatever changes it says everything anew. */
  private find(outTrackId: string): KnownCard | undefined {
    const known = this.known.get(outTrackId);
    if (known || this.forgotten) return known;
    const message = this.world.allMessages().find(({ card }) => card?.outTrackId === outTrackId);
    const app = this.world.apps.find(({ robotCode }) => robotCode === message?.from.robotCode);
    if (!message || !app) return undefined;
    const labels = message.buttons.map(({ callback, label }) => [`button${callback ?? 0}`, label]);
    const shown = {
      title: message.title ?? '',
      text1: message.markdown ?? '',
      ...Object.fromEntries(labels),
    } as Params;
    const card = { message, params: shown, app };
    this.known.set(outTrackId, card);
    return card;
  }

  /** What the robot is told of a press: the `data` of a card callback; null when the message is no card. */
  pressData(message: ShownMessage, staffId: string, button: number): { app: GatewayApp; data: object } | null {
    const card = message.card && this.find(message.card.outTrackId);
    if (!card) return null;
    const content = JSON.stringify({
      cardPrivateData: { actionIds: [`button${button}`], params: { button: String(button) } },
    });
    const data = {
      type: 'actionCallback',
      outTrackId: message.card?.outTrackId,
      corpId: 'ding00000000000000000000trial',
      userId: staffId,
      userIdType: 1,
      spaceType: 'im',
      spaceId: message.conversationId,
      extension: '{}',
      content,
      value: content,
    };
    return { app: card.app, data };
  }

  /** What the robot has answered to a press is seen at once: by all, and by the presser alone. */
  answered(message: ShownMessage, staffId: string, response: unknown): void {
    const read = pressAnswer.safeParse(response);
    const card = message.card && this.find(message.card.outTrackId);
    if (!read.success || !card) return;
    const note = read.data.userPrivateData?.cardParamMap.note;
    if (note !== undefined && message.card) message.card.notes[staffId] = note;
    this.apply(card, { ...card.params, ...read.data.cardData?.cardParamMap });
  }
}
