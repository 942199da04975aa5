import * as v from "valibot";
import { renderEventList } from "../render/event-list.ts";
import { searchIssueEvents as search } from "../sentry/event.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { cursor, issueAddress, period } from "./params.ts";

export const searchIssueEvents = defineTool({
  name: "search_issue_events",
  title: "Search issue events",
  description:
    "Finds events of one issue, newest first, by Sentry's search syntax: `environment:production`, " +
    "`release:web@1.2.0`, `user.email:a@example.com`, `!has:user`. Answers with id, time, user and tags of each; " +
    "get_issue_details explains one.",
  skills: ["inspect", "triage"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    ...issueAddress,
    query: v.optional(
      v.pipe(v.string(), v.maxLength(2000), v.description("Sentry search syntax; empty finds every event")),
      "",
    ),
    period: v.optional(period, "14d"),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 25),
    cursor: v.optional(cursor),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
  async run(input, { sentry, now }) {
    const { query, period, limit, cursor } = input;
    const { organization, issueId } = addressedIssue(input, sentry);
    const page = await search(organization, issueId, { query, period, limit, cursor });
    return { ...page, issueId, asOf: new Date(now()).toISOString() };
  },
  render: renderEventList,
});
