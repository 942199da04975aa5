/**
 * Messages between requests, and between instances where the engine is shared. Topics are our own ids.
 *
 * At most once: a message is never repeated and never overtakes one that the same publisher sent before it, but it
 * reaches only those who are subscribed in that moment. Those whose connection to the engine is lost miss what is
 * published until it is back, and are not told.
 */
export interface Channel {
  /**
   * Resolves when it is on its way, whether anybody is subscribed or not.
   *
   * @param message Well-formed text.
   * @throws {ChannelUnavailable} After which it may have arrived or not.
   */
  publish(topic: string, message: string): Promise<void>;
  /**
   * Resolves when what is published from now on will arrive.
   *
   * @param options `signal` ends it, and has to when the loop is never entered; leaving the loop ends it as well.
   * @returns For one reader, who may be slow for a while. One who stays slow gets what was kept, and then a
   *   {@link SubscriberTooSlow}.
   * @throws {ChannelUnavailable}
   */
  subscribe(topic: string, options: { signal: AbortSignal }): Promise<AsyncIterable<string>>;
}

/** The engine did not answer, or not in time. */
export class ChannelUnavailable extends Error {
  override name = "ChannelUnavailable";
}

/** More was published than is kept for one reader. An error, because nobody would notice a gap. */
export class SubscriberTooSlow extends Error {
  override name = "SubscriberTooSlow";
}
