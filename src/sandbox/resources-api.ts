import { Hono } from "hono";
import type { Context } from "hono";
import { canOpen, organizationFor, projectFor } from "./access.ts";
import type { ApiEnv, Caller, Desk } from "./access.ts";
import { sendPage } from "./pagination.ts";
import { projectReference, releaseJson } from "./people-json.ts";
import { forbidden, notFound } from "./problem.ts";
import { findReplay } from "./replay-search.ts";
import { projectOf, PROJECTS } from "./world/directory.ts";
import type { Organization, Project } from "./world/model.ts";
import { dashboardJson, DASHBOARDS } from "./world/resource-dashboards.ts";
import {
  checkInsJson,
  cronJson,
  CRONS,
  uptimeChecksJson,
  uptimeJson,
  UPTIMES,
} from "./world/resource-monitors.ts";
import { profileJson, PROFILES } from "./world/resource-profiles.ts";
import { releaseDetails, UNLISTED_RELEASES } from "./world/resource-releases.ts";

const ORGANIZATION = "/organizations/:organization";
const PROJECT = "/projects/:organization/:project";

/** Replays, profiles, cron and uptime monitors, releases and dashboards, one at a time. */
export function resourcesApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const { baseUrl } = desk;
  const nowMs = () => desk.state.seededAtMs;
  const enter = (c: Context<ApiEnv, typeof ORGANIZATION>, scope: string) =>
    organizationFor(desk, c.var.caller, c.req.param("organization"), scope);
  const enterProject = (c: Context<ApiEnv, typeof PROJECT>, scope: string) =>
    projectFor(
      c.var.caller,
      organizationFor(desk, c.var.caller, c.req.param("organization"), scope),
      c.req.param("project"),
    );

  api.get(`${ORGANIZATION}/replays/:replay/`, (c) => {
    const found = findReplay(desk, c.var.caller, enter(c, "org:read"), c.req.param("replay"));
    if (!found) throw notFound();
    return c.json({ data: found });
  });

  // `api/endpoints/project_profiling_profile.py` of getsentry/sentry.
  api.get(`${PROJECT}/profiling/profiles/:profile/`, (c) => {
    const project = enterProject(c, "project:read");
    const found = PROFILES.find(({ id, project: of }) =>
      of === project.slug && id === c.req.param("profile")
    );
    if (!found) throw notFound();
    return c.json(profileJson(found, project.id, nowMs()));
  });

  const cronFor = (caller: Caller, organization: Organization, named: string) => {
    const found = CRONS.find(({ slug, project }) =>
      slug === named.toLowerCase() && projectOf(project).organization === organization.slug
    );
    if (!found) throw notFound();
    if (!canOpen(caller, projectOf(found.project))) throw forbidden();
    return found;
  };

  // https://docs.sentry.io/api/crons/retrieve-a-monitor/
  api.get(`${ORGANIZATION}/monitors/:monitor/`, (c) => {
    const found = cronFor(c.var.caller, enter(c, "project:read"), c.req.param("monitor"));
    return c.json(cronJson(found, projectReference(projectOf(found.project)), nowMs()));
  });

  // https://docs.sentry.io/api/crons/retrieve-check-ins-for-a-monitor/
  api.get(`${ORGANIZATION}/monitors/:monitor/checkins/`, (c) => {
    const found = cronFor(c.var.caller, enter(c, "project:read"), c.req.param("monitor"));
    return sendPage(c, checkInsJson(found, nowMs()), { baseUrl, show: (one) => one });
  });

  const uptimeFor = (project: Project, named: string) => {
    const found = UPTIMES.find(({ id, project: of }) => of === project.slug && id === named);
    if (!found) throw notFound();
    return found;
  };

  // `uptime/endpoints/project_uptime_alert_details.py` of getsentry/sentry.
  api.get(
    `${PROJECT}/uptime/:uptime/`,
    (c) => c.json(uptimeJson(uptimeFor(enterProject(c, "project:read"), c.req.param("uptime")))),
  );

  // `uptime/endpoints/project_uptime_alert_checks_index.py` of getsentry/sentry.
  api.get(`${PROJECT}/uptime/:uptime/checks/`, (c) => {
    const found = uptimeFor(enterProject(c, "project:read"), c.req.param("uptime"));
    return sendPage(c, uptimeChecksJson(found, nowMs()), { baseUrl, show: (one) => one });
  });

  const projectsOfRelease = (organization: Organization, version: string) =>
    PROJECTS.filter(({ organization: of, slug, releases }) =>
      of === organization.slug &&
      (releases.includes(version) || UNLISTED_RELEASES.get(version)?.includes(slug))
    );
  const release = (version: string, projects: readonly Project[]) => ({
    ...releaseJson(desk, version),
    projects: projects.map((project) => ({ ...projectReference(project), newGroups: 1 })),
    ...releaseDetails(version, nowMs()),
  });

  // https://docs.sentry.io/api/releases/retrieve-an-organizations-release/
  api.get(`${ORGANIZATION}/releases/:version/`, (c) => {
    const organization = enter(c, "project:read");
    const version = c.req.param("version");
    const projects = projectsOfRelease(organization, version).filter((project) =>
      canOpen(c.var.caller, project)
    );
    if (projects.length === 0) throw notFound();
    return c.json(release(version, projects));
  });

  // `api/endpoints/project_release_details.py` of getsentry/sentry: it still names every project.
  api.get(`${PROJECT}/releases/:version/`, (c) => {
    const project = enterProject(c, "project:read");
    const organization = enter(c, "project:read");
    const version = c.req.param("version");
    const projects = projectsOfRelease(organization, version);
    if (!projects.includes(project)) throw notFound();
    return c.json(release(version, projects));
  });

  // https://docs.sentry.io/api/dashboards/retrieve-an-organizations-custom-dashboard/
  api.get(`${ORGANIZATION}/dashboards/:dashboard/`, (c) => {
    const { slug } = enter(c, "org:read");
    const found = DASHBOARDS.find(({ id, organization }) =>
      organization === slug && id === c.req.param("dashboard")
    );
    if (!found) throw notFound();
    return c.json(dashboardJson(found, nowMs()));
  });

  return api;
}
