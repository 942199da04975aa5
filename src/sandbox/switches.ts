import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { randomBytes, toHex } from "../lib/crypto.ts";
import type { Age } from "./age.ts";
import type { ApiEnv } from "./access.ts";
import type { Codes } from "./oauth-codes.ts";
import { badRequest } from "./problem.ts";
import { isScope } from "./scopes.ts";
import type { SeerRuns } from "./seer-runs.ts";
import type { State } from "./state.ts";
import { personWhoSignsIn } from "./world/directory.ts";

interface Fault {
  readonly method?: string;
  /** Part of the path and query. */
  readonly path: string;
  readonly status?: number;
  readonly delayMs?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  times?: number;
}

interface LogLine {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly user?: string | undefined;
}

const MAX_LOG_LINES = 10_000;

/** Faults to order and a record of calls; both are a test's own and end with the process. */
export class Switches {
  readonly #basePath: string;
  #faults: Fault[] = [];
  #log: LogLine[] = [];

  constructor(basePath: string) {
    this.#basePath = basePath;
  }

  clear(): void {
    this.#faults = [];
    this.#log = [];
  }

  /** Stands before OAuth and API, behind the switches themselves. */
  readonly watch: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const url = new URL(c.req.url);
    const path = url.pathname.slice(this.#basePath.length);
    const faulty = await this.#fault(c, path + url.search);
    if (faulty) c.res = faulty;
    else await next();
    // The query of OAuth calls is the client's state and challenge: nothing for a log.
    const query = path.includes("/api/0/") ? url.search : "";
    this.#log.push({ method: c.req.method, path, query, status: c.res.status, user: c.get("login") });
    if (this.#log.length > MAX_LOG_LINES) this.#log.shift();
  };

  async #fault(c: Context, where: string): Promise<Response | undefined> {
    const fault = this.#faults.find(({ method, path }) =>
      where.includes(path) && (method === undefined || method === c.req.method)
    );
    if (!fault) return undefined;
    if (fault.times !== undefined && --fault.times <= 0) {
      this.#faults = this.#faults.filter((one) => one !== fault);
    }
    if (fault.delayMs) await delay(fault.delayMs, c.req.raw.signal);
    if (fault.status === undefined && fault.body === undefined) return undefined;
    const status = fault.status ?? 200;
    const headers = new Headers({
      "Content-Type": "application/json",
      ...(status === 429 && { "Retry-After": "1" }),
    });
    for (const [name, value] of Object.entries(fault.headers ?? {})) headers.set(name, value);
    const body = fault.body ?? { detail: status === 429 ? "You have been rate limited" : "Internal Error" };
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
  }

  routes(
    desk: { state: State; codes: Codes; age: Age; seerRuns: SeerRuns; now(): number },
  ): Hono<ApiEnv> {
    const routes = new Hono<ApiEnv>();

    routes.post("/faults", async (c) => {
      const fault = await readObject(c);
      if (typeof fault["path"] !== "string") throw badRequest('A fault has a "path"');
      // Only tests write faults; a wrong one shows in the test at once.
      this.#faults.push(fault as unknown as Fault);
      return c.json({ faults: this.#faults.length }, 201);
    });
    routes.delete("/faults", (c) => {
      this.#faults = [];
      return c.body(null, 204);
    });

    routes.get("/log", (c) => c.json(this.#log));
    routes.delete("/log", (c) => {
      this.#log = [];
      return c.body(null, 204);
    });

    routes.route("/age", desk.age.routes());

    routes.post("/tokens", async (c) => {
      const { user, scopes } = await readObject(c);
      const person = personWhoSignsIn(user);
      const wanted = Array.isArray(scopes) ? scopes.map(String) : [];
      if (!person) throw badRequest('"user" is "ada" or "grace"');
      if (!wanted.every(isScope)) throw badRequest('"scopes" holds Sentry scopes such as "event:read"');
      const token = `sntryu_${toHex(randomBytes(32))}`;
      desk.state.changeToken({
        add: { kind: "personal", access: token, login: person.login, scopes: wanted },
      });
      return c.json({ token }, 201);
    });

    routes.post("/expire", async (c) => {
      const { user, remove } = await readObject(c);
      const rows = desk.state.tokens().filter(({ kind, login }) =>
        kind === "oauth" && (!user || login === user)
      );
      for (const row of rows) {
        desk.state.changeToken(remove ? { remove: row } : { add: { ...row, expiresAtMs: desk.now() } });
      }
      return c.json({ changed: rows.length });
    });

    routes.post("/reset", (c) => {
      this.clear();
      desk.age.clear();
      desk.codes.clear();
      desk.seerRuns.clear();
      desk.state.reset();
      return c.body(null, 204);
    });

    return routes;
  }
}

async function readObject(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  try {
    const body: unknown = JSON.parse(text || "{}");
    if (typeof body === "object" && body !== null) return { ...body };
  } catch {
    // Falls through to the one answer for every wrong body.
  }
  throw badRequest("The body is a JSON object");
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
