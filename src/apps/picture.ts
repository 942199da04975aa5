/** What a picture shows: small numbers, ids and short names. Made beside a tool's text, drawn in `browser/`. */
export type Picture = FrequencyPicture | WaterfallPicture;

/** How often an issue happened, and what was released meanwhile. Times are milliseconds since 1970. */
export interface FrequencyPicture {
  readonly kind: "issue-frequency";
  readonly issue: string;
  /** Its page at Sentry. */
  readonly url: string;
  readonly events?: number;
  readonly users?: number;
  readonly firstSeenMs?: number;
  readonly lastSeenMs?: number;
  readonly days?: Counts;
  readonly hours?: Counts;
  /** Oldest first. */
  readonly releases: readonly { readonly version: string; readonly atMs: number }[];
  /** Releases in the same time that are not among them. */
  readonly moreReleases: number;
  /** The releases could not be read. */
  readonly withoutReleases: boolean;
}

/** Events in one span of time after another, oldest first. */
export interface Counts {
  readonly startsAtMs: number;
  readonly stepMs: number;
  readonly counts: readonly number[];
}

/** The spans of a trace on one axis of time. */
export interface WaterfallPicture {
  readonly kind: "trace-waterfall";
  readonly trace: string;
  /** Its page at Sentry. */
  readonly url: string;
  readonly durationMs: number;
  /** Parents before their children, both in the order of their starts. */
  readonly spans: readonly PicturedSpan[];
  /** Spans that are not among them. */
  readonly moreSpans: number;
  /** Errors and performance issues of spans that are not in the trace. */
  readonly strayIssues: number;
}

export interface PicturedSpan {
  readonly id?: string;
  /** Below how many others it is. */
  readonly depth: number;
  readonly op?: string;
  readonly name?: string;
  readonly project?: string;
  /** After the trace's begin; absent when Sentry does not say. */
  readonly startsAfterMs?: number;
  readonly durationMs?: number;
  /** Short ids of the errors and performance issues that happened in it, as far as they have one. */
  readonly issues?: readonly string[];
  /** Spans below it that are not in the picture. */
  readonly hidden?: number;
}

/** Where a result of `tools/call` carries its picture: in `_meta`, which reaches an App and no model. */
export const PICTURE_KEY = "sentry-mcp-edge/picture";
