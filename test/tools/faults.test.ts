import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createSentryAccess } from "../../src/sentry/access.ts";
import { createSentryService } from "../../src/sentry/service.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { callTool, type ToolResult } from "../../src/tools/call.ts";
import type { Tool } from "../../src/tools/define.ts";
import { findOrganizations } from "../../src/tools/find-organizations.ts";
import { findProjects } from "../../src/tools/find-projects.ts";
import { getIssueDetails } from "../../src/tools/get-issue-details.ts";
import { searchEvents } from "../../src/tools/search-events.ts";
import { searchIssues } from "../../src/tools/search-issues.ts";
import { updateIssue } from "../../src/tools/update-issue.ts";
import { whoami } from "../../src/tools/whoami.ts";
import { type Answer, type FaultyServer, startFaultyServer } from "../support/faulty-server.ts";
import { textOf } from "./session.ts";

const TOKEN = "sntryu_c0ffee00c0ffee00c0ffee00c0ffee00";
const MEBIBYTE = 1024 * 1024;
const LIMITS = { attemptMs: 5000, budgetMs: 6000, attempts: 2, longestWaitMs: 600, bodyBytes: MEBIBYTE };
/** For a Sentry that is waited for. */
const IMPATIENT = { ...LIMITS, attemptMs: 800, budgetMs: 3000 };
/** What a call may take at most, many times what it needs: nothing here may wait for its server. */
const PATIENCE_MS = 8000;

let server: FaultyServer;
beforeAll(async () => {
  server = await startFaultyServer();
});
afterAll(() => server.stop());

/** One call, as one request would make it. */
function call(
  tool: Tool,
  args: unknown,
  { signal = new AbortController().signal, limits = LIMITS } = {},
): Promise<ToolResult> {
  const service = createSentryService({
    url: server.baseUrl,
    regionUrls: [],
    fetch,
    now: Date.now,
    log: createLog({ level: "error", write: () => {}, now: Date.now }),
    version: "0",
    limits,
  });
  const sentry = createSentryAccess({
    service,
    credential: { id: "c", token: TOKEN },
    constraint: {},
    signal,
  });
  const handles = {
    lifeMinutes: 15,
    seal: () => Promise.resolve("handle"),
    open: () => Promise.resolve(undefined),
  };
  return callTool(tool, args, { sentry, handles, signal, now: Date.now });
}

const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));

/** Writes as long as anybody reads, up to 50 MB. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(256 * 1024, "x");
  let left = 200;
  const more = () => {
    while (!response.destroyed && left-- > 0) if (!response.write(chunk)) return;
    if (left <= 0) response.end();
  };
  response.on("drain", more);
  more();
}

const BOMB = gzipSync(Buffer.alloc(50 * MEBIBYTE, " "));

interface Fault {
  readonly answer: Answer;
  readonly says: RegExp;
  /** Goes on until nobody waits any more. */
  readonly isEndless?: boolean;
  /** Requests of a call that makes one. */
  readonly attempts: number;
}

const FAULTS: Record<string, Fault> = {
  "says nothing": {
    answer: () => {},
    says: /did not answer in time.*Sentry's side/,
    isEndless: true,
    attempts: 2,
  },
  "is limiting its rate, with a Retry-After that is too long": {
    answer: (_, response) => {
      response.setHeader("retry-after", "120");
      json(response, { detail: "Too frequently" }, 429);
    },
    says: /rate limit is reached: `Too frequently`\. Wait 120 s/,
    attempts: 1,
  },
  "is limiting its rate, with its own header": {
    answer: (_, response) => {
      response.setHeader("x-sentry-rate-limit-reset", String(Date.now() / 1000 + 60));
      json(response, {}, 429);
    },
    says: /rate limit is reached\. Wait (?:59|6\d) s/,
    attempts: 1,
  },
  "is limiting its rate, with a Retry-After of nothing": {
    answer: (_, response) => {
      response.setHeader("retry-after", "0");
      json(response, {}, 429);
    },
    says: /rate limit is reached/,
    attempts: 2,
  },
  "is limiting its rate without a word": {
    answer: (_, response) => void json(response, {}, 429),
    says: /rate limit is reached\. Wait, then try again/,
    attempts: 2,
  },
  "answers 500": {
    answer: (_, response) => void json(response, { detail: "Internal Error" }, 500),
    says: /answered 500: `Internal Error`\. This is on Sentry's side/,
    attempts: 2,
  },
  "is behind a proxy that answers 502 with a page": {
    answer: (_, response) => void response.writeHead(502).end("<html>no route to inner-host.example:9000"),
    says: /answered 502\. This is on Sentry's side/,
    attempts: 2,
  },
  "is behind a proxy that asks for a sign-in of its own": {
    answer: (_, response) => void response.writeHead(401).end("<html>inner-host.example"),
    says: /answered 401 with a page\. Whoever runs this server/,
    attempts: 1,
  },
  "is a web page": {
    answer: (_, response) => void response.end("<!doctype html><title>inner-host.example"),
    says: /a page, not JSON\. Whoever runs this server/,
    attempts: 1,
  },
  "is no Sentry": {
    answer: (_, response) => void response.writeHead(404).end("<h1>Not Found</h1>"),
    says: /does not offer/,
    attempts: 1,
  },
  "answers with half of its JSON": {
    answer: (_, response) => void response.end('[{"id":"1","slug":"ac'),
    says: /not JSON to its end/,
    attempts: 2,
  },
  "drips": {
    answer: (_, response) => {
      const timer = setInterval(() => response.write(" "), 100);
      response.on("close", () => clearInterval(timer));
    },
    says: /did not answer in time/,
    isEndless: true,
    attempts: 2,
  },
  "answers with 50 MB": {
    answer: (_, response) => pour(response),
    says: /larger than 1 MiB\. Ask for less/,
    attempts: 1,
  },
  "answers with 50 MB in a small parcel": {
    answer: (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(BOMB),
    says: /larger than 1 MiB/,
    attempts: 1,
  },
  "answers 500 with 50 MB": {
    answer: (_, response) => {
      response.writeHead(500);
      pour(response);
    },
    says: /answered 500/,
    attempts: 2,
  },
  "hangs up at once": {
    answer: (request) => request.socket.destroy(),
    says: /cannot be reached\. This is on Sentry's side or the network's/,
    attempts: 2,
  },
  "hangs up in the middle": {
    answer: (_, response) => {
      response.writeHead(200, { "content-length": 5000 }).write('[{"id":');
      setTimeout(() => response.socket?.destroy(), 20);
    },
    says: /answer broke off/,
    attempts: 2,
  },
  "redirects": {
    answer: (_, response) => {
      response.writeHead(302, { location: `${server.baseUrl}/elsewhere/inner-host.example` }).end();
    },
    says: /answered 302 where data was expected\. Whoever runs this server/,
    attempts: 1,
  },
  "repeats the token": {
    answer: (request, response) =>
      void json(response, { detail: `No: ${request.headers.authorization}` }, 400),
    says: /refused the request: `No: Bearer \[token\]`/,
    attempts: 1,
  },
  "answers with text": {
    answer: (_, response) => void json(response, "text"),
    says: /answer is not/,
    attempts: 1,
  },
};

describe("when Sentry", () => {
  for (const [name, { answer, says, attempts, isEndless }] of Object.entries(FAULTS)) {
    it(`${name}, every tool says so, soon and shortly, and leaves nothing running`, async () => {
      server.answer(answer);
      const limits = isEndless ? IMPATIENT : LIMITS;
      const results = await Promise.all(TOOLS.map((tool) => call(tool, tool.example, { limits })));

      for (const [index, result] of results.entries()) {
        const text = textOf(result);
        expect(result.isError, TOOLS[index]?.name).toBe(true);
        expect(text).toMatch(says);
        expect(text.length).toBeLessThan(600);
        expect(text).not.toMatch(/c0ffee|127\.0\.0\.1|inner-host|ECONN|undici/);
      }
      expect(server.requests.join("\n")).not.toContain("elsewhere");
      expect(server.requests.every((request) => request.startsWith("GET "))).toBe(true);
      const ofProjects = server.requests.filter((request) => request.includes("/acme/projects/"));
      // `find_projects`, and `list_projects` of the basic set.
      expect(ofProjects).toHaveLength(2 * attempts);
      await vi.waitFor(() => expect(server.open()).toBe(0), PATIENCE_MS);
      expect(server.bytesWritten()).toBeLessThan(server.requests.length * 20 * MEBIBYTE);
    }, 2 * PATIENCE_MS);
  }

  const WRONG_KINDS: [Tool, unknown, RegExp][] = [
    [findProjects, { projects: [] }, /not a list/],
    [findOrganizations, {}, /not a list of organizations/],
    [searchIssues, null, /not a list/],
    [getIssueDetails, [], /not what was asked for/],
    [searchEvents, [], /not a list/],
    [searchEvents, { data: {}, meta: {} }, /not a list/],
    [whoami, [], /not a user/],
    [updateIssue, [{}], /not what was asked for/],
  ];
  for (const [tool, value, says] of WRONG_KINDS) {
    it(`answers ${tool.name} with ${JSON.stringify(value)}, the tool says so`, async () => {
      server.answer((_, response) => void json(response, value));

      const result = await call(tool, tool.example);

      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(says);
    });
  }

  it("lists what cannot be read, the rest is told, and how much is missing", async () => {
    const things = [{ id: "1", slug: "one", title: "One" }, null, 7, { name: "nameless" }];
    server.answer((_, response) => void json(response, things));

    const results = await Promise.all(
      [findOrganizations, findProjects, searchIssues].map((tool: Tool) => call(tool, tool.example)),
    );

    expect(results.map((result) => result.isError)).toEqual([undefined, undefined, undefined]);
    expect(results.map(textOf).map((text) => /3 \w+ could not be read/.exec(text)?.[0])).toEqual([
      "3 organizations could not be read",
      "3 projects could not be read",
      "3 issues could not be read",
    ]);
  });

  it("nests an event without end, the issue is still told", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const issue = JSON.stringify({ id: "17", shortId: "WEB-1", title: "Broken", project: { slug: "web" } });
    server.answer(({ url }, response) =>
      void response.end(url?.includes("/events/") ? `{"eventID":"e","contexts":{"deep":${deep}}}` : issue)
    );

    const result = await call(getIssueDetails, { organizationSlug: "acme", issueId: "17" });

    expect(result.isError).toBeUndefined();
    expect(textOf(result)).toContain("Broken");
    expect(textOf(result)).toContain("deep: [nested too deeply]");
  });

  it("hangs up on a change, the tool sends it once and says that it may have been made", async () => {
    const issue = { id: "17", shortId: "WEB-1", status: "unresolved", project: { id: "2", slug: "web" } };
    server.answer((request, response) =>
      request.method === "GET" ? void json(response, issue) : request.socket.destroy()
    );

    const result = await call(updateIssue, {
      organizationSlug: "acme",
      issueId: "17",
      status: "resolved",
    });

    expect(textOf(result)).toContain("Sentry cannot be reached; the change may have been made");
    expect(server.requests.filter((request) => request.startsWith("PUT"))).toHaveLength(1);
  });

  it("is slow and the client goes, so does the call upstream", async () => {
    server.answer(() => {});
    const client = new AbortController();

    const calls = TOOLS.map((tool) => call(tool, tool.example, { signal: client.signal }));
    await vi.waitFor(() => expect(server.open()).toBeGreaterThanOrEqual(TOOLS.length), PATIENCE_MS);
    client.abort(new Error("the client has gone"));

    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(TOOLS.map(() => "rejected"));
    await vi.waitFor(() => expect(server.open()).toBe(0), PATIENCE_MS);
  });
});
