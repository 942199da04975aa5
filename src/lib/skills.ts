/** What a user lets an assistant do. The ids are the MCP scopes of this server (design: scopes = skills). */
export type SkillId = "inspect" | "seer" | "triage" | "project-management";

export interface Skill {
  readonly id: SkillId;
  readonly label: string;
  readonly reads: string;
  /** Absent for a skill that changes nothing. */
  readonly writes?: string;
  /** The least Sentry scopes its tools need. `event:write` includes `event:read` at Sentry. */
  readonly sentryScopes: readonly string[];
  /** Ticked on the consent page when the client asks for no scope. */
  readonly default: boolean;
}

const READ = ["org:read", "project:read", "team:read", "event:read"] as const;

export const SKILLS: readonly Skill[] = [
  {
    id: "inspect",
    label: "Inspect",
    reads: "organizations, projects, issues, events, traces and releases",
    sentryScopes: READ,
    default: true,
  },
  {
    id: "seer",
    label: "Seer analysis",
    reads: "issues and events, to find a root cause",
    writes: "analyses of issues: starts new ones, which use up budget",
    // Sentry lets nobody start one who may only read.
    sentryScopes: [...READ, "event:write"],
    default: true,
  },
  {
    id: "triage",
    label: "Triage",
    reads: "issues, events and teams",
    writes: "status, priority, assignee and notes of issues",
    sentryScopes: [...READ, "event:write"],
    default: false,
  },
  {
    id: "project-management",
    label: "Manage projects",
    reads: "projects and teams",
    writes: "projects, teams and client keys",
    sentryScopes: [...READ, "project:write", "team:write"],
    default: false,
  },
];

export function isSkillId(text: string): text is SkillId {
  return SKILLS.some((skill) => skill.id === text);
}

/** The Sentry scopes that a set of skills needs, without duplicates, in a stable order. */
export function sentryScopesOf(skills: readonly SkillId[]): string[] {
  return [...new Set(SKILLS.filter(({ id }) => skills.includes(id)).flatMap((skill) => skill.sentryScopes))];
}
