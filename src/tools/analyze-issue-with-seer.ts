import * as v from "valibot";
import { renderSeerAnalysis, type SeerStart } from "../render/seer-analysis.ts";
import { SentryError } from "../sentry/error.ts";
import { getIssue } from "../sentry/issue.ts";
import { getSeerRun, type SeerRun, startSeerRun } from "../sentry/seer.ts";
import { defineTool } from "./define.ts";
import { followSeerRun } from "./follow-seer-run.ts";
import { addressedIssue } from "./issue-address.ts";
import { issueAddress } from "./params.ts";

export const analyzeIssueWithSeer = defineTool({
  name: "analyze_issue_with_seer",
  title: "Analyze issue with Seer",
  description:
    "Root cause and proposed solution of an issue by Seer, Sentry's AI, which reads the code. Shows the newest " +
    "analysis at once, or starts one, which takes minutes; while it runs the answer has a runId to read on with.",
  skills: ["seer"],
  scopes: ["event:write"],
  effect: "create",
  output: "text",
  input: v.object({
    ...issueAddress,
    instruction: v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.maxLength(1000),
        v.description("What Seer should know or look at; starts a new run when the last one has ended"),
      ),
    ),
    runId: v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.regex(/^\d{1,20}$/, "expected the run id of an earlier answer, such as 90001"),
        v.description("Only reads on: the run id of an earlier answer"),
      ),
    ),
    restart: v.optional(v.pipe(v.boolean(), v.description("Starts anew although there is a run")), false),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
  async run(input, context) {
    const startedAtMs = context.now();
    const { organization, issueId } = addressedIssue(input, context.sentry);
    const { runId, restart, instruction } = input;
    if (runId !== undefined && (restart || instruction)) {
      throw new SentryError(
        "invalid",
        "runId only reads: leave it out to start a run, or leave out the rest",
      );
    }
    const issue = await getIssue(organization, issueId);
    const known = await getSeerRun(organization, issue);
    if (runId !== undefined && !known) {
      throw new SentryError("not_found", `Seer has no run for issue "${issueId}"`);
    }

    const start = startOf({ known, restart, instruction });
    const first = known && !start ? known : begun(await startSeerRun(organization, issue, { instruction }));
    const replacedId = start ? known?.id : undefined;
    const look = async (): Promise<SeerRun | undefined> => {
      const run = await getSeerRun(organization, issue);
      return run?.id !== undefined && run.id === replacedId ? undefined : run;
    };
    const followed = await followSeerRun(first, { look, startedAtMs }, context);
    return {
      ...followed,
      issue: issue.shortId ?? issue.id,
      url: issue.permalink,
      start,
      replacedId,
      askedForId: runId,
      hasUnusedInstruction: Boolean(instruction) && !start,
      asOf: new Date(context.now()).toISOString(),
    };
  },
  render: renderSeerAnalysis,
});

/** Why a run is started; undefined when the newest is read. A run that goes on is not disturbed by an instruction. */
function startOf(
  { known, restart, instruction }: { known?: SeerRun; restart: boolean; instruction?: string },
): SeerStart | undefined {
  if (!known) return "first";
  if (restart) return "restart";
  return instruction && known.status !== "running" ? "instruction" : undefined;
}

const begun = (id: string | undefined): SeerRun => ({
  id,
  status: "running",
  activities: [],
  pullRequests: [],
  questions: [],
});
