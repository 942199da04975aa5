import * as v from "valibot";
import { blocks, code, link } from "../render/markdown.ts";
import { addNote, getIssue } from "../sentry/issue.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { issueAddress } from "./params.ts";

const output = v.object({ issue: v.string(), url: v.optional(v.string()), note: v.string() });

export const addIssueNote = defineTool({
  name: "add_issue_note",
  title: "Add issue note",
  description: "Posts a comment on an issue in the name of the signed-in user.",
  skills: ["triage"],
  scopes: ["event:write"],
  effect: "create",
  output,
  input: v.object({
    ...issueAddress,
    text: v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1),
      v.maxLength(4096),
      v.description("The comment, in Markdown"),
    ),
  }),
  example: { organizationSlug: "acme", issueId: "STOREFRONT-2", text: "Seen again after the release" },
  async run(input, { sentry }): Promise<v.InferOutput<typeof output>> {
    const { organization, issueId } = addressedIssue(input, sentry);
    const issue = await getIssue(organization, issueId);
    await addNote(organization, issue, input.text);
    return { issue: issue.shortId ?? issue.id, url: link(issue.permalink), note: input.text };
  },
  render: ({ issue, url }) => blocks(`The comment was added to ${code(issue)}.`, url),
});
