import { CHECKOUT_TRACE } from "./checkout-chain.ts";
import { dice, hex } from "./telemetry-row.ts";
import type { TelemetryRow } from "./telemetry-row.ts";

/** `[project, name, type, unit, usual value]` */
const KINDS = [
  ["checkout", "payment.duration", "distribution", "millisecond", 640],
  ["checkout", "cart.size", "distribution", "none", 4],
  ["checkout", "receipts.sent", "counter", "none", 1],
  ["storefront", "bundle.size", "gauge", "kibibyte", 410],
  ["storefront", "cache.hit_ratio", "gauge", "ratio", 0.86],
  ["mobile", "battery.level", "gauge", "percent", 71],
  ["stollen", "shaft.depth", "gauge", "metre", 388],
] as const;

function generated(): TelemetryRow[] {
  const roll = dice(77);
  return KINDS.flatMap(([project, name, type, unit, usual]) =>
    Array.from({ length: 12 }, (_, index) => ({
      project,
      hoursAgo: 2 + index * 7 + roll(),
      values: {
        id: hex(roll, 32),
        trace: hex(roll, 32),
        "metric.name": name,
        "metric.type": type,
        "metric.unit": unit,
        value: type === "counter" ? usual : Math.round(usual * (0.6 + roll() * 0.8) * 1000) / 1000,
        environment: "production",
      },
    }))
  );
}

const CHECKOUT_METRIC: TelemetryRow = {
  project: "checkout",
  hoursAgo: 0.5,
  values: {
    id: "e7e70000000000000000000000000001",
    trace: CHECKOUT_TRACE,
    "metric.name": "payment.duration",
    "metric.type": "distribution",
    "metric.unit": "millisecond",
    value: 4600,
    environment: "production",
  },
};

const FOREIGN: TelemetryRow = {
  project: "vault",
  hoursAgo: 2,
  values: {
    id: "ff200000000000000000000000000001",
    trace: "0b5c".repeat(8),
    "metric.name": "CANARY-umbra-metric",
    "metric.type": "counter",
    "metric.unit": "CANARY-umbra-unit",
    value: 1,
    environment: "CANARY-umbra-environment",
  },
};

export const TELEMETRY_METRICS: readonly TelemetryRow[] = [CHECKOUT_METRIC, ...generated(), FOREIGN];
