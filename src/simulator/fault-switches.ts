// What can go wrong at DingTalk, to be switched on: read by the parts of the gateway, set by tests and the trial.

/**
 * A number = answered with that HTTP status and nothing shown; `timeout` = never answered, nothing shown; `reset` = connection cut;
 * `too-fast` = the rate limit's own answer (403 with its code, or errcode 130101 at the webhook);
 * `deliver-then-…` = shown to people all the same.
 */
export type SendFaultKind =
  number | 'timeout' | 'reset' | 'too-fast' | 'deliver-then-504' | 'deliver-then-timeout' | 'deliver-then-reset';

/** `frames` = nothing is pushed, pings are still answered; `all` = not even those. */
export type Silence = 'off' | 'frames' | 'all';

/** An HTTP status, or 200 with no body, or 200 with a web page, as a proxy in between answers. */
export type OpenRefusal = number | 'empty' | 'page';

export class FaultSwitches {
  private sends: { how: SendFaultKind; left: number } | null = null;
  private cards: { how: SendFaultKind; left: number } | null = null;
  private changes: { how: SendFaultKind; left: number } | null = null;
  private openStatus: OpenRefusal | null = null;
  private openLeft = 0;
  private handshakesLeft = 0;
  private ticketsLeft = 0;
  private readonly denied = new Set<string>();
  openHangs = false;
  acksDropped = false;
  quotaExhausted = false;
  webhooksExpired = false;
  /** The card template of every app has been taken back. */
  templateGone = false;
  silence: Silence = 'off';
  /** Every HTTP answer waits so long. */
  delayMs = 0;

  /**
   * Refuses to open connections.
   * @param status - null = opens again
   * @param count - how many times; always, when left out
   */
  refuseOpen(status: OpenRefusal | null, count = Infinity): void {
    this.openStatus = status;
    this.openLeft = count;
  }

  /** @param on - the open call is never answered */
  hangOpen(on = true): void {
    this.openHangs = on;
  }

  /** Cuts the next `count` sockets during the handshake. */
  refuseSockets(count: number): void {
    this.handshakesLeft = count;
  }

  /** Finds the next `count` tickets too old: 401 instead of a socket. */
  refuseTickets(count: number): void {
    this.ticketsLeft = count;
  }

  /** The app has not been granted this right, e.g. qyapi_robot_sendmsg: every call that needs it is refused. */
  denyRight(right: string): void {
    this.denied.add(right);
  }

  isDenied(right: string): boolean {
    return this.denied.has(right);
  }

  /** Takes no notice of acknowledgements, so that messages are delivered again. */
  dropAcks(on = true): void {
    this.acksDropped = on;
  }

  /** The next `count` sends (robot API and webhook) fail in this way; 0 ends it. */
  failSends(how: SendFaultKind, count = Infinity): void {
    this.sends = { how, left: count };
  }

  /** As {@link failSends}, of interactive cards alone. */
  failCards(how: SendFaultKind, count = Infinity): void {
    this.cards = { how, left: count };
  }

  /** As {@link failSends}, of changes of interactive cards. */
  failChanges(how: SendFaultKind, count = Infinity): void {
    this.changes = { how, left: count };
  }

  /** Cards are refused: their template is not there any more. */
  loseTemplate(on = true): void {
    this.templateGone = on;
  }

  delay(ms: number): void {
    this.delayMs = ms;
  }

  silentSockets(mode: Silence): void {
    this.silence = mode;
  }

  /** Messages arrive without words, with errorCode 20001. */
  exhaustQuota(on = true): void {
    this.quotaExhausted = on;
  }

  /** Session webhooks answer 300001 although their time is not up. */
  expireWebhooks(on = true): void {
    this.webhooksExpired = on;
  }

  /** Everything works again. */
  clear(): void {
    this.sends = this.cards = this.changes = null;
    this.openStatus = null;
    this.handshakesLeft = this.ticketsLeft = 0;
    this.denied.clear();
    this.openHangs = this.acksDropped = this.quotaExhausted = this.webhooksExpired = this.templateGone = false;
    this.silence = 'off';
    this.delayMs = 0;
  }

  /** Used up by the gateway: how the open call in hand is refused, or null. */
  takeOpenRefusal(): OpenRefusal | null {
    if (this.openStatus === null || this.openLeft <= 0) return null;
    this.openLeft -= 1;
    return this.openStatus;
  }

  takeHandshakeRefusal(): boolean {
    if (this.handshakesLeft <= 0) return false;
    this.handshakesLeft -= 1;
    return true;
  }

  takeTicketRefusal(): boolean {
    if (this.ticketsLeft <= 0) return false;
    this.ticketsLeft -= 1;
    return true;
  }

  takeSendFault(of: 'message' | 'card' | 'change' = 'message'): SendFaultKind | null {
    const ofCard = this.cards && this.cards.left > 0 ? this.cards : this.sends;
    const fault = { message: this.sends, card: ofCard, change: this.changes }[of];
    if (!fault || fault.left <= 0) return null;
    fault.left -= 1;
    return fault.how;
  }
}
