import type { Event } from "../sentry/event.ts";
import { code, joined, word } from "./markdown.ts";
import { facts, projectOf, reading, section } from "./reading.ts";
import { isSecretName, REMOVED } from "./secrets.ts";
import { moment } from "./time.ts";

export interface TransactionReading {
  readonly organizationSlug: string;
  readonly project: string;
  readonly event: Event;
  readonly asOf: string;
}

/** An event that belongs to no issue. */
export function renderTransaction({ organizationSlug, project, event, asOf }: TransactionReading): string {
  const { trace_id: traceId, op, status } = traceOf(event);
  return reading(
    `Event ${code(event.id ?? "without id")} without issue`,
    facts(
      ["Title", event.title && code(event.title, 300)],
      ["Type", event.type && word(event.type)],
      ["Project", projectOf(organizationSlug, { slug: project })],
      ["Happened", event.occurredAt && moment(event.occurredAt, asOf)],
      ["Operation", joined(isText(op) && code(op, 100), isText(status) && code(status, 60))],
      ["Trace", isText(traceId) && code(traceId, 40)],
      ["Release", event.release && code(event.release, 200)],
    ),
    [[
      "tags",
      section(
        "Tags",
        event.tags.map(({ key, value }) => code(`${key}: ${isSecretName(key) ? REMOVED : value}`, 150)),
        20,
      ),
    ]],
  );
}

function traceOf({ contexts }: Event): Record<string, unknown> {
  const { trace } = contexts;
  // An object that is not null has string keys.
  return typeof trace === "object" && trace !== null ? trace as Record<string, unknown> : {};
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
