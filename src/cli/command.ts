import { redact } from "../lib/log.ts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { isWithoutEffect } from "./flags.ts";
import { noTokenText } from "./no-token.ts";
import { readSettings, type Settings } from "./settings.ts";
import { usage } from "./usage.ts";

/** What a command line asks for. */
export type Command =
  /** On stdout, and nothing else. */
  | { readonly kind: "print"; readonly text: string }
  /** On stderr, with exit code 1. */
  | { readonly kind: "refuse"; readonly text: string }
  /** The notes belong on stderr. */
  | { readonly kind: "serve"; readonly settings: Settings; readonly notes: readonly string[] };

/** Reads the command line over the environment. What it prints never holds a token. */
export function readCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const args = readArguments(argv);
  if (args.flags.has("help")) return { kind: "print", text: usage() };
  if (args.flags.has("version")) return { kind: "print", text: VERSION };
  const [word] = args.words;
  if (word === "auth") return { kind: "refuse", text: NO_SIGN_IN };

  const misused = [...args.problems, ...strangeWords(args)];
  if (misused.length > 0) return refuse("the command line is not understood", misused, usage());
  const read = readSettings(args, env);
  if ("problems" in read) {
    return refuse(
      `${read.problems.length} setting(s) need attention`,
      read.problems,
      `${SERVER_NAME} --help says more`,
    );
  }
  return { kind: "serve", settings: read.settings, notes: notesOn(args) };
}

function refuse(what: string, problems: readonly string[], more: string): Command {
  const lines = problems.map((problem) => `  ${problem}`).join("\n");
  return { kind: "refuse", text: redact(`Cannot start: ${what}\n${lines}\n\n${more}`) };
}

const NO_SIGN_IN = `Signing in on the command line is not there yet: hand over a token instead.
${noTokenText({})}`;

/** Not repeated: a word without its flag may be a token. */
function strangeWords({ words }: Arguments): string[] {
  const strange = words[0] === "stdio" ? words.slice(1) : words;
  if (strange.length === 0) return [];
  return [`Expected flags after the command, and found ${strange.length} word(s) that belong to none`];
}

function notesOn({ flags }: Arguments): string[] {
  return [...flags.keys()].filter(isWithoutEffect).map((name) => `--${name} has no effect here`);
}
