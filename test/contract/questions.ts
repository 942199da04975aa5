import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import type { Peer } from "../support/rpc.ts";
import type { Runtime } from "../support/servers.ts";

type Transport = StreamableHTTPClientTransport | SSEClientTransport;

/** In a session that begins with `initialize`, the answer to a question comes with a request of its own. */
export function questionCases(runtime: Runtime, peerOf: () => Peer): void {
  const over = (at: "/mcp" | "/sse"): Transport => {
    const { baseUrl, token } = peerOf();
    const options = { requestInit: { headers: { authorization: `Bearer ${token}` } } };
    const url = new URL(at, baseUrl);
    return at === "/mcp"
      ? new StreamableHTTPClientTransport(url, options)
      : new SSEClientTransport(url, options);
  };

  describe("a question in the middle of a call", () => {
    if (runtime === "vercel") {
      it("is not asked where no answer would arrive: the model is told what to pass", async () => {
        const { asked, text } = await findProjects(over("/mcp"));

        expect(asked).toEqual([]);
        expect(text).toContain("organizationSlug");
      });
      return;
    }
    it.each(["/mcp", "/sse"] as const)("at %s is answered by another request of its session", async (at) => {
      const { asked, text } = await findProjects(over(at));

      expect(asked).toEqual(['Which organization is "Find projects" for?']);
      expect(text).toContain("checkout");
    });
  });
}

async function findProjects(transport: Transport): Promise<{ asked: string[]; text: string }> {
  const client = new Client({ name: "asked", version: "1" }, {
    capabilities: { elicitation: { form: {} } },
  });
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message);
    return { action: "accept", content: { organizationSlug: "acme" } };
  });
  await client.connect(transport);
  const { content } = await client.callTool({ name: "find_projects", arguments: {} });
  await client.close();
  return { asked, text: JSON.stringify(content) };
}
