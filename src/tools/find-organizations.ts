import * as v from "valibot";
import { blocks, code, counted, joined, lines, link } from "../render/markdown.ts";
import { defineTool } from "./define.ts";
import { searchText } from "./params.ts";

const output = v.object({
  organizations: v.array(v.object({
    slug: v.string(),
    id: v.optional(v.string()),
    name: v.optional(v.string()),
    webUrl: v.optional(v.string()),
    regionUrl: v.optional(v.string()),
  })),
  hasMore: v.boolean(),
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
  input: v.object({ query: v.optional(searchText) }),
  example: {},
  async run({ query }, { sentry }): Promise<v.InferOutput<typeof output>> {
    const list = await sentry.organizations({ query });
    return {
      organizations: [...list.organizations],
      hasMore: list.hasMore,
      unreadable: list.dropped,
      unreachableRegions: [...list.unreachable],
    };
  },
  render({ organizations, hasMore, unreadable, unreachableRegions }) {
    return blocks(
      organizations.length > 0 ? counted(organizations.length, "organization") : "No organization found",
      lines(
        ...organizations.map(({ slug, name, webUrl }) =>
          `- ${joined(code(slug), name && name !== slug && code(name, 100), link(webUrl))}`
        ),
      ),
      unreadable > 0 && `${counted(unreadable, "organization")} could not be read and are left out`,
      hasMore && "There are more: pass `query` with a part of the name.",
      unreachableRegions.length > 0 &&
        `Not complete, these regions did not answer: ${
          unreachableRegions.map((url) => code(url)).join(", ")
        }`,
    );
  },
});
