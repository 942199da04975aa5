import { errorIssue } from "./model.ts";
import type { IssueSeed, Json } from "./model.ts";
import { exception, exceptionEntry, frame } from "./parts.ts";

/** `[file, module, function, line, in app, source line]`; the module may be empty. */
type FrameRow = readonly [string, string, string, number, boolean, string?];

/** `[type, module, value, how it hangs on the one above, frames caller first]`. */
type LinkRow = readonly [string, string, string, string, readonly FrameRow[]];

export interface ChainSeed {
  readonly number: number;
  readonly project: string;
  readonly platform: string;
  readonly sdk: string;
  readonly runtime: readonly [string, string];
  readonly release: string;
  readonly lastSeenHoursAgo: number;
  readonly count: number;
  /** Outermost first, as a person tells it. */
  readonly links: readonly LinkRow[];
}

/** An issue of exceptions that caused one another. */
export function chainedIssue(chain: ChainSeed): IssueSeed {
  const [type = "", , value = "", , frames = []] = chain.links[0] ?? [];
  const [filename = "", , name = ""] = frames.at(-1) ?? [];
  return errorIssue({
    ...chain,
    culprit: `${name}(${filename})`,
    metadata: { type, value, filename, function: name },
    userCount: Math.ceil(chain.count / 2),
    firstSeenHoursAgo: 24 * 30 + chain.number,
    firstRelease: chain.release,
    lastRelease: chain.release,
    tags: [
      ["environment", [["production", chain.count]]],
      ["level", [["error", chain.count]]],
      ["release", [[chain.release, chain.count]]],
      ["runtime", [[chain.runtime.join(" "), chain.count]]],
    ],
    event: {
      contexts: { runtime: { type: "runtime", name: chain.runtime[0], version: chain.runtime[1] } },
      sdk: { name: chain.sdk, version: "9.1.0" },
      entries: () => [exceptionEntry(chain.links.map(exceptionOf).toReversed())],
    },
  });
}

function exceptionOf([type, module, value, source, frames]: LinkRow, id: number): Json {
  const mechanism = {
    type: id === 0 ? source : "chained",
    handled: id > 0 ? null : false,
    exception_id: id,
    ...(id > 0 && { parent_id: id - 1, source }),
  };
  const known = frames.map(([file, module, name, line, inApp, text]) =>
    frame({ file, module, name, line, inApp, ...(text !== undefined && { code: { from: line, text } }) })
  );
  return exception({ type, module, value, mechanism, ...(known.length > 0 && { frames: known }) });
}
