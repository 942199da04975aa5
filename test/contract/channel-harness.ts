import type { Channel } from "../../src/channel/channel.ts";

/** Two ends of a channel: the same one, or those of two instances that share an engine. */
export interface ChannelHarness {
  readonly here: Channel;
  readonly there: Channel;
  close(): Promise<void>;
}
