import type { MiddlewareHandler } from "hono";
import { ApiProblem, forbidden, notFound } from "./problem.ts";
import { includesScope } from "./scopes.ts";
import type { State } from "./state.ts";
import { ORGANIZATIONS, PEOPLE, PROJECTS } from "./world/directory.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Organization, Person, Project } from "./world/model.ts";

export interface Caller {
  readonly person: Person;
  readonly scopes: readonly string[];
}

/** What the API routes stand on. */
export interface Desk {
  readonly baseUrl: string;
  /** The API answers as a region when set, else as the control silo, which knows every organization. */
  readonly region?: Organization["region"];
  readonly state: State;
  now(): number;
}

export interface ApiEnv {
  Variables: {
    caller: Caller;
    /** For the log. */
    login?: string;
  };
}

export function authenticate(desk: Desk): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header("Authorization");
    if (!header) throw new ApiProblem(401, "Authentication credentials were not provided.");
    const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1] ?? "";
    const row = desk.state.tokenByAccess(token);
    const person = PEOPLE.find(({ login }) => login === row?.login);
    if (!row || !person) throw new ApiProblem(401, "Invalid token");
    c.set("login", person.login);
    if (row.expiresAtMs !== undefined && row.expiresAtMs <= desk.now()) {
      throw new ApiProblem(401, "User token expired");
    }
    c.set("caller", { person, scopes: row.scopes });
    await next();
  };
}

export function requireScope(caller: Caller, scope: string): void {
  if (!includesScope(caller.scopes, scope)) throw forbidden();
}

export function organizationsOf(desk: Desk, { person }: Caller): Organization[] {
  return ORGANIZATIONS.filter(({ slug, region }) =>
    person.organizations.includes(slug) && (!desk.region || desk.region === region)
  );
}

/** The organization that a path names, by slug or id, if the caller may do this in it. */
export function organizationFor(desk: Desk, caller: Caller, named: string, scope: string): Organization {
  const organization = organizationsOf(desk, caller).find(({ slug, id }) => slug === named || id === named);
  if (!organization) throw notFound();
  requireScope(caller, scope);
  return organization;
}

export function canOpen(caller: Caller, project: Project): boolean {
  return project.teams.some((team) => caller.person.teams.includes(team));
}

/** The organization's projects that the caller can open. */
export function openProjects(caller: Caller, organization: Organization): Project[] {
  return PROJECTS.filter((project) => project.organization === organization.slug && canOpen(caller, project));
}

export function projectFor(caller: Caller, organization: Organization, named: string): Project {
  const project = PROJECTS.find((project) =>
    project.organization === organization.slug && (project.slug === named || project.id === named)
  );
  if (!project) throw notFound();
  if (!canOpen(caller, project)) throw forbidden();
  return project;
}

/** The issue that a path names, by numeric or short id. */
export function issueFor(caller: Caller, organization: Organization, named: string): WorldIssue {
  const shortId = named.toUpperCase();
  const issue = ISSUES.find((issue) =>
    issue.project.organization === organization.slug && (issue.id === named || issue.shortId === shortId)
  );
  if (!issue) throw notFound();
  if (!canOpen(caller, issue.project)) throw forbidden();
  return issue;
}
