/** One flag of the command line. */
interface Flag {
  readonly name: string;
  readonly short?: string;
  /** What its value is, in the usage; absent: it takes none. */
  readonly value?: string;
  /** Absent: Sentry's own server has it, and here it changes nothing. */
  readonly says?: string;
}

/** Those of Sentry's own stdio server, and ours after them. */
export const FLAGS = [
  {
    name: "access-token",
    value: "token",
    says: "Sentry token; better in SENTRY_ACCESS_TOKEN, because others see a process's flags",
  },
  { name: "host", value: "name", says: "host of Sentry, such as sentry.example.com (SENTRY_HOST)" },
  { name: "url", value: "url", says: "full address of Sentry, path prefix kept (SENTRY_URL)" },
  { name: "insecure-http", says: "http instead of https, for a Sentry in a private network" },
  { name: "organization-slug", value: "slug", says: "stay in this organization (SENTRY_ORGANIZATION_SLUG)" },
  { name: "project-slug", value: "slug", says: "stay in this project of it (SENTRY_PROJECT_SLUG)" },
  { name: "skills", value: "a,b", says: "what the assistant may do (MCP_SKILLS); all unless said" },
  { name: "all-skills", says: "all skills, whatever MCP_SKILLS says" },
  { name: "disable-skills", value: "a,b", says: "what it may not do (MCP_DISABLE_SKILLS)" },
  { name: "readonly", says: "only tools that change nothing" },
  { name: "toolset", value: "name", says: "which tools are listed (TOOLSET)" },
  {
    name: "region-url",
    value: "url",
    says: "another address that the token may be sent to; repeatable (SENTRY_REGION_URLS)",
  },
  { name: "help", short: "h", says: "this text" },
  { name: "version", short: "v", says: "the version" },
  { name: "mcp-url", value: "url" },
  { name: "sentry-dsn", value: "dsn" },
  { name: "openai-base-url", value: "url" },
  { name: "openai-model", value: "name" },
  { name: "anthropic-base-url", value: "url" },
  { name: "anthropic-model", value: "name" },
  { name: "agent-provider", value: "name" },
  { name: "experimental" },
  { name: "agent" },
] as const satisfies readonly Flag[];

export type FlagName = (typeof FLAGS)[number]["name"];

export function findFlag(name: string): (Flag & { readonly name: FlagName }) | undefined {
  return FLAGS.find((flag) => flag.name === name || ("short" in flag && flag.short === name));
}

/** Accepted so that a command line of Sentry's own server works; said on stderr. */
export const isWithoutEffect = (name: FlagName): boolean => findFlag(name)?.says === undefined;
