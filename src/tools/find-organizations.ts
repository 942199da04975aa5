import * as v from "valibot";
import { blocks, code, counted, joined, lines, link } from "../render/markdown.ts";
import { defineTool } from "./define.ts";
import { cursor, searchText } from "./params.ts";

const output = v.object({
  organizations: v.array(v.object({
    slug: v.string(),
    id: v.optional(v.string()),
    name: v.optional(v.string()),
    webUrl: v.optional(v.string()),
    regionUrl: v.optional(v.string()),
  })),
  hasMore: v.boolean(),
  cursor: v.optional(v.string()),
  unreadable: v.number(),
  unreachableRegions: v.array(v.string()),
});

export const findOrganizations = defineTool({
  name: "find_organizations",
  title: "Find organizations",
  description:
    "Lists the Sentry organizations that the user belongs to, over all regions, with slug, name and web address. " +
    "Start here when the organization is not known.",
  skills: ["inspect", "seer", "triage", "project-management"],
  scopes: ["org:read"],
  effect: "read",
  output,
  input: v.object({ query: v.optional(searchText), cursor: v.optional(cursor) }),
  example: {},
  async run(input, { sentry }): Promise<v.InferOutput<typeof output>> {
    const list = await sentry.organizations(input);
    return {
      organizations: [...list.organizations],
      hasMore: list.cursor !== undefined,
      cursor: list.cursor,
      unreadable: list.dropped,
      unreachableRegions: [...list.unreachable],
    };
  },
  render({ organizations, cursor, unreadable, unreachableRegions }) {
    return blocks(
      organizations.length > 0 ? counted(organizations.length, "organization") : "No organization found",
      lines(
        ...organizations.map(({ slug, name, webUrl }) =>
          `- ${joined(code(slug), name && name !== slug && code(name, 100), link(webUrl))}`
        ),
      ),
      unreadable > 0 && `${counted(unreadable, "organization")} could not be read and are left out`,
      cursor && `There are more: pass \`cursor\` ${code(cursor)}.`,
      unreachableRegions.length > 0 &&
        `Not complete, these regions did not answer: ${
          unreachableRegions.map((url) => code(url)).join(", ")
        }`,
    );
  },
});
