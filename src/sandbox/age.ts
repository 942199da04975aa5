import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import type { ApiEnv } from "./access.ts";
import { badRequest } from "./problem.ts";
import { readBody } from "./read-body.ts";

const ORGANIZATION = "/api/0/organizations/[^/]+";

type Refusal = "page" | "not found" | "unknown sort" | "unknown dataset";

/** What came with which self-hosted version (year.month, roughly): until then a request like this is refused. */
const NEWER: readonly (readonly [string, RegExp, Refusal])[] = [
  ["23.7", /\/events\/recommended\/$/, "page"],
  ["23.9", /\/api\/0\/users\/me\/regions\/$/, "page"],
  ["24.4", new RegExp(`${ORGANIZATION}/issues/(?!\\d+/)[^/]+/`), "not found"],
  ["25.2", new RegExp(`${ORGANIZATION}/trace/[^/]+/(?:\\?|$)`), "page"],
  ["25.3", /\/api\/0\/projects\/[^/]+\/[^/]+\/trace-items\//, "page"],
  ["25.6", new RegExp(`${ORGANIZATION}/issues/\\?(?:.*&)?sort=recommended(?:&|$)`), "unknown sort"],
  ["25.4", new RegExp(`${ORGANIZATION}/events[^/]*/\\?(?:.*&)?dataset=spans(?:&|$)`), "unknown dataset"],
  ["25.5", new RegExp(`${ORGANIZATION}/events[^/]*/\\?(?:.*&)?dataset=ourlogs(?:&|$)`), "unknown dataset"],
  ["25.8", new RegExp(`${ORGANIZATION}/events[^/]*/\\?(?:.*&)?dataset=logs(?:&|$)`), "unknown dataset"],
  [
    "25.11",
    new RegExp(`${ORGANIZATION}/events[^/]*/\\?(?:.*&)?dataset=tracemetrics(?:&|$)`),
    "unknown dataset",
  ],
  ["25.8", new RegExp(`${ORGANIZATION}/events-timeseries/`), "page"],
];

/** Members of issues that older versions do not send. */
const NEWER_MEMBERS: readonly (readonly [string, readonly string[]])[] = [
  ["24.2", ["priority", "priorityLockedAt"]],
  ["25.1", ["seerFixabilityScore", "seerAutofixLastTriggered"]],
];

/** Lets the sandbox answer as an older self-hosted Sentry would; a test's own, so it ends with the process. */
export class Age {
  readonly #basePath: string;
  #version: number | undefined;

  constructor(basePath: string) {
    this.#basePath = basePath;
  }

  clear(): void {
    this.#version = undefined;
  }

  readonly watch: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const version = this.#version;
    if (version === undefined) return await next();
    const url = new URL(c.req.url);
    const asked = url.pathname.slice(this.#basePath.length) + url.search;
    const refusal = NEWER.find(([since, pattern]) => version < monthsOf(since) && pattern.test(asked))?.[2];
    if (refusal) return refuse(c, refusal);
    await next();
    if (/\/issues\/(?:\d+\/)?$/.test(url.pathname)) c.res = await withoutNewer(c.res, version);
  };

  routes(): Hono<ApiEnv> {
    const routes = new Hono<ApiEnv>();
    routes.post("/", async (c) => {
      const { version } = await readBody(c);
      if (typeof version !== "string" || !/^\d\d\.\d{1,2}$/.test(version)) {
        throw badRequest('"version" is a year and a month, such as "23.6"');
      }
      this.#version = monthsOf(version);
      return c.json({ version }, 201);
    });
    routes.delete("/", (c) => {
      this.clear();
      return c.body(null, 204);
    });
    return routes;
  }
}

function monthsOf(version: string): number {
  const [year = 0, month = 0] = version.split(".").map(Number);
  return year * 12 + month;
}

/** Addresses that Django has no route for get its page, everything else is JSON. */
function refuse(c: Context, refusal: Refusal): Response {
  if (refusal === "page") {
    return c.html(
      '<!doctype html>\n<html lang="en"><head><title>Not Found</title></head>' +
        "<body><h1>Not Found</h1><p>The requested resource was not found on this server.</p></body></html>",
      404,
    );
  }
  if (refusal === "not found") return c.json({ detail: "The requested resource does not exist" }, 404);
  const detail = refusal === "unknown sort"
    ? "Invalid sort: 'recommended'"
    : "dataset must be one of: discover, errors, metricsEnhanced, metrics, profiles, issuePlatform";
  return c.json({ detail }, 400);
}

async function withoutNewer(response: Response, version: number): Promise<Response> {
  if (!response.headers.get("Content-Type")?.includes("json")) return response;
  const missing = NEWER_MEMBERS.flatMap(([since, names]) => version < monthsOf(since) ? names : []);
  const older = (issue: object) =>
    Object.fromEntries(Object.entries(issue).filter(([name]) => !missing.includes(name)));
  const body: unknown = await response.json();
  const { status, headers } = response;
  if (Array.isArray(body)) {
    return Response.json(body.map((issue: object) => older(issue)), { status, headers });
  }
  return Response.json(older(Object(body) as object), { status, headers });
}
