import { expect, it } from "vitest";
import { openWorld } from "./world.ts";

it("a picture reaches the client beside the text", async () => {
  const { mint, startInstance } = await openWorld();
  const call = startInstance({ SENTRY_AUTH_TOKEN: await mint("ada"), MCP_API_KEY: "a-key-of-the-network" });

  const answer = await call("Bearer a-key-of-the-network", "get_event_attachment", {
    organizationSlug: "acme",
    projectSlug: "mobile",
    eventId: "60010001600100016001000160010001",
    attachmentId: "60012",
  });

  expect(answer).toMatch(/"type":"image","data":"iVBORw0KGgo[\w+/]+=*","mimeType":"image\/png"/);
  expect(answer).toContain("screenshot.png");
});
