import type { OrganizationAccess } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";

/** A transaction's profile: which functions were on the stack while it ran. */
export interface Profile {
  readonly id?: string;
  readonly projectId?: string;
  readonly transaction?: string;
  readonly traceId?: string;
  readonly platform?: string;
  readonly release?: string;
  readonly environment?: string;
  readonly startedAt?: string;
  readonly durationMs?: number;
  readonly samples: number;
  readonly threads: number;
  /** The functions that were at work most often, the busiest first. */
  readonly busiest: readonly BusyFunction[];
}

export interface BusyFunction {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly inApp: boolean;
  /** At the top of the stack, of all samples. */
  readonly share: number;
}

const MOST_FUNCTIONS = 10;

/**
 * Reads Sentry's sample format, version 1.
 *
 * @see https://develop.sentry.dev/sdk/telemetry/profiles/sample-format-v1/
 */
export function decodeProfile(raw: unknown): Profile | undefined {
  if (!isRecord(raw)) return undefined;
  const transaction = record(raw.transaction);
  const profile = record(raw.profile);
  const samples = listOf(profile.samples, decodeSample);
  const times = samples.map(({ elapsedNs }) => elapsedNs).filter((ns) => ns !== undefined);
  return {
    id: text(raw.event_id) ?? text(raw.profile_id),
    projectId: idOf(raw.project_id),
    transaction: text(transaction.name),
    traceId: text(transaction.trace_id),
    platform: text(raw.platform),
    release: text(raw.release),
    environment: text(raw.environment),
    startedAt: time(raw.timestamp),
    durationMs: times.length > 1 ? (most(times) - least(times)) / 1e6 : undefined,
    samples: samples.length,
    threads: new Set(samples.map(({ thread }) => thread)).size,
    busiest: busiestOf(profile, samples),
  };
}

interface Sample {
  readonly stack: number;
  readonly thread?: string;
  readonly elapsedNs?: number;
}

function decodeSample(raw: unknown): Sample | undefined {
  const { stack_id, thread_id, elapsed_since_start_ns } = record(raw);
  const stack = numberOf(stack_id);
  if (stack === undefined) return undefined;
  return { stack, thread: idOf(thread_id), elapsedNs: numberOf(elapsed_since_start_ns) };
}

// Spreading many thousands of samples into `Math.max` overflows the stack.
const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other));
const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other));

/** Stacks are lists of frame numbers, the one at work first. */
function busiestOf(profile: Record<string, unknown>, samples: readonly Sample[]): BusyFunction[] {
  const frames: unknown[] = Array.isArray(profile.frames) ? profile.frames : [];
  const stacks: unknown[] = Array.isArray(profile.stacks) ? profile.stacks : [];
  const counts = new Map<number, number>();
  for (const { stack } of samples) {
    const frameIds: unknown = stacks[stack];
    const top = Array.isArray(frameIds) ? numberOf(frameIds[0]) : undefined;
    if (top !== undefined) counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST_FUNCTIONS).flatMap(
    ([id, count]) => {
      const frame = record(frames[id]);
      const name = text(frame.function);
      return name === undefined ? [] : [{
        name,
        file: text(frame.filename) ?? text(frame.abs_path) ?? text(frame.module),
        line: numberOf(frame.lineno),
        inApp: flag(frame.in_app) ?? false,
        share: count / samples.length,
      }];
    },
  );
}

/**
 * `GET /projects/{organization}/{project}/profiling/profiles/{profile}/`
 *
 * @param project Slug or id.
 * @see `src/sentry/api/endpoints/project_profiling_profile.py` of getsentry/sentry
 */
export function getProfile(
  organization: OrganizationAccess,
  project: string,
  profileId: string,
): Promise<Profile> {
  return organization.get({
    inProject: project,
    path: ["profiling", "profiles", profileId],
    decode: decodeProfile,
    projectOf: (profile) => ({ id: profile.projectId }),
  });
}
