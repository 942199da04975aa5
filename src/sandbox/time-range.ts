import { periodHours } from "./issue-match.ts";
import { badRequest } from "./problem.ts";

const HOUR_MS = 3_600_000;

/** Sentry looks back 90 days unless told otherwise. */
const DEFAULT_PERIOD = "90d";

interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `statsPeriod`, else `start` and `end` (`api/utils.py` of getsentry/sentry). */
export function readTimeRange(parameters: URLSearchParams, nowMs: number): TimeRange {
  const [start, end] = [parameters.get("start"), parameters.get("end")];
  const period = parameters.get("statsPeriod");
  if (period || (!start && !end)) {
    return { fromMs: nowMs - periodHours(period || DEFAULT_PERIOD) * HOUR_MS, toMs: nowMs };
  }
  if (!start || !end) throw badRequest("start and end are both required");
  const range = { fromMs: readTime(start), toMs: readTime(end) };
  if (range.fromMs > range.toMs) throw badRequest("start must be before end");
  return range;
}

/** Times without a zone are UTC. */
function readTime(text: string): number {
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const atMs = /^\d{4}-\d\d-\d\d/.test(text)
    ? Date.parse(hasZone || !text.includes("T") ? text : `${text}Z`)
    : Number.NaN;
  if (Number.isNaN(atMs)) throw badRequest(`${text} is not a valid ISO8601 date query`);
  return atMs;
}
