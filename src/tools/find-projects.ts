import * as v from "valibot";
import { blocks, code, counted, joined, lines, word } from "../render/markdown.ts";
import { listProjects } from "../sentry/project.ts";
import { defineTool } from "./define.ts";
import { cursor, organizationSlug, searchText } from "./params.ts";

const output = v.object({
  projects: v.array(v.object({
    slug: v.string(),
    id: v.string(),
    name: v.optional(v.string()),
    platform: v.optional(v.string()),
    teams: v.array(v.string()),
  })),
  hasMore: v.boolean(),
  cursor: v.optional(v.string()),
  unreadable: v.number(),
});

export const findProjects = defineTool({
  name: "find_projects",
  title: "Find projects",
  description: "Lists the projects of a Sentry organization with slug, id, platform and teams.",
  skills: ["inspect", "seer", "triage", "project-management"],
  scopes: ["project:read"],
  effect: "read",
  output,
  input: v.object({ organizationSlug, query: v.optional(searchText), cursor: v.optional(cursor) }),
  example: { organizationSlug: "acme" },
  async run(input, { sentry }): Promise<v.InferOutput<typeof output>> {
    const organization = sentry.organization(input.organizationSlug);
    const page = await listProjects(organization, { query: input.query, cursor: input.cursor, limit: 50 });
    return {
      projects: page.items.map((project) => ({ ...project, teams: [...project.teams] })),
      hasMore: page.cursor !== undefined,
      cursor: page.cursor,
      unreadable: page.dropped,
    };
  },
  render({ projects, cursor, unreadable }) {
    return blocks(
      projects.length > 0 ? counted(projects.length, "project") : "No project found",
      lines(...projects.map(({ slug, id, platform, teams }) =>
        `- ${
          joined(
            code(slug),
            `id ${code(id)}`,
            platform && word(platform),
            teams.length > 0 && `teams ${teams.map((team) => code(team)).join(", ")}`,
          )
        }`
      )),
      unreadable > 0 && `${counted(unreadable, "project")} could not be read and are left out`,
      cursor && `There are more: pass \`cursor\` ${code(cursor)}.`,
    );
  },
});
