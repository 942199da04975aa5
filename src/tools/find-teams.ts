import * as v from "valibot";
import { blocks, code, counted, joined, lines } from "../render/markdown.ts";
import { listTeams } from "../sentry/team.ts";
import { defineTool } from "./define.ts";
import { cursor, organizationSlug, searchText } from "./params.ts";

const output = v.object({
  teams: v.array(v.object({
    slug: v.string(),
    id: v.string(),
    name: v.optional(v.string()),
    members: v.optional(v.number()),
  })),
  hasMore: v.boolean(),
  cursor: v.optional(v.string()),
  unreadable: v.number(),
});

export const findTeams = defineTool({
  name: "find_teams",
  title: "Find teams",
  description: "Lists the teams of a Sentry organization with slug, id and size, to assign issues to.",
  skills: ["inspect", "triage", "project-management"],
  scopes: ["team:read"],
  effect: "read",
  output,
  input: v.object({ organizationSlug, query: v.optional(searchText), cursor: v.optional(cursor) }),
  example: { organizationSlug: "acme" },
  async run(input, { sentry }): Promise<v.InferOutput<typeof output>> {
    const organization = sentry.organization(input.organizationSlug);
    const page = await listTeams(organization, { query: input.query, cursor: input.cursor, limit: 50 });
    const { items, cursor, dropped } = page;
    return { teams: [...items], hasMore: cursor !== undefined, cursor, unreadable: dropped };
  },
  render({ teams, cursor, unreadable }) {
    return blocks(
      teams.length > 0 ? counted(teams.length, "team") : "No team found",
      lines(
        ...teams.map(({ slug, id, members }) =>
          `- ${joined(code(slug), `id ${code(id)}`, members !== undefined && counted(members, "member"))}`
        ),
      ),
      unreadable > 0 && `${counted(unreadable, "team")} could not be read and are left out`,
      cursor && `There are more: pass \`cursor\` ${code(cursor)}.`,
    );
  },
});
