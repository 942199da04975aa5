import { runServerSuite, type Verdict } from "./suite.ts";

/** How the suite is asked for the scenarios of a revision: older ones have no frozen list. */
const REVISIONS = {
  "2026-07-28": ["--requirements", "2026-07-28"],
  "2025-11-25": ["--requirements", "2025-11-25"],
  "2025-06-18": ["--suite", "active", "--spec-version", "2025-06-18"],
  "2025-03-26": ["--suite", "active", "--spec-version", "2025-03-26"],
} as const;

export type Revision = keyof typeof REVISIONS;
export type Reports = Readonly<Record<Revision, readonly Verdict[]>>;

/** Runs every revision at once: most of the time is spent waiting. */
export async function runRevisions(url: string): Promise<Reports> {
  const run = (revision: Revision) => runServerSuite(url, REVISIONS[revision]);
  const [modern, last, middle, first] = await Promise.all([
    run("2026-07-28"),
    run("2025-11-25"),
    run("2025-06-18"),
    run("2025-03-26"),
  ]);
  return { "2026-07-28": modern, "2025-11-25": last, "2025-06-18": middle, "2025-03-26": first };
}
