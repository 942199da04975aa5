import * as v from "valibot";
import { renderIssueActivity } from "../render/issue-activity.ts";
import { getIssueActivity as getActivity } from "../sentry/activity.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { issueAddress } from "./params.ts";

export const getIssueActivity = defineTool({
  name: "get_issue_activity",
  title: "Get issue activity",
  description:
    "What was done with an issue, newest first: resolved, reopened, assigned, regressed, commented, and by whom.",
  skills: ["inspect", "triage"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    ...issueAddress,
    includeComments: v.optional(v.boolean(), true),
    limit: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
      25,
    ),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
  async run(input, { sentry, now }) {
    const { organization, issueId } = addressedIssue(input, sentry);
    const { issue, activity } = await getActivity(organization, issueId);
    const wanted = activity.filter(({ type }) => input.includeComments || type !== "note");
    return {
      issue: issue.shortId ?? issue.id,
      activity: wanted.slice(0, input.limit),
      total: wanted.length,
      asOf: new Date(now()).toISOString(),
    };
  },
  render: renderIssueActivity,
});
