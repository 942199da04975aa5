import * as v from "valibot";
import { ISSUE_FREQUENCY, TRACE_WATERFALL } from "./documents.gen.ts";

/** Apps, protocol version 2026-01-26. */
export const UI_EXTENSION = "io.modelcontextprotocol/ui";
const MIME_TYPE = "text/html;profile=mcp-app";

/** As `resources/list` has it. */
interface AppResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly _meta: { readonly ui: UiMeta };
}

interface UiMeta {
  readonly csp: Readonly<Record<string, readonly string[]>>;
  readonly prefersBorder: boolean;
}

/** Nothing is loaded and nothing is sent: no domain is declared, so the host allows none. */
const UI_META: UiMeta = {
  csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
  prefersBorder: true,
};

const shared = { mimeType: MIME_TYPE, _meta: { ui: UI_META } } as const;

export const APP_RESOURCES: readonly AppResource[] = [
  {
    uri: "ui://sentry/issue-frequency",
    name: "issue_frequency",
    title: "Issue frequency",
    description: "How often an issue happened, with the releases of that time",
    ...shared,
  },
  {
    uri: "ui://sentry/trace-waterfall",
    name: "trace_waterfall",
    title: "Trace waterfall",
    description: "The spans of a trace on an axis of time",
    ...shared,
  },
];

const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ["ui://sentry/issue-frequency", ISSUE_FREQUENCY],
  ["ui://sentry/trace-waterfall", TRACE_WATERFALL],
]);

/** The document behind an address, as `resources/read` has it; undefined when it is none of these. */
export function readApp(uri: string) {
  const text = DOCUMENTS.get(uri);
  return text === undefined ? undefined : { uri, text, ...shared };
}

/** The extension as a client declares it, without what is not known here. */
export const declaredExtensions = v.fallback(
  v.optional(v.object({
    [UI_EXTENSION]: v.optional(v.object({
      mimeTypes: v.pipe(
        v.array(v.string()),
        v.transform((types) => types.filter((type) => type === MIME_TYPE).slice(0, 1)),
      ),
    })),
  })),
  undefined,
);

/** Whether a client with these capabilities shows Apps of our kind (Apps, Capability Negotiation). */
export function showsApps(capabilities: unknown): boolean {
  const { success, output } = v.safeParse(v.object({ extensions: declaredExtensions }), capabilities);
  return success && (output.extensions?.[UI_EXTENSION]?.mimeTypes.length ?? 0) > 0;
}
