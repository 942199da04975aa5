import { TOOLS } from "../../src/tools/all.ts";
import type { Effect } from "../../src/tools/define.ts";

interface Example {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly effect: Effect;
}

let comments = 0;

/** A call of every tool that the sandbox answers. */
export function examples(): Example[] {
  return TOOLS.map(({ name, example, effect }) => {
    const args: Record<string, unknown> = { ...Object(example) };
    // Sentry takes the same comment once an hour.
    if (typeof args.text === "string") args.text = `${args.text} (${++comments})`;
    return { name, args, effect };
  });
}
