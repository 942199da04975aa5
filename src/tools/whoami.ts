import * as v from "valibot";
import { code, joined, lines } from "../render/markdown.ts";
import { defineTool } from "./define.ts";

export const whoami = defineTool({
  name: "whoami",
  title: "Who am I",
  description:
    "Names the signed-in Sentry user, and the organization and project that this session is confined to.",
  skills: ["inspect", "seer", "triage", "project-management"],
  scopes: [],
  effect: "read",
  output: v.object({
    user: v.object({
      id: v.optional(v.string()),
      name: v.optional(v.string()),
      email: v.optional(v.string()),
    }),
    sessionConstraints: v.nullable(
      v.object({
        organizationSlug: v.optional(v.string()),
        projectSlug: v.optional(v.string()),
        regionUrl: v.optional(v.string()),
      }),
    ),
  }),
  input: v.object({}),
  example: {},
  async run(_, { sentry }) {
    const { organizationSlug, projectSlug, regionUrl } = sentry.constraint;
    return {
      user: await sentry.user(),
      sessionConstraints: organizationSlug ? { organizationSlug, projectSlug, regionUrl } : null,
    };
  },
  render({ user, sessionConstraints }) {
    const { organizationSlug, projectSlug } = sessionConstraints ?? {};
    return lines(
      `Signed in to Sentry as ${
        joined(
          user.name && code(user.name),
          user.email && code(user.email),
          user.id && `id ${code(user.id)}`,
        ) ||
        "a user without a name"
      }`,
      organizationSlug &&
        `Confined to ${projectSlug ? `project ${code(projectSlug)} of ` : ""}organization ${
          code(organizationSlug)
        }`,
    );
  },
});
