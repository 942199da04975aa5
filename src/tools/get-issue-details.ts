import * as v from "valibot";
import { frequencyOf } from "../apps/issue-frequency.ts";
import { renderIssueDetails } from "../render/issue-details.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { SentryError } from "../sentry/error.ts";
import { type Event, findEvent, getEvent } from "../sentry/event.ts";
import { getIssue, type Issue } from "../sentry/issue.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { besideEvent, besideIssue, releasesMeanwhile } from "./issue-surroundings.ts";
import { eventId, issueAddress } from "./params.ts";
import { linkTo } from "./resource-link.ts";

export const getIssueDetails = defineTool({
  name: "get_issue_details",
  title: "Get issue details",
  description:
    "Explains one issue from its link or id: what broke, where, since when, how often and for whom. Answers with " +
    "counts, releases, tag shares, suspect commits, owners and one event: exceptions, code, locals, request, breadcrumbs.",
  skills: ["inspect", "triage", "seer"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    ...issueAddress,
    eventId: v.optional(eventId),
    frames: v.optional(
      v.pipe(
        v.picklist(["app", "all"]),
        v.description("Stack frames: the application's own, or all of them"),
      ),
      "app",
    ),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
  async run(input, { sentry, now, pictures }) {
    const { organization, issueId, eventId } = await locate(input, sentry);
    const reading = getIssue(organization, issueId);
    const [main, around, releases] = await Promise.all([
      withEvent(organization, { issueId, eventId: eventId ?? "latest", reading }),
      besideIssue(organization, issueId, reading),
      pictures ? releasesMeanwhile(organization, reading) : undefined,
    ]);
    return {
      organizationSlug: organization.slug,
      ...main,
      ...around,
      releases,
      webUrl: organization.webUrl,
      allFrames: input.frames === "all",
      asOf: new Date(now()).toISOString(),
    };
  },
  render: renderIssueDetails,
  links({ organizationSlug, event }) {
    const { traceId, release } = event ?? {};
    return [
      ...linkTo(organizationSlug, "traces", traceId, "Trace of the event"),
      ...linkTo(organizationSlug, "releases", release, "Release of the event"),
    ];
  },
  app: { uri: "ui://sentry/issue-frequency", picture: frequencyOf },
});

interface Input {
  issueUrl?: string;
  organizationSlug?: string;
  issueId?: string;
  eventId?: string;
}

/** An event id alone is enough: Sentry knows its issue. */
async function locate(input: Input, sentry: Parameters<typeof addressedIssue>[1]) {
  const eventId = input.eventId?.toLowerCase();
  if (input.issueUrl !== undefined || input.issueId !== undefined || !eventId || eventId === "latest") {
    const address = addressedIssue(input, sentry);
    return { ...address, eventId: eventId ?? address.eventId };
  }
  const organization = sentry.organization(input.organizationSlug);
  const { issueId } = await findEvent(organization, eventId);
  return { organization, issueId, eventId };
}

async function withEvent(
  organization: OrganizationAccess,
  { issueId, eventId, reading }: { issueId: string; eventId: string; reading: Promise<Issue> },
) {
  const [issue, found] = await Promise.all([reading, eventOrProblem(organization, issueId, eventId)]);
  return { issue, ...found, ...(await besideEvent(organization, issue, found.event)) };
}

/** An issue without a readable event is still worth its facts. */
async function eventOrProblem(
  organization: OrganizationAccess,
  issueId: string,
  eventId: string,
): Promise<{ event?: Event; eventProblem?: string }> {
  try {
    return { event: await getEvent(organization, issueId, eventId) };
  } catch (error) {
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    return {
      eventProblem: error.kind === "not_found"
        ? "The event was not found; Sentry deletes events after its retention period"
        : `The event could not be read: ${error.message}`,
    };
  }
}
