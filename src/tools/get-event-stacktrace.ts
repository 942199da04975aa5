import * as v from "valibot";
import { renderEventStacktrace } from "../render/event-stacktrace.ts";
import { SentryError } from "../sentry/error.ts";
import { getEvent } from "../sentry/event.ts";
import type { Thread } from "../sentry/stack.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { eventId, issueAddress } from "./params.ts";

export const getEventStacktrace = defineTool({
  name: "get_event_stacktrace",
  title: "Get event stack trace",
  description:
    "All frames of one event, with code and locals near the failure, and its threads: more than get_issue_details has.",
  skills: ["inspect", "triage", "seer"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    ...issueAddress,
    eventId: v.optional(eventId),
    thread: v.optional(v.pipe(
      v.union([
        v.pipe(v.number(), v.integer()),
        v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
      ]),
      v.description("Id or name of a thread; default: the exceptions, or the thread that crashed"),
    )),
  }),
  example: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
  async run(input, { sentry }) {
    const { organization, issueId, eventId } = addressedIssue(input, sentry);
    const wanted = input.eventId?.toLowerCase() ?? eventId ?? "latest";
    const { id, exceptions, threads } = await getEvent(organization, issueId, wanted);
    const thread = input.thread === undefined ? undefined : pickThread(threads, String(input.thread));
    return { eventId: id, exceptions, threads, thread };
  },
  render: renderEventStacktrace,
});

/** @throws {SentryError} `invalid`, naming those there are. */
function pickThread(threads: readonly Thread[], wanted: string): Thread {
  const found = threads.find(({ id }) => id === wanted) ?? threads.find(({ name }) => name === wanted);
  if (found) return found;
  const known = threads.slice(0, 20).map(({ id, name }) => `${id ?? "?"} (${name ?? "unnamed"})`);
  const there = known.length > 0 ? `it has ${known.join(", ")}` : "it has no threads";
  throw new SentryError("invalid", `The event has no thread "${wanted}": ${there}`);
}
