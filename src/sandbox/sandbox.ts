import { Hono } from "hono";
import { Age } from "./age.ts";
import { authenticate } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { directoryApi } from "./directory-api.ts";
import { eventsApi } from "./events-api.ts";
import { issuePartsApi } from "./issue-parts-api.ts";
import { issuesApi } from "./issues-api.ts";
import { authorizeRoutes } from "./oauth-authorize.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./oauth-client.ts";
import { Codes } from "./oauth-codes.ts";
import { tokenRoutes } from "./oauth-token.ts";
import { projectEventsApi } from "./project-events-api.ts";
import { noticePage } from "./web-pages.ts";
import { ApiProblem } from "./problem.ts";
import { seerApi } from "./seer-api.ts";
import { SeerRuns } from "./seer-runs.ts";
import { State } from "./state.ts";
import type { SandboxStorage } from "./state.ts";
import { Switches } from "./switches.ts";

export type { SandboxStorage } from "./state.ts";

interface Sandbox {
  fetch(request: Request): Promise<Response>;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly regionUrls: readonly string[];
}

/**
 * A small Sentry: OAuth provider and REST API over a made-up world (README.md of this folder).
 *
 * @param options `baseUrl`: where it is reached, with any path or none, without a slash at the end. `now`: in ms.
 */
export function createSandbox(
  options: { baseUrl: string; storage: SandboxStorage; now: () => number },
): Sandbox {
  const { baseUrl, now } = options;
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, "");
  const state = new State(options.storage, now);
  const codes = new Codes(now);
  const age = new Age(basePath);
  const switches = new Switches(basePath);
  const seerRuns = new SeerRuns();

  const app = new Hono<ApiEnv>();
  app.onError((error, c) => {
    if (error instanceof ApiProblem) return c.json(error.body, error.status);
    return c.json({ detail: "Internal Error", sandboxError: String(error) }, 500);
  });
  app.notFound((c) => c.json({ detail: "The requested resource does not exist" }, 404));

  app.route(`${basePath}/__sandbox`, switches.routes({ state, codes, age, seerRuns, now }));
  app.use(`${basePath}/*`, switches.watch);
  app.use(`${basePath}/*`, age.watch);
  app.route(basePath || "/", authorizeRoutes({ basePath, state, codes }));
  app.route(basePath || "/", tokenRoutes({ state, codes, now }));
  for (const region of [undefined, "us", "de"] as const) {
    const path = `${basePath}${region ? `/${region}` : ""}/api/0`;
    const desk: Desk = { baseUrl, state, now, ...(region && { region }) };
    app.use(`${path}/*`, authenticate(desk));
    app.route(path, directoryApi(desk));
    app.route(path, issuesApi(desk));
    app.route(path, issuePartsApi(desk));
    app.route(path, eventsApi(desk));
    app.route(path, projectEventsApi(desk));
    app.route(path, seerApi(desk, seerRuns));
  }

  // Where links in answers lead: a person who follows one learns what this is.
  app.get(`${basePath}/organizations/*`, (c) => c.html(noticePage()));

  return {
    fetch: async (request) => await app.fetch(request),
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    regionUrls: [`${baseUrl}/us`, `${baseUrl}/de`],
  };
}
