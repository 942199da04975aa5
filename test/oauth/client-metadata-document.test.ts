import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createClientDocuments } from "../../src/oauth/client-metadata-document.ts";
import { REDIRECT } from "./harness.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A host of documents on loopback; `answer` may be changed between requests. */
async function serveDocuments(answer?: Answer) {
  const asked: string[] = [];
  const host = { answer, asked, origin: "", name: "" };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (host.answer) host.answer(response, request);
    else sendJson(response, documentOf(host.origin + request.url));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  // Listening on TCP, so the address is not a path.
  host.name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  host.origin = `http://${host.name}`;
  return host;
}

type Host = Awaited<ReturnType<typeof serveDocuments>>;

function documentOf(id: string, changes: Record<string, unknown> = {}) {
  return {
    client_id: id,
    client_name: "Document client",
    redirect_uris: [REDIRECT, "https://app.example/cb"],
    ...changes,
  };
}

function sendJson(response: ServerResponse, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(200, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function documentsFor(host: Host, options: { timeoutMs?: number; patterns?: string[] } = {}) {
  const clock = { nowMs: 1_800_000_000_000 };
  const now = () => clock.nowMs;
  const lines: string[] = [];
  const documents = createClientDocuments({
    config: {
      baseUrl: "http://localhost:3000",
      loopback: true,
      cimdHosts: [host.name],
      allowedRedirectUriPatterns: options.patterns ?? [],
    },
    fetch,
    now,
    log: createLog({ level: "debug", write: (line) => lines.push(line), now }),
    timeoutMs: options.timeoutMs,
    sleep: () => new Promise((resolve) => setTimeout(resolve, 2)),
  });
  return { clock, documents, lines };
}

describe("a client metadata document", () => {
  it("makes a client of a public one, with the host that stands behind it", async () => {
    const host = await serveDocuments();
    const id = `${host.origin}/client.json`;

    expect(await documentsFor(host).documents.find(id)).toEqual({
      id,
      verifiedHost: host.name,
      name: "Document client",
      redirectUris: [REDIRECT, "https://app.example/cb"],
      authMethod: "none",
    });
  });

  it("may say its method and type, and be any kind of JSON", async () => {
    const host = await serveDocuments((response) =>
      sendJson(
        response,
        documentOf(`${host.origin}/c`, { token_endpoint_auth_method: "none", application_type: "native" }),
        { "content-type": "application/client-metadata+json; charset=utf-8" },
      )
    );

    expect(await documentsFor(host).documents.find(`${host.origin}/c`)).toBeDefined();
  });

  it("shows a name without control and direction characters, 64 long", async () => {
    const host = await serveDocuments((response) =>
      sendJson(response, documentOf(`${host.origin}/c`, { client_name: `a\u202Eb\n${"x".repeat(100)}` }))
    );

    expect((await documentsFor(host).documents.find(`${host.origin}/c`))?.name).toBe(`a b ${"x".repeat(60)}`);
  });

  const refused: [name: string, answer: (id: string) => Answer][] = [
    ["another client_id", (id) => (response) => sendJson(response, documentOf(`${id}x`))],
    ["no client_id", () => (response) => sendJson(response, { redirect_uris: [REDIRECT] })],
    [
      "a redirect URI of a forbidden scheme",
      (id) => (response) =>
        sendJson(response, documentOf(id, { redirect_uris: [REDIRECT, "javascript:alert(1)"] })),
    ],
    [
      "a redirect URI of http elsewhere",
      (id) => (response) => sendJson(response, documentOf(id, { redirect_uris: ["http://app.example/cb"] })),
    ],
    ["no redirect URIs", (id) => (response) => sendJson(response, documentOf(id, { redirect_uris: [] }))],
    ["a secret", (id) => (response) => sendJson(response, documentOf(id, { client_secret: "x" }))],
    [
      "a secret's expiry",
      (id) => (response) => sendJson(response, documentOf(id, { client_secret_expires_at: 0 })),
    ],
    [
      "a symmetric key",
      (id) => (response) =>
        sendJson(response, documentOf(id, { jwks: { keys: [{ kty: "oct", k: "AAAA" }] } })),
    ],
    [
      "the method client_secret_basic",
      (id) => (response) =>
        sendJson(response, documentOf(id, { token_endpoint_auth_method: "client_secret_basic" })),
    ],
    [
      "the method private_key_jwt",
      (id) => (response) =>
        sendJson(response, documentOf(id, { token_endpoint_auth_method: "private_key_jwt" })),
    ],
    ["a list", () => (response) => sendJson(response, [])],
    ["null", () => (response) => sendJson(response, "null")],
    ["no JSON", () => (response) => sendJson(response, "{")],
    ["deep nesting", () => (response) => sendJson(response, "[".repeat(5000))],
    ["an empty body", () => (response) => sendJson(response, "")],
    [
      "a page",
      (id) => (response) =>
        sendJson(response, documentOf(id), { "content-type": "text/html; charset=utf-8" }),
    ],
    ["6 kB", (id) => (response) => sendJson(response, documentOf(id, { padding: "x".repeat(6000) }))],
    ["6 kB that unpack from little", (id) => async (response) => {
      const { gzipSync } = await import("node:zlib");
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(documentOf(id, { padding: "x".repeat(6000) }))));
    }],
    ["404", () => (response) => response.writeHead(404).end("{}")],
    ["500", () => (response) => response.writeHead(500).end("{}")],
    ["304", () => (response) => response.writeHead(304).end()],
    ["201 with a document", (id) => (response) => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify(documentOf(id)));
    }],
    ["a connection that ends", () => (response) => response.destroy()],
  ];
  for (const [name, answer] of refused) {
    it(`is refused for ${name}`, async () => {
      const host = await serveDocuments();
      const id = `${host.origin}/c`;
      host.answer = answer(id);
      const { documents, lines } = documentsFor(host);

      expect(await documents.find(id)).toBeUndefined();
      expect(lines.join("\n")).toContain("client_document.refused");
      expect(host.asked).toEqual(["/c"]);
    });
  }

  it("is not looked for where it redirects to (draft §5)", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const host = await serveDocuments((response, request) => {
        if (request.url === "/c") response.writeHead(status, { location: "/other" }).end();
        else sendJson(response, documentOf(`${host.origin}/c`));
      });

      expect(await documentsFor(host).documents.find(`${host.origin}/c`)).toBeUndefined();
      expect(host.asked).toEqual(["/c"]);
    }
  });

  it("is given up when it never ends or comes byte by byte", async () => {
    const slow: Answer[] = [
      () => undefined,
      (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(timer));
      },
    ];
    for (const answer of slow) {
      const host = await serveDocuments(answer);

      expect(await documentsFor(host, { timeoutMs: 100 }).documents.find(`${host.origin}/c`)).toBeUndefined();
    }
  });

  it("is cut off after 5 kB of an endless body", async () => {
    let sentBytes = 0;
    const host = await serveDocuments((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => {
        sentBytes += 1024;
        response.write(" ".repeat(1024));
      }, 1);
      response.on("close", () => clearInterval(timer));
    });

    expect(await documentsFor(host).documents.find(`${host.origin}/c`)).toBeUndefined();
    expect(sentBytes).toBeLessThan(100_000);
  });

  it("is not asked for at all at a host that only * lets in, where addresses cannot be pinned", async () => {
    let calls = 0;
    const now = () => 0;
    const documents = createClientDocuments({
      config: {
        baseUrl: "https://mcp.example",
        loopback: false,
        cimdHosts: ["*"],
        allowedRedirectUriPatterns: [],
      },
      fetch: async () => {
        calls++;
        return new Response();
      },
      now,
      log: createLog({ level: "error", write: () => undefined, now }),
    });

    expect(await documents.find("https://client.example.com/c")).toBeUndefined();
    expect(calls).toBe(0);
  });

  it("is asked for through the pinning fetch at a host that only * lets in", async () => {
    const id = "https://client.example.com/c";
    const now = () => 0;
    const documents = createClientDocuments({
      config: {
        baseUrl: "https://mcp.example",
        loopback: false,
        cimdHosts: ["*"],
        allowedRedirectUriPatterns: [],
      },
      fetch: () => Promise.reject(new Error("not this one")),
      fetchPublic: async () => Response.json(documentOf(id)),
      now,
      log: createLog({ level: "error", write: () => undefined, now }),
    });

    expect(await documents.find(id)).toMatchObject({ id, verifiedHost: "client.example.com" });
  });
});

describe("the cache of documents", () => {
  const cases: [control: string | undefined, seconds: number][] = [
    [undefined, 300],
    ["max-age=1", 300],
    ["no-store", 300],
    ["no-cache, max-age=7200", 300],
    ["public, max-age=3600", 3600],
    ['max-age="3600"', 3600],
    ["max-age=99999999", 86_400],
    ["max-age=-5", 300],
  ];
  for (const [control, seconds] of cases) {
    it(`keeps one for ${seconds} s when Cache-Control is ${control ?? "absent"}`, async () => {
      const host = await serveDocuments((response, request) =>
        sendJson(response, documentOf(host.origin + request.url), control ? { "cache-control": control } : {})
      );
      const { clock, documents } = documentsFor(host);
      const id = `${host.origin}/c`;

      await documents.find(id);
      clock.nowMs += seconds * 1000 - 1;
      await documents.find(id);
      expect(host.asked).toHaveLength(1);
      clock.nowMs += 1;
      await documents.find(id);
      expect(host.asked).toHaveLength(2);
    });
  }

  it("honours a changed list of redirect URIs when the document's age is over", async () => {
    const host = await serveDocuments();
    const { clock, documents } = documentsFor(host);
    const id = `${host.origin}/c`;
    await documents.find(id);
    host.answer = (response) =>
      sendJson(response, documentOf(id, { redirect_uris: ["https://new.example/cb"] }));

    expect((await documents.find(id))?.redirectUris).toContain(REDIRECT);
    clock.nowMs += 300_000;
    expect((await documents.find(id))?.redirectUris).toEqual(["https://new.example/cb"]);
  });

  it("asks again 30 s after a failure, and a corrected document works", async () => {
    const host = await serveDocuments((response) => response.writeHead(404).end());
    const { clock, documents } = documentsFor(host);
    const id = `${host.origin}/c`;
    await documents.find(id);
    host.answer = undefined;

    expect(await documents.find(id)).toBeUndefined();
    clock.nowMs += 29_999;
    expect(await documents.find(id)).toBeUndefined();
    expect(host.asked).toHaveLength(1);
    clock.nowMs += 1;
    expect(await documents.find(id)).toBeDefined();
  });

  it("asks once for fifty sign-ins at a time, whatever the answer", async () => {
    for (const status of [200, 404]) {
      const host = await serveDocuments((response, request) => {
        setTimeout(() => {
          if (status === 200) sendJson(response, documentOf(host.origin + request.url));
          else response.writeHead(status).end();
        }, 20);
      });
      const { documents } = documentsFor(host);
      const found = await Promise.all(
        Array.from({ length: 50 }, () => documents.find(`${host.origin}/c`)),
      );

      expect(found.filter((client) => client !== undefined)).toHaveLength(status === 200 ? 50 : 0);
      expect(host.asked).toHaveLength(1);
    }
  });

  it("goes to one origin at most twenty times a minute, also for documents that are not there", async () => {
    const host = await serveDocuments((response) => response.writeHead(404).end());
    const { clock, documents, lines } = documentsFor(host);
    const ask = (from: number) =>
      Promise.all(Array.from({ length: 100 }, (_, n) => documents.find(`${host.origin}/${from + n}`)));

    await ask(0);
    expect(host.asked).toHaveLength(20);
    expect(lines.join("\n")).toContain("client_document.over_budget");
    clock.nowMs += 60_000;
    await ask(100);
    expect(host.asked).toHaveLength(40);
  });

  it("goes out at most a hundred times a minute, over all origins", async () => {
    let calls = 0;
    const now = () => 0;
    const documents = createClientDocuments({
      config: {
        baseUrl: "https://mcp.example",
        loopback: false,
        cimdHosts: ["*"],
        allowedRedirectUriPatterns: [],
      },
      fetch,
      fetchPublic: async (url) => {
        calls++;
        return Response.json(documentOf(url));
      },
      now,
      log: createLog({ level: "error", write: () => undefined, now }),
    });

    await Promise.all(
      Array.from({ length: 150 }, (_, n) => documents.find(`https://client-${n}.example.com/c`)),
    );

    expect(calls).toBe(100);
  });
});
