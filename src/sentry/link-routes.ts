import type { LinkTarget } from "./link.ts";
import { datasetOf, searchOf } from "./search-link.ts";

interface Page {
  /** Below the organization. */
  readonly path: readonly string[];
  readonly parameters: URLSearchParams;
  readonly fragment: string;
}

/** What a part of a path must look like to be what its name says. */
const PARTS = {
  issue: /^(?:\d+|\w[\w-]*-[A-Za-z0-9]+)$/,
  hexId: /^[0-9a-f]{32}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  project: /^[\w-]{1,100}$/,
  monitor: /^[\w-]{1,100}$/,
  number: /^\d{1,30}$/,
  dashboard: /^(?:\d{1,30}|default-overview)$/,
  version: /^.{1,250}$/,
  /** `{project}:{event}` */
  slug: /^[\w-]{1,100}:(?:[0-9a-f]{32}|[0-9a-f-]{36})$/i,
} as const;

type Part = keyof typeof PARTS;
type Parts = Readonly<Record<Part, string>>;
type Build = (parts: Parts, page: Page) => LinkTarget | undefined;

/** The first that fits is taken; a path may go on behind its pattern, unless that ends in `$`. */
const ROUTES: readonly (readonly [pattern: string, build: Build])[] = [
  [
    "issues/:issue/events/:hexId",
    ({ issue, hexId }) => ({ kind: "event", eventId: plain(hexId), issueId: issue }),
  ],
  [
    "projects/:project/events/:hexId",
    ({ project, hexId }) => ({ kind: "event", eventId: plain(hexId), project }),
  ],
  ["discover/:slug", ({ slug }) => eventOfSlug(slug)],
  ["performance/:slug", ({ slug }) => eventOfSlug(slug)],
  ["replays/:hexId", ({ hexId }) => ({ kind: "replay", replayId: plain(hexId) })],
  ["replays/:slug", ({ slug }) => ({ kind: "replay", replayId: plain(slug.slice(slug.indexOf(":") + 1)) })],
  [
    "profiling/profile/:project/:hexId",
    ({ project, hexId }) => ({ kind: "profile", project, profileId: plain(hexId) }),
  ],
  ["profiling/profile/:project", ({ project }, { parameters }) => continuousProfile(project, parameters)],
  ["alerts/rules/crons/:project/:monitor", ({ project, monitor }) => ({ kind: "cron", monitor, project })],
  ["alerts/crons-rules/:project/:monitor", ({ project, monitor }) => ({ kind: "cron", monitor, project })],
  ["alerts/rules/uptime/:project/:number", (parts) => uptime(parts)],
  ["alerts/uptime-rules/:project/:number", (parts) => uptime(parts)],
  ["alerts/rules/details/:number", ({ number }) => ({ kind: "metricAlert", ruleId: number })],
  ["alerts/metric-rules/:project/:number", ({ number }) => ({ kind: "metricAlert", ruleId: number })],
  [
    "alerts/rules/:project/:number",
    ({ project, number }) => ({ kind: "issueAlert", ruleId: number, project }),
  ],
  ["monitors/alerts/:number", ({ number }) => ({ kind: "alert", alertId: number })],
  ["automations/:number", ({ number }) => ({ kind: "alert", alertId: number })],
  ["monitors/:number", ({ number }) => ({ kind: "monitor", monitorId: number })],
  // Cron monitors were there before all others were.
  ["monitors/:monitor", ({ monitor }) => MONITOR_LISTS.has(monitor) ? undefined : { kind: "cron", monitor }],
  ["crons/:project/:monitor", ({ project, monitor }) => cron(project, monitor)],
  ["crons/:monitor", ({ monitor }) => monitor === "new" ? undefined : { kind: "cron", monitor }],
  ["releases/:version", ({ version }, page) => ({ kind: "release", version, project: onlyProject(page) })],
  ["dashboard/:dashboard", ({ dashboard }) => ({ kind: "dashboard", dashboardId: dashboard })],
  ["dashboards/:dashboard", ({ dashboard }) => ({ kind: "dashboard", dashboardId: dashboard })],
  ["feedback$", (_, { parameters }) => feedback(parameters)],
  ["user-feedback$", (_, { parameters }) => feedback(parameters)],
  ["discover/results$", search("discover")],
  ["discover/homepage$", search("discover")],
  ["performance/summary$", search("performance")],
  ["insights/summary$", search("performance")],
  [
    "insights/:project/summary$",
    search("performance"),
  ],
  ["issues$", (_, { parameters }) => ({ kind: "issueSearch", ...searchOf("issues", parameters) })],
  ...["traces", "logs", "metrics", "errors", "profiling", "replays"].map((
    name,
  ): [string, Build] => [`${name}$`, search(name)]),
  [
    "issues/:issue",
    ({ issue }) => ISSUE_LISTS.has(issue) ? undefined : { kind: "issue", issueId: issue },
  ],
];

const ISSUE_LISTS = new Set(["errors-outages", "breached-metrics", "sentry-configuration"]);
const MONITOR_LISTS = new Set([
  "alerts",
  "crons",
  "errors",
  "metrics",
  "mobile-builds",
  "my-monitors",
  "new",
  "uptime",
]);

/** What a page below an organization is about; pages moved over the years, and the old addresses still work. */
export function targetOf(page: Page): LinkTarget {
  const path = withoutMoves(page.path);
  const trace = traceOf({ ...page, path });
  if (trace) return trace;
  for (const [pattern, build] of ROUTES) {
    const parts = match(pattern, path);
    const target = parts && build(parts, page);
    if (target) return target;
  }
  return { kind: "page", path: page.path.join("/").slice(0, 200) };
}

const MOVED_BELOW: ReadonlyMap<string, RegExp> = new Map([
  ["explore", /./],
  ["issues", /^(?:alerts|feedback|monitors|automations)$/],
  ["insights", /^(?:projects|crons|uptime)$/],
]);

function withoutMoves(path: readonly string[]): readonly string[] {
  const [first = "", second = ""] = path;
  return MOVED_BELOW.get(first)?.test(second) ? path.slice(1) : path;
}

function match(pattern: string, path: readonly string[]): Parts | undefined {
  const isWhole = pattern.endsWith("$");
  const wanted = (isWhole ? pattern.slice(0, -1) : pattern).split("/");
  if (path.length < wanted.length || (isWhole && path.length > wanted.length)) return undefined;
  const parts: Record<Part, string> = { ...NOTHING };
  for (const [index, want] of wanted.entries()) {
    const have = path[index] ?? "";
    if (!want.startsWith(":")) {
      if (want !== have) return undefined;
      continue;
    }
    // The patterns are written above, with no other names in them.
    const name = want.slice(1) as Part;
    if (!PARTS[name].test(have)) return undefined;
    parts[name] = have;
  }
  return parts;
}

const NOTHING: Parts = {
  issue: "",
  hexId: "",
  project: "",
  monitor: "",
  number: "",
  dashboard: "",
  version: "",
  slug: "",
};

function search(page: string): Build {
  return (_, { parameters }) => ({
    kind: "search",
    dataset: datasetOf(page, parameters),
    ...searchOf(page, parameters),
  });
}

/** A trace is shown below many pages; the span that is open in it is a parameter, or was a fragment. */
function traceOf({ path, parameters, fragment }: Page): LinkTarget | undefined {
  const at = path.indexOf("trace");
  const traceId = path[at + 1] ?? "";
  if (at < 0 || !PARTS.hexId.test(traceId)) return undefined;
  const spanId = /^span-([0-9a-f]{16})$/i.exec(parameters.get("node") ?? fragment)?.[1];
  return spanId
    ? { kind: "span", traceId: plain(traceId), spanId: spanId.toLowerCase() }
    : { kind: "trace", traceId: plain(traceId) };
}

function eventOfSlug(slug: string): LinkTarget {
  const [project = "", eventId = ""] = slug.split(":");
  return { kind: "event", eventId: plain(eventId), project };
}

function continuousProfile(project: string, parameters: URLSearchParams): LinkTarget | undefined {
  const profilerId = parameters.get("profilerId") ?? "";
  if (!PARTS.hexId.test(profilerId)) return undefined;
  return {
    kind: "continuousProfile",
    project,
    profilerId: plain(profilerId),
    start: parameters.get("start") ?? undefined,
    end: parameters.get("end") ?? undefined,
  };
}

const uptime = ({ project, number }: Parts): LinkTarget => ({ kind: "uptime", uptimeId: number, project });

/** Older addresses have no project, and then an action behind the monitor. */
const cron = (project: string, monitor: string): LinkTarget =>
  monitor === "edit" ? { kind: "cron", monitor: project } : { kind: "cron", monitor, project };

/** A release can be of several projects; a page shows one of them. */
function onlyProject({ parameters }: Page): string | undefined {
  const [id, ...more] = parameters.getAll("project");
  return id !== undefined && more.length === 0 && PARTS.number.test(id) ? id : undefined;
}

/** `feedbackSlug={project}:{issue}` is the one that is open in the list. */
function feedback(parameters: URLSearchParams): LinkTarget | undefined {
  const [project = "", issueId = ""] = (parameters.get("feedbackSlug") ?? "").split(":");
  return PARTS.project.test(project) && PARTS.number.test(issueId)
    ? { kind: "feedback", issueId, project }
    : undefined;
}

const plain = (hexId: string) => hexId.replaceAll("-", "").toLowerCase();
