import { expect, it } from "vitest";
import { heapBytes, WITH_INSPECTOR } from "../support/inspect.ts";
import { sendMixed } from "../support/mixed-load.ts";
import { startSandbox } from "../support/sandbox-server.ts";
import { startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

/** Enough to fill what is bounded, such as the sessions and the lists that are kept. */
const BEFORE = process.env.SOAK ? 5000 : 600;
const REQUESTS = process.env.SOAK ? 45_000 : 1200;

/** What may come and go: connections, compiled code, and in the short form the rest of what is bounded. */
const SLACK_BYTES = 6 * 1024 * 1024;

it("keeps nothing of the requests that it has answered", { timeout: 600_000 }, async () => {
  const sandbox = await startSandbox();
  const server = await startServer("node", { ...sandbox.environment, ...WITH_INSPECTOR });
  try {
    const { access_token: token } = await signIn({ baseUrl: server.baseUrl });
    const peer = { baseUrl: server.baseUrl, token };
    await sendMixed(peer, BEFORE);
    const before = await heapBytes(server);

    await sendMixed(peer, REQUESTS);

    expect((await heapBytes(server)) - before).toBeLessThan(SLACK_BYTES);
  } finally {
    await server.stop();
    await sandbox.stop();
  }
});
