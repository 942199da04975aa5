import { CHECKOUT_TRACE } from "./checkout-chain.ts";
import type { TelemetryRow } from "./telemetry-row.ts";

interface ProfileSeed {
  readonly project: string;
  readonly hoursAgo: number;
  readonly id: string;
  readonly transaction: string;
  readonly durationMs: number;
  readonly release: string;
  readonly trace?: string;
  /** A session of continuous profiling, which has chunks instead of an id of its own. */
  readonly profilerId?: string;
}

const profile = (seed: ProfileSeed): TelemetryRow => ({
  project: seed.project,
  hoursAgo: seed.hoursAgo,
  values: {
    id: seed.id,
    "profile.id": seed.profilerId ? null : seed.id,
    "profiler.id": seed.profilerId ?? null,
    "thread.id": seed.profilerId ? "140192" : null,
    transaction: seed.transaction,
    "transaction.duration": seed.durationMs,
    release: seed.release,
    environment: seed.project === "vault" ? "CANARY-umbra-environment" : "production",
    trace: seed.trace ?? null,
  },
});

export const TELEMETRY_PROFILES: readonly TelemetryRow[] = [
  profile({
    project: "checkout",
    hoursAgo: 0.5,
    id: "9f0f".repeat(8),
    transaction: "/api/carts/{cart_id}/payments",
    durationMs: 4600,
    release: "checkout@1.9.0",
    trace: CHECKOUT_TRACE,
  }),
  profile({
    project: "checkout",
    hoursAgo: 30,
    id: "b0f11e00000000000000000000000002",
    transaction: "tasks.send_receipt",
    durationMs: 2210.5,
    release: "checkout@1.8.1",
    profilerId: "c0b7000000000000000000000000c0b7",
  }),
  profile({
    project: "mobile",
    hoursAgo: 12,
    id: "b0f11e00000000000000000000000003",
    transaction: "CatalogueActivity",
    durationMs: 480,
    release: "com.acme.mobile@5.2.0+520",
  }),
  profile({
    project: "stollen",
    hoursAgo: 5,
    id: "b0f11e00000000000000000000000004",
    transaction: "/stollen.Depth/Measure",
    durationMs: 33,
    release: "stollen@0.5.0",
  }),
  profile({
    project: "vault",
    hoursAgo: 1,
    id: "ff300000000000000000000000000001",
    transaction: "CANARY-umbra-transaction",
    durationMs: 9,
    release: "CANARY-umbra-release-2",
    trace: "0b5c".repeat(8),
  }),
];
