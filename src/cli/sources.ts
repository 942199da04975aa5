import type { FlagName } from "./flags.ts";

/** Where each setting comes from: the flag, else the first of the variables that is not empty. */
const SOURCES = {
  token: { flag: "access-token", variables: ["SENTRY_ACCESS_TOKEN", "SENTRY_AUTH_TOKEN"] },
  url: { flag: "url", variables: ["SENTRY_URL"] },
  host: { flag: "host", variables: ["SENTRY_HOST"] },
  insecureHttp: { variables: ["SENTRY_INSECURE_HTTP"] },
  regionUrls: { flag: "region-url", variables: ["SENTRY_REGION_URLS"] },
  organizationSlug: { flag: "organization-slug", variables: ["SENTRY_ORGANIZATION_SLUG"] },
  projectSlug: { flag: "project-slug", variables: ["SENTRY_PROJECT_SLUG"] },
  skills: { flag: "skills", variables: ["MCP_SKILLS"] },
  disabledSkills: { flag: "disable-skills", variables: ["MCP_DISABLE_SKILLS"] },
  toolset: { flag: "toolset", variables: ["TOOLSET"] },
  logLevel: { variables: ["LOG_LEVEL"] },
} as const satisfies Record<string, { flag?: FlagName; variables: readonly string[] }>;

export type SettingName = keyof typeof SOURCES;

export interface Given {
  readonly value: string;
  /** The flag or the variable, as a complaint names it. */
  readonly from: string;
}

/** A flag for the address of Sentry sets aside both variables: either may be a leftover of another Sentry. */
export function collectGiven(
  flags: ReadonlyMap<FlagName, readonly string[]>,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<SettingName, Given> {
  const isAddressGiven = flags.has("url") || flags.has("host");

  function find(name: SettingName): Given | undefined {
    const source = SOURCES[name];
    const values = "flag" in source ? flags.get(source.flag) : undefined;
    if ("flag" in source && values) {
      return {
        value: (name === "regionUrls" ? values.join() : values.at(-1)) ?? "",
        from: `--${source.flag}`,
      };
    }
    if (isAddressGiven && (name === "url" || name === "host")) return undefined;
    const from = source.variables.find((variable) => env[variable]?.trim());
    return from === undefined ? undefined : { value: env[from] ?? "", from };
  }

  // The keys of a constant are its keys.
  const names = Object.keys(SOURCES) as SettingName[];
  return new Map(names.flatMap((name) => {
    const given = find(name);
    return given ? [[name, given] as const] : [];
  }));
}
