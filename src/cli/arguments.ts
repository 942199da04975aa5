import { findFlag, type FlagName } from "./flags.ts";

export interface Arguments {
  /** What is no flag, in order: the command. */
  readonly words: readonly string[];
  /** Values in order; empty for a flag that takes none. */
  readonly flags: ReadonlyMap<FlagName, readonly string[]>;
  /** Never repeats a value: it may be a token after a misspelt flag. */
  readonly problems: readonly string[];
}

/** Reads `--flag value`, `--flag=value` and `-f`. Of a flag that is given twice, both values are kept. */
export function readArguments(argv: readonly string[]): Arguments {
  const words: string[] = [];
  const flags = new Map<FlagName, readonly string[]>();
  const problems: string[] = [];
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, dashes, name = "", inline] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (dashes === undefined) {
      words.push(arg);
      continue;
    }
    const flag = (dashes === "-") === (name.length === 1) ? findFlag(name) : undefined;
    if (!flag) {
      problems.push(/^[a-z-]{0,30}$/.test(name) ? `Unknown flag ${dashes}${name}` : "Unknown flag");
      continue;
    }
    const known = flags.get(flag.name) ?? [];
    if (flag.value === undefined) {
      if (inline !== undefined) problems.push(`--${flag.name}: expected no value`);
      flags.set(flag.name, known);
      continue;
    }
    const next = rest[0]?.startsWith("-") ? undefined : rest[0];
    const value = inline ?? next;
    if (inline === undefined && next !== undefined) rest.shift();
    if (value?.trim()) flags.set(flag.name, [...known, value]);
    else problems.push(`--${flag.name}: expected a value, ${flag.value}`);
  }
  return { words, flags, problems };
}
