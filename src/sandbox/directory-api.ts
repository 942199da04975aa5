import { Hono } from "hono";
import {
  accountJson,
  foundedAt,
  memberJson,
  organizationJson,
  projectJson,
  releasedAtMs,
  releaseJson,
  teamJson,
} from "./people-json.ts";
import { openProjects, organizationFor, organizationsOf, projectFor, requireScope } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { sendPage } from "./pagination.ts";
import { readTimeRange } from "./time-range.ts";
import { PEOPLE, PROJECTS, TEAMS } from "./world/directory.ts";

interface Named {
  readonly slug: string;
  readonly name: string;
}

/** Accounts, organizations, projects, teams, members, releases. */
export function directoryApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();

  // Accounts live in the control silo; regions do not know these paths.
  if (!desk.region) {
    api.get("/auth/", (c) => c.json(accountJson(desk, c.var.caller)));
    api.get("/users/me/", (c) => c.json(accountJson(desk, c.var.caller)));
    api.get("/users/me/regions/", (c) => {
      const names = new Set(organizationsOf(desk, c.var.caller).map(({ region }) => region));
      return c.json({ regions: [...names].map((name) => ({ name, url: `${desk.baseUrl}/${name}` })) });
    });
  }

  api.get("/organizations/", (c) => {
    const { caller } = c.var;
    requireScope(caller, "org:read");
    const found = organizationsOf(desk, caller).filter(named(c.req.query("query")));
    return sendPage(c, found, { baseUrl: desk.baseUrl, show: (one) => organizationJson(desk, one) });
  });

  api.get("/organizations/:organization/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    return c.json({
      ...organizationJson(desk, organization),
      access: caller.scopes,
      role: "member",
      orgRole: "member",
      openMembership: false,
      dateCreated: foundedAt(desk),
    });
  });

  api.get("/organizations/:organization/projects/", (c) => {
    const { caller } = c.var;
    const { slug } = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const found = PROJECTS.filter(({ organization }) => organization === slug).filter(
      named(c.req.query("query")),
    );
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (one) => projectJson(desk, caller, one),
    });
  });

  api.get("/organizations/:organization/teams/", (c) => {
    const { caller } = c.var;
    const { slug } = organizationFor(desk, caller, c.req.param("organization"), "team:read");
    const found = TEAMS.filter(({ organization }) => organization === slug).filter(
      named(c.req.query("query")),
    );
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (one) => teamJson(desk, caller, one),
    });
  });

  api.get("/organizations/:organization/members/", (c) => {
    const { slug } = organizationFor(desk, c.var.caller, c.req.param("organization"), "member:read");
    const matches = named(c.req.query("query"));
    const found = PEOPLE.filter(({ organizations }) => organizations.includes(slug))
      .filter(({ name, email }) => matches({ name, slug: email }));
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (one) => memberJson(desk, one),
    });
  });

  api.get("/organizations/:organization/releases/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const matches = named(c.req.query("query"));
    const wanted = c.req.queries("project");
    const period = c.req.query("statsPeriod") &&
      readTimeRange(new URL(c.req.url).searchParams, desk.state.seededAtMs);
    const found = openProjects(caller, organization)
      .filter(({ id }) => !wanted || wanted.includes(id) || wanted.includes("-1"))
      .flatMap(({ releases }) => releases.toReversed())
      .filter((version) => matches({ name: version, slug: version }))
      .filter((version) => !period || releasedAtMs(desk, version) >= period.fromMs);
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (one) => releaseJson(desk, one),
    });
  });

  api.get("/projects/:organization/:project/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const project = projectFor(caller, organization, c.req.param("project"));
    return c.json({
      ...projectJson(desk, caller, project),
      organization: organizationJson(desk, organization),
    });
  });

  return api;
}

function named(query: string | undefined): (item: Named) => boolean {
  const wanted = (query ?? "").trim().toLowerCase();
  return ({ slug, name }) => slug.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}
