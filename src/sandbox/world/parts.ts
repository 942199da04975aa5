import type { Json } from "./model.ts";

/** Builders of what events consist of, under the names that Sentry's event serialiser gives them. */

interface FrameSeed {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly column?: number;
  readonly module?: string;
  readonly absPath?: string;
  /** Default: true. */
  readonly inApp?: boolean;
  /** Source around the line, and the number of its first line. */
  readonly code?: { readonly from: number; readonly text: string };
  readonly vars?: Json;
  /** Of native code: the image, addresses, how the frame was found, and the name before demangling. */
  readonly native?: {
    readonly package: string;
    readonly instructionAddr: string;
    readonly symbolAddr?: string;
    readonly trust: string;
    readonly rawFunction?: string;
  };
}

export function frame(seed: FrameSeed): Json {
  const lines = seed.code?.text.split("\n") ?? [];
  return {
    filename: seed.file,
    absPath: seed.absPath ?? seed.file,
    module: seed.module ?? null,
    package: seed.native?.package ?? null,
    platform: null,
    instructionAddr: seed.native?.instructionAddr ?? null,
    symbolAddr: seed.native?.symbolAddr ?? null,
    function: seed.name,
    rawFunction: seed.native?.rawFunction ?? null,
    symbol: null,
    context: lines.map((text, index) => [(seed.code?.from ?? 1) + index, text]),
    lineNo: seed.line,
    colNo: seed.column ?? null,
    inApp: seed.inApp ?? true,
    trust: seed.native?.trust ?? null,
    errors: null,
    lock: null,
    sourceLink: null,
    vars: seed.vars ?? null,
  };
}

export function stacktrace(frames: readonly Json[], registers: Json | null = null): Json {
  const hasSystemFrames = frames.some((frame) => frame["inApp"] === false);
  return { frames, framesOmitted: null, registers, hasSystemFrames };
}

interface ExceptionSeed {
  readonly type: string;
  readonly value: string;
  readonly module?: string;
  readonly mechanism?: Json;
  readonly threadId?: number;
  readonly frames?: readonly Json[];
  readonly rawFrames?: readonly Json[];
  readonly registers?: Json;
}

export function exception(seed: ExceptionSeed): Json {
  return {
    type: seed.type,
    value: seed.value,
    module: seed.module ?? null,
    mechanism: seed.mechanism ?? { type: "generic", handled: true },
    threadId: seed.threadId ?? null,
    stacktrace: seed.frames ? stacktrace(seed.frames, seed.registers) : null,
    rawStacktrace: seed.rawFrames ? stacktrace(seed.rawFrames) : null,
  };
}

/** Innermost cause first, as SDKs send chains. */
export function exceptionEntry(values: readonly Json[]): Json {
  const hasSystemFrames = values.some((value) => JSON.stringify(value).includes('"hasSystemFrames":true'));
  return { type: "exception", data: { values, hasSystemFrames, excOmitted: null } };
}

export function messageEntry(formatted: string, message?: string, params?: readonly string[]): Json {
  return { type: "message", data: { formatted, message: message ?? null, params: params ?? null } };
}

interface BreadcrumbSeed {
  readonly secondsBefore: number;
  readonly category: string;
  readonly type?: string;
  readonly level?: string;
  readonly message?: string;
  readonly data?: Json;
}

export function breadcrumbsEntry(atMs: number, seeds: readonly BreadcrumbSeed[]): Json {
  const values = seeds.map((seed) => ({
    type: seed.type ?? "default",
    timestamp: isoTime(atMs - seed.secondsBefore * 1000),
    level: seed.level ?? "info",
    message: seed.message ?? null,
    category: seed.category,
    data: seed.data ?? null,
    event_id: null,
  }));
  return { type: "breadcrumbs", data: { values } };
}

type Pairs = readonly (readonly [string, string])[];

interface RequestSeed {
  readonly method: string;
  readonly url: string;
  readonly query?: Pairs;
  readonly headers?: Pairs;
  readonly cookies?: Pairs;
  readonly body?: unknown;
  readonly env?: Json;
}

export function requestEntry(seed: RequestSeed): Json {
  return {
    type: "request",
    data: {
      method: seed.method,
      url: seed.url,
      query: seed.query ?? [],
      fragment: null,
      data: seed.body ?? null,
      headers: seed.headers ?? [],
      cookies: seed.cookies ?? [],
      env: seed.env ?? null,
      inferredContentType: seed.body === undefined ? null : "application/json",
      apiTarget: null,
    },
  };
}

interface ThreadSeed {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly crashed?: boolean;
  readonly frames?: readonly Json[];
}

export function threadsEntry(threads: readonly ThreadSeed[]): Json {
  const values = threads.map((thread) => ({
    id: thread.id,
    name: thread.name,
    crashed: thread.crashed ?? false,
    current: thread.crashed ?? false,
    state: thread.state,
    heldLocks: null,
    stacktrace: thread.frames ? stacktrace(thread.frames) : null,
    rawStacktrace: null,
  }));
  return { type: "threads", data: { values } };
}

/** Sentry leaves fractions out where there are none. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(".000Z", "Z");
}
