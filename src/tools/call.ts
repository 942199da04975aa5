import * as v from "valibot";
import { PICTURE_KEY } from "../apps/picture.ts";
import { toBase64 } from "../lib/crypto.ts";
import { OrganizationMissing, SentryError } from "../sentry/error.ts";
import { code } from "../render/markdown.ts";
import type { Tool, ToolContext } from "./define.ts";
import { findPlace, missingPlace, type PlaceParameter } from "./missing-place.ts";
import { Declined } from "./question.ts";

type Args = Readonly<Record<string, unknown>>;

interface TextContent {
  readonly type: "text";
  readonly text: string;
}

interface ImageContent {
  readonly type: "image";
  /** Base64. */
  readonly data: string;
  readonly mimeType: string;
}

interface LinkContent {
  readonly type: "resource_link";
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly mimeType: string;
}

/** A result of `tools/call`, in MCP's own shape. */
export interface ToolResult {
  readonly content: readonly (TextContent | ImageContent | LinkContent)[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
  /** Of an error that other arguments would not mend. */
  readonly atFault?: "sentry";
  /** For the client and its Apps; models do not see it. */
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/**
 * Checks the arguments, runs the tool and says what came of it; what went wrong is a text that the model can act on.
 *
 * @throws {SentryError} `unauthorized`, which the transport answers with 401.
 * @throws {Question} The user has to be asked first.
 */
export async function callTool(tool: Tool, args: unknown, context: ToolContext): Promise<ToolResult> {
  try {
    return await callWithPlace(tool, withoutBlanks(args), context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Declined) return failure(error.message);
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    const isTheirs = THEIRS.includes(error.kind);
    return { ...failure(sentryProblem(error)), ...(isTheirs && { atFault: "sentry" }) };
  }
}

/** Where nothing is missing but the organization or the project, it is looked for before the call is refused. */
async function callWithPlace(tool: Tool, args: Args, context: ToolContext): Promise<ToolResult> {
  const inPlace = async (parameter: PlaceParameter | undefined) => {
    const slug = parameter && await findPlace(parameter, { tool, args, context });
    return slug === undefined ? undefined : callWithPlace(tool, { ...args, [`${parameter}`]: slug }, context);
  };
  const input = v.safeParse(tool.input, args);
  if (!input.success) {
    const refusal = `Cannot run ${code(tool.name)}:\n${problemsOf(input.issues)}`;
    return await inPlace(missingPlace(input.issues)) ?? failure(refusal);
  }
  try {
    return await run(tool, input.output, context);
  } catch (error) {
    const result = error instanceof OrganizationMissing && await inPlace("organizationSlug");
    if (result) return result;
    throw error;
  }
}

async function run(tool: Tool, input: unknown, context: ToolContext): Promise<ToolResult> {
  const data = await tool.run(input, context);
  const images = tool.images?.(data) ?? [];
  const links = tool.links?.(data) ?? [];
  const content = [
    { type: "text", text: tool.render(data) } as const,
    ...images.map(({ mimeType, bytes }) => ({ type: "image", data: toBase64(bytes), mimeType }) as const),
    ...links.map(({ uri, title }) =>
      ({ type: "resource_link", uri, name: uri, title, mimeType: "text/markdown" }) as const
    ),
  ];
  const picture = context.pictures && tool.app?.picture(data);
  const beside = picture ? { _meta: { [PICTURE_KEY]: picture } } : {};
  if (tool.output === "text") return { content, ...beside };
  // What is absent inside is left out on the wire.
  const structured: unknown = JSON.parse(JSON.stringify(data));
  return { content, structuredContent: v.parse(v.record(v.string(), v.unknown()), structured), ...beside };
}

const failure = (text: string): ToolResult => ({ content: [{ type: "text", text }], isError: true });

/**
 * Sentry's own MCP server takes null for "not given", so models send it. An organization without a letter is none
 * either.
 */
function withoutBlanks(args: unknown): Args {
  const isBlank = (name: string, value: unknown) =>
    value === null || (name === "organizationSlug" && typeof value === "string" && value.trim() === "");
  return Object.fromEntries(Object.entries(args ?? {}).filter(([name, value]) => !isBlank(name, value)));
}

function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.slice(0, 10).map((issue) => {
    const name = v.getDotPath(issue);
    if (!name) return `- ${issue.message}`;
    if (issue.received === "undefined") return `- ${code(name)} is missing`;
    const said = issue.message.startsWith("Invalid") && issue.expected
      ? `expected ${issue.expected}, received ${issue.received}`
      : issue.message;
    return `- ${code(name)}: ${said}`;
  }).join("\n");
}

/** Not of what was asked for. */
const THEIRS: readonly SentryError["kind"][] = [
  "misconfigured",
  "unsupported",
  "rate_limited",
  "unavailable",
  "bad_answer",
];

/** What can be done, and whose turn it is. */
const ADVICE: Record<SentryError["kind"], string> = {
  unauthorized: "Sign in again.",
  forbidden:
    "The signed-in Sentry account, or what it granted, does not allow this. An owner of the organization can.",
  not_found: "Check the organization, project and id: a search or a list gives the right ones.",
  invalid: "Change the arguments and try again.",
  too_large: "Ask for less: a smaller limit, a shorter period or a narrower query.",
  outside_constraint: "Connect to another address of this server to reach it.",
  misconfigured: "Whoever runs this server should check that it points to a Sentry API.",
  unsupported:
    "Its version is older than this, or the feature is off: whoever runs that Sentry can change it.",
  rate_limited: "Wait, then try again.",
  unavailable: "This is on Sentry's side or the network's: try again in a minute.",
  bad_answer: "This is on Sentry's side: trying again will hardly help, other tools may.",
};

function sentryProblem(error: SentryError): string {
  const { retryAfterSeconds: seconds } = error;
  const advice = error.kind === "rate_limited" && seconds !== undefined
    ? `Wait ${seconds} s, then try again.`
    : ADVICE[error.kind];
  const detail = error.detail ? `: ${code(error.detail)}` : "";
  return `${error.message}${detail}. ${advice}`;
}
