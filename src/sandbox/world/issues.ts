import { AWKWARD_ISSUES } from "./awkward.ts";
import { BACKEND_PERFORMANCE_ISSUES } from "./backend-performance.ts";
import { BROWSER_ISSUES } from "./browser.ts";
import { COMPILED_CHAINS } from "./chains-compiled.ts";
import { SCRIPT_CHAINS } from "./chains-scripts.ts";
import { CHECKOUT_CHAIN } from "./checkout-chain.ts";
import { CHECKOUT_HOSTILE } from "./checkout-hostile.ts";
import { CHECKOUT_QUERIES } from "./checkout-queries.ts";
import { projectOf } from "./directory.ts";
import { MOBILE_CRASH } from "./mobile-crash.ts";
import type { IssueSeed, Project } from "./model.ts";
import { NATIVE_ISSUES } from "./native.ts";
import { PLAIN_ISSUES } from "./plain-issues.ts";
import { STOLLEN_PANIC } from "./stollen-panic.ts";
import { STOREFRONT_ISSUES } from "./storefront-issues.ts";
import { UMBRA_ISSUES } from "./umbra-issues.ts";

const EVENTS_KEPT = 5;

export interface WorldIssue {
  readonly id: string;
  readonly shortId: string;
  readonly project: Project;
  readonly seed: IssueSeed;
  /** Newest first. */
  readonly eventIds: readonly string[];
}

export const ISSUES: readonly WorldIssue[] = [
  ...STOREFRONT_ISSUES,
  CHECKOUT_CHAIN,
  CHECKOUT_QUERIES,
  CHECKOUT_HOSTILE,
  MOBILE_CRASH,
  STOLLEN_PANIC,
  ...UMBRA_ISSUES,
  ...PLAIN_ISSUES,
  ...BROWSER_ISSUES,
  ...SCRIPT_CHAINS,
  ...COMPILED_CHAINS,
  ...BACKEND_PERFORMANCE_ISSUES,
  ...NATIVE_ISSUES,
  ...AWKWARD_ISSUES,
].map((seed) => {
  const project = projectOf(seed.project);
  const id = String(project.issueIdBase + seed.number);
  const eventIds = Array.from(
    { length: Math.min(seed.count, seed.eventsKept ?? EVENTS_KEPT) },
    (_, index) => eventId(id, index + 1),
  );
  return { id, shortId: `${project.slug.toUpperCase()}-${seed.number}`, project, seed, eventIds };
});

/** 32 hex digits that a reader can tell apart: the issue's id and which newest event it is, four times. */
function eventId(issueId: string, nthNewest: number): string {
  return `${issueId}${String(nthNewest).padStart(4, "0")}`.repeat(4);
}
