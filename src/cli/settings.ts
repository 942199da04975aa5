import * as v from "valibot";
import { baseUrl, flag, headerValue, hostName, list, text } from "../lib/env-value.ts";
import type { LogLevel } from "../lib/log.ts";
import { isLoopback } from "../lib/origins.ts";
import { chooseSkills, isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import { TOOLSET_IDS, type ToolsetId } from "../lib/toolset-id.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Arguments } from "./arguments.ts";
import { noTokenText } from "./no-token.ts";
import { collectGiven, type Given, type SettingName } from "./sources.ts";

/** What one session on stdio is started with, checked. */
export interface Settings {
  readonly token: string;
  readonly sentry: { readonly url: string; readonly regionUrls: readonly string[] };
  readonly constraint: Constraint;
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
  readonly toolset: ToolsetId;
  readonly logLevel: LogLevel;
}

const SKILLS_SAYS = `any of ${SKILLS.map(({ id }) => id).join(", ")}`;
/** Sentry's own server still takes one more, which brings no tools. */
const isKnownSkill = (id: string) => isSkillId(id) || id === "docs";
const skillList = v.pipe(list, v.minLength(1, SKILLS_SAYS), v.everyItem(isKnownSkill, SKILLS_SAYS));
const slug = v.pipe(text, v.regex(/^[\w-]{1,100}$/, "a slug as Sentry has it, such as my-team"));

const schema = v.object(
  {
    token: v.optional(headerValue),
    url: v.optional(baseUrl("https://sentry.example.com/prefix")),
    host: v.optional(hostName("--url")),
    insecureHttp: v.optional(flag, "0"),
    regionUrls: v.optional(v.pipe(list, v.array(baseUrl("https://us.sentry.io"))), ""),
    organizationSlug: v.optional(slug),
    projectSlug: v.optional(slug),
    skills: v.optional(skillList),
    disabledSkills: v.optional(skillList),
    toolset: v.optional(v.picklist(TOOLSET_IDS, `one of ${TOOLSET_IDS.join(", ")}`), "default"),
    logLevel: v.optional(
      v.picklist(["debug", "info", "warn", "error"], "one of debug, info, warn, error"),
      "warn",
    ),
  } satisfies Record<SettingName, v.GenericSchema<unknown, unknown>>,
);

/** Or everything that is wrong, by flag or variable. An empty variable counts as absent. */
export function readSettings(
  { flags }: Pick<Arguments, "flags">,
  env: Readonly<Record<string, string | undefined>>,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const given = collectGiven(flags, env);
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  const result = v.safeParse(schema, values, { abortPipeEarly: true });
  if (!result.success) {
    const problems = result.issues.map((issue) => problemOf(issue, given));
    return { problems: [...new Set(given.has("token") ? problems : [...problems, noTokenText({})])] };
  }

  const { token, host, organizationSlug, projectSlug, regionUrls, toolset, logLevel, ...read } =
    result.output;
  const allowsHttp = read.insecureHttp || flags.has("insecure-http");
  const url = read.url ?? `${allowsHttp && host ? "http" : "https"}://${host ?? "sentry.io"}`;
  const wanted = flags.has("all-skills") ? undefined : read.skills;
  const skills = chooseSkills({ wanted, disabled: read.disabledSkills ?? [] });
  const readOnly = flags.has("readonly");

  const nameOf = (name: SettingName) => given.get(name)?.from ?? "";
  const problems = allowsHttp
    ? []
    : [...problemsOfHttp("url", [url]), ...problemsOfHttp("regionUrls", regionUrls)];
  if (flags.has("insecure-http") && (!isHttp(url) || isSentryIo(url))) {
    problems.push("--insecure-http: expected --host, or --url with http, of a Sentry that is not sentry.io");
  }
  if (skills.length === 0) {
    problems.push(
      `${nameOf("disabledSkills") || nameOf("skills")}: expected to leave a skill, ${SKILLS_SAYS}`,
    );
  }
  if (projectSlug && !organizationSlug) {
    problems.push(`${nameOf("projectSlug")}: expected --organization-slug beside it`);
  }
  if (token === undefined) problems.push(noTokenText({ url, skills, readOnly }));
  if (token === undefined || problems.length > 0) return { problems };

  const constraint = { ...(organizationSlug && { organizationSlug }), ...(projectSlug && { projectSlug }) };
  return {
    settings: { token, sentry: { url, regionUrls }, constraint, skills, readOnly, toolset, logLevel },
  };

  function problemsOfHttp(name: SettingName, urls: readonly string[]): string[] {
    const insecure = urls.filter((url) => isHttp(url) && !isLoopback(new URL(url)));
    return insecure.map((url) =>
      `${nameOf(name)}: expected https, got "${url}"; --insecure-http allows http in a private network`
    );
  }
}

function problemOf(
  { path, message }: v.InferIssue<typeof schema>,
  given: ReadonlyMap<SettingName, Given>,
): string {
  const [name, { value, from }] = [...given].find(([name]) => name === path?.[0].key) ?? NOTHING_GIVEN;
  return `${from}: expected ${message}${name === "token" ? "" : `, got "${shown(value)}"`}`;
}

const NOTHING_GIVEN = ["token", { value: "", from: "" }] as const;

const isHttp = (url: string) => new URL(url).protocol === "http:";
const isSentryIo = (url: string) => /(^|\.)sentry\.io$/.test(new URL(url).hostname);

/** Short, and without the password that a URL may hold. */
const shown = (value: string) => value.replace(/\/\/[^/\s]*@/, "//…@").slice(0, 100);
