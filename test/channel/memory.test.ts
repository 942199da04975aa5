import { createMemoryChannel } from "../../src/channel/memory.ts";
import { describeChannel } from "../contract/channel.ts";

describeChannel("memory", async () => {
  const channel = createMemoryChannel();
  return { here: channel, there: channel, close: async () => {} };
});
