import { TELEMETRY_LOGS } from "./telemetry-logs.ts";
import { TELEMETRY_METRICS } from "./telemetry-metrics.ts";
import { TELEMETRY_PROFILES } from "./telemetry-profiles.ts";
import { TELEMETRY_SPANS } from "./telemetry-spans.ts";
import type { TelemetryRow } from "./telemetry-row.ts";

/** What was measured, by the names that Sentry gives the datasets. */
export const TELEMETRY = {
  spans: TELEMETRY_SPANS,
  logs: TELEMETRY_LOGS,
  tracemetrics: TELEMETRY_METRICS,
  profiles: TELEMETRY_PROFILES,
} as const satisfies Readonly<Record<string, readonly TelemetryRow[]>>;
