import { Hono } from "hono";
import type { Context } from "hono";
import { canOpen, openProjects, organizationFor, projectFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { sendPage } from "./pagination.ts";
import { forbidden, notFound } from "./problem.ts";
import { projectOf } from "./world/directory.ts";
import {
  detectorJson,
  DETECTORS,
  ISSUE_ALERTS,
  issueAlertJson,
  METRIC_ALERTS,
  metricAlertJson,
  workflowJson,
  WORKFLOWS,
} from "./world/resource-alerts.ts";

const ORGANIZATION = "/organizations/:organization";

/** Alerts of both kinds: rules as they were, and detectors with workflows as they are. */
export function alertsApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const nowMs = () => desk.state.seededAtMs;
  const enter = (c: Context<ApiEnv, typeof ORGANIZATION>) =>
    organizationFor(desk, c.var.caller, c.req.param("organization"), "org:read");
  const projectIdOf = ([slug = ""]: readonly string[]) => projectOf(slug).id;

  // https://docs.sentry.io/api/monitors/fetch-an-organizations-monitors/
  api.get(`${ORGANIZATION}/detectors/`, (c) => {
    const open = openProjects(c.var.caller, enter(c)).map(({ slug }) => slug);
    const ids = c.req.queries("id");
    const found = DETECTORS.filter(({ id, projects }) =>
      (!ids || ids.includes(id)) && projects.some((slug) => open.includes(slug))
    );
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (one) => detectorJson(one, projectIdOf(one.projects), nowMs()),
    });
  });

  // https://docs.sentry.io/api/monitors/fetch-a-monitor/
  api.get(`${ORGANIZATION}/detectors/:detector/`, (c) => {
    const { slug } = enter(c);
    const found = DETECTORS.find(({ id, projects }) =>
      id === c.req.param("detector") && projects.some((of) => projectOf(of).organization === slug)
    );
    if (!found) throw notFound();
    if (!found.projects.some((of) => canOpen(c.var.caller, projectOf(of)))) throw forbidden();
    return c.json(detectorJson(found, projectIdOf(found.projects), nowMs()));
  });

  // https://docs.sentry.io/api/monitors/fetch-an-alert/
  api.get(`${ORGANIZATION}/workflows/:workflow/`, (c) => {
    const { slug } = enter(c);
    const found = WORKFLOWS.find(({ id, organization }) =>
      organization === slug && id === c.req.param("workflow")
    );
    if (!found) throw notFound();
    return c.json(workflowJson(found, nowMs()));
  });

  // https://docs.sentry.io/api/alerts/retrieve-a-metric-alert-rule-for-an-organization/
  api.get(`${ORGANIZATION}/alert-rules/:rule/`, (c) => {
    const { slug } = enter(c);
    const found = METRIC_ALERTS.find(({ id, projects }) =>
      id === c.req.param("rule") && projects.some((of) => projectOf(of).organization === slug)
    );
    if (!found) throw notFound();
    if (!found.projects.some((of) => canOpen(c.var.caller, projectOf(of)))) throw forbidden();
    return c.json(metricAlertJson(found, nowMs()));
  });

  // https://docs.sentry.io/api/alerts/retrieve-an-issue-alert-rule-for-a-project/
  api.get("/projects/:organization/:project/rules/:rule/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const project = projectFor(caller, organization, c.req.param("project"));
    const found = ISSUE_ALERTS.find(({ id, projects }) =>
      id === c.req.param("rule") && projects.includes(project.slug)
    );
    if (!found) throw notFound();
    return c.json(issueAlertJson(found, nowMs()));
  });

  return api;
}
