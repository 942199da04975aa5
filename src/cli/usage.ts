import { SKILLS } from "../lib/skills.ts";
import { TOOLSET_IDS } from "../lib/toolset-id.ts";
import { SERVER_NAME } from "../lib/version.ts";
import { FLAGS, isWithoutEffect } from "./flags.ts";

/** What `--help` prints, and what stands under a complaint. */
export function usage(): string {
  return `Usage: ${SERVER_NAME} [stdio] [flags]

Serves Sentry to an MCP client on stdin and stdout. It needs a Sentry token in SENTRY_ACCESS_TOKEN.

${FLAGS.filter(({ name }) => !isWithoutEffect(name)).map(line).join("\n")}

Skills: ${SKILLS.map(({ id }) => id).join(", ")}. Tool sets: ${TOOLSET_IDS.join(", ")}.
A flag counts more than a variable. Also read: SENTRY_AUTH_TOKEN, SENTRY_INSECURE_HTTP, LOG_LEVEL (logs go to stderr).
Accepted without effect: ${
    FLAGS.filter(({ name }) => isWithoutEffect(name)).map(({ name }) => `--${name}`).join(", ")
  }.`;
}

function line(flag: (typeof FLAGS)[number]): string {
  const short = "short" in flag ? `-${flag.short}, ` : "";
  const value = "value" in flag ? ` <${flag.value}>` : "";
  return `  ${`${short}--${flag.name}${value}`.padEnd(28)} ${"says" in flag ? flag.says : ""}`;
}
