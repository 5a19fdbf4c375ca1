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

export class FaultSwitches {
  private sends: { how: SendFaultKind; left: number } | null = null;
  private openStatus: number | 'empty' | null = null;
  private openLeft = 0;
  private handshakesLeft = 0;
  openHangs = false;
  acksDropped = false;
  quotaExhausted = false;
  webhooksExpired = false;
  silence: Silence = 'off';
  /** Every HTTP answer waits so long. */
  delayMs = 0;

  /**
   * Refuses to open connections.
   * @param status - 401, 503 …; 'empty' = 200 without a body; null = opens again
   * @param count - how many times; always, when left out
   */
  refuseOpen(status: number | 'empty' | null, count = Infinity): void {
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

  /** Takes no notice of acknowledgements, so that messages are delivered again. */
  dropAcks(on = true): void {
    this.acksDropped = on;
  }

  /** The next `count` sends (robot API and webhook) fail in this way; 0 ends it. */
  failSends(how: SendFaultKind, count = Infinity): void {
    this.sends = { how, left: count };
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
    this.sends = null;
    this.openStatus = null;
    this.handshakesLeft = 0;
    this.openHangs = this.acksDropped = this.quotaExhausted = this.webhooksExpired = false;
    this.silence = 'off';
    this.delayMs = 0;
  }

  /** Used up by the gateway: how the open call in hand is refused, or null. */
  takeOpenRefusal(): number | 'empty' | null {
    if (this.openStatus === null || this.openLeft <= 0) return null;
    this.openLeft -= 1;
    return this.openStatus;
  }

  takeHandshakeRefusal(): boolean {
    if (this.handshakesLeft <= 0) return false;
    this.handshakesLeft -= 1;
    return true;
  }

  takeSendFault(): SendFaultKind | null {
    if (!this.sends || this.sends.left <= 0) return null;
    this.sends.left -= 1;
    return this.sends.how;
  }
}
