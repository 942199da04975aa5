import * as v from "valibot";
import { SentryError } from "../sentry/error.ts";
import { defineTool } from "./define.ts";
import { linkedOrganization } from "./issue-address.ts";
import { organizationSlug } from "./params.ts";
import { addressedResource, RESOURCE_TYPES } from "./resource-address.ts";
import { type ReadableKind, type ReadableTarget, type Reader, READERS } from "./resource-readers.ts";

export const getSentryResource = defineTool({
  name: "get_sentry_resource",
  title: "Get Sentry resource",
  description:
    "Reads whatever a Sentry link leads to: issue, event, trace, span, replay, profile, cron or uptime monitor, release, " +
    "dashboard, alert, feedback, or a search of issues, errors, spans or logs. Pass the link, or a type and an id.",
  skills: ["inspect", "triage", "seer"],
  scopes: ["event:read", "project:read", "org:read"],
  effect: "read",
  output: "text",
  input: v.object({
    url: v.optional(
      v.pipe(v.string(), v.trim(), v.maxLength(8000), v.description("Any link copied from Sentry")),
    ),
    resourceType: v.optional(
      v.pipe(
        v.picklist(RESOURCE_TYPES),
        v.description("Without url; beside it `trace` shows a span's whole trace"),
      ),
    ),
    resourceId: v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.maxLength(300),
        v.description("Its id; project/id for profile, uptime and issue_alert, trace/span for span"),
      ),
    ),
    organizationSlug: v.optional(organizationSlug),
  }),
  example: { organizationSlug: "acme", resourceType: "issue", resourceId: "CHECKOUT-1" },
  async run(input, context): Promise<{ kind: ReadableKind; data: unknown }> {
    const { sentry, now } = context;
    const { organizationSlug: linked, target } = addressedResource(input, sentry);
    if (target.kind === "page" && linked === undefined) throw unreadable(target.path);
    const organization = linkedOrganization(sentry, {
      linked,
      asked: input.organizationSlug,
      parameter: "url",
    });
    if (target.kind === "page") throw unreadable(target.path);
    const place = { organization, context, asOf: new Date(now()).toISOString() };
    return { kind: target.kind, data: await readerOf(target.kind).read(target, place) };
  },
  render: ({ kind, data }) => readerOf(kind).render(data),
});

/** Each reader takes the targets of its own kind, under which it stands in the table. */
const readerOf = (kind: ReadableKind): Reader<ReadableTarget> => READERS[kind];

function unreadable(path: string): SentryError {
  return new SentryError(
    "invalid",
    `url leads to the page "/${path}", which names nothing that can be read; links to issues, events, traces, ` +
      "spans, replays, profiles, monitors, releases, dashboards, alerts, feedback and searches do",
  );
}
