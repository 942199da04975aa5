import { Hono } from "hono";
import type { Context } from "hono";
import { issueFor, organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { ApiProblem, badRequest, notFound } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { SeerRuns } from "./seer-runs.ts";
import type { Json } from "./world/model.ts";
import { WITHOUT_BUDGET, WITHOUT_SEER } from "./world/seer-runs.ts";

const AUTOFIX = "/organizations/:organization/issues/:issue/autofix/";
const STOPPING_POINTS = ["root_cause", "solution", "code_changes", "open_pr"];
const MAX_CONTEXT = 1000;

/** Seer's analysis of an issue (`seer/endpoints/group_ai_autofix.py` of getsentry/sentry). */
export function seerApi(desk: Desk, runs: SeerRuns): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const open = (c: Context<ApiEnv, typeof AUTOFIX>, scope: string) => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), scope);
    const issue = issueFor(c.var.caller, organization, c.req.param("issue"));
    if (WITHOUT_SEER.includes(issue.project.slug)) {
      throw new ApiProblem(403, "AI features are disabled for this project.");
    }
    return issue;
  };

  api.get(AUTOFIX, (c) => {
    const clock = { nowMs: desk.now(), seededAtMs: desk.state.seededAtMs };
    return c.json({ autofix: runs.look(open(c, "event:read"), clock) ?? null });
  });

  api.post(AUTOFIX, async (c) => {
    const issue = open(c, "event:write");
    const { instruction, reaches, runId } = readStart(await readBody(c));
    if (runId !== undefined && !runs.has(issue, runId)) throw notFound();
    if (WITHOUT_BUDGET.includes(issue.shortId)) return c.json("No budget for Seer Autofix.", 402);
    return c.json({ run_id: runs.start(issue, { instruction, reaches }) }, 202);
  });

  return api;
}

function readStart(body: Json): { instruction: string; reaches: "root_cause" | "solution"; runId?: number } {
  const { user_context: context = "", stopping_point: until = "root_cause", run_id: runId } = body;
  if (typeof context !== "string") throw badRequest({ user_context: ["Not a valid string."] });
  if (context.length > MAX_CONTEXT) {
    throw badRequest({ user_context: [`Ensure this field has no more than ${MAX_CONTEXT} characters.`] });
  }
  if (!STOPPING_POINTS.includes(String(until))) {
    throw badRequest({ stopping_point: [`"${String(until)}" is not a valid choice.`] });
  }
  if (runId !== undefined && typeof runId !== "number") {
    throw badRequest({ run_id: ["A valid integer is required."] });
  }
  const reaches = until === "root_cause" ? "root_cause" : "solution";
  return { instruction: context, reaches, ...(runId !== undefined && { runId }) };
}
