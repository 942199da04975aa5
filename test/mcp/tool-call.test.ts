import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import { runCall } from "../../src/mcp/tool-call.ts";
import { Unauthorized } from "../../src/mcp/unauthorized.ts";
import { createSentryService } from "../../src/sentry/service.ts";
import type { Effect } from "../../src/tools/define.ts";
import { Question } from "../../src/tools/question.ts";
import { callerWith, describeTool, fixtureTool, silent } from "./fixture.ts";

const now = () => 0;

describe("runCall()", () => {
  for (const effect of ["read", "update"] satisfies Effect[]) {
    it(`puts no question for a grant that was revoked, from a tool whose effect is "${effect}"`, async () => {
      const tool = fixtureTool("curious", effect, () => {
        throw new Question("which", "Which of acme, umbra?", {});
      });
      const call = {
        tool,
        description: describeTool(tool),
        args: { organizationSlug: "acme" },
        caller: callerWith({
          isLive: async () => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            return false;
          },
        }),
        signal: new AbortController().signal,
        client: { ask: { answerTo: () => undefined } },
      };
      const service = createSentryService({
        url: "https://sentry.example",
        regionUrls: [],
        fetch: () => Promise.reject(new Error("Nobody asks Sentry")),
        now,
        log: silent,
        version: "0",
      });
      const sealer = createSealer({ keys: ["k".repeat(32)], issuer: "https://x.test", now });

      const ran = runCall(call, { service, sealer, now });

      await expect(ran).rejects.toThrow(Unauthorized);
    });
  }
});
