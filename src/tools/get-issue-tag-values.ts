import * as v from "valibot";
import { blocks, code, counted, joined, lines } from "../render/markdown.ts";
import { share } from "../render/share.ts";
import { moment } from "../render/time.ts";
import { getIssue } from "../sentry/issue.ts";
import { getTagValues } from "../sentry/tag-values.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { issueAddress } from "./params.ts";

export const getIssueTagValues = defineTool({
  name: "get_issue_tag_values",
  title: "Get issue tag values",
  description:
    "How the events of an issue divide among the values of one tag, such as browser, environment, release, url or user.",
  skills: ["inspect", "triage"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    ...issueAddress,
    tagKey: v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/, `expected the key of a tag, such as "environment"`),
      v.description("Key of the tag"),
    ),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1", tagKey: "environment" },
  async run(input, { sentry, now }) {
    const { organization, issueId } = addressedIssue(input, sentry);
    const issue = await getIssue(organization, issueId);
    const values = await getTagValues(organization, issue, input.tagKey);
    return { issue: issue.shortId ?? issue.id, ...values, asOf: new Date(now()).toISOString() };
  },
  render({ issue, key, events, distinctValues, top, asOf }) {
    return blocks(
      `# Tag ${code(key)} of issue ${code(issue)}`,
      joined(
        events !== undefined && counted(events, "event"),
        distinctValues !== undefined && counted(distinctValues, "distinct value"),
      ),
      top.length === 0 && "No event has a value for it.",
      lines(...top.map(({ value, events: count, lastSeen }) =>
        `- ${
          joined(
            code(value, 200),
            count !== undefined && `${counted(count, "event")}${share(count, events)}`,
            lastSeen && `last ${moment(lastSeen, asOf)}`,
          )
        }`
      )),
      distinctValues !== undefined && distinctValues > top.length &&
        `The most frequent ${top.length} of ${distinctValues}; search_issues with ${
          code(`${key}:value`)
        } finds the issues of one.`,
    );
  },
});
