import { counted } from "../../render/markdown.ts";
import { duration } from "../../render/units.ts";
import type { PicturedSpan } from "../picture.ts";
import { html } from "./elements.ts";

/** What is known of one span, as a list of terms. */
export function spanDetails(span: PicturedSpan, wholeMs: number): HTMLElement[] {
  const { op, name, project, startsAfterMs, durationMs, issues, id, hidden } = span;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      "Takes",
      durationMs === undefined ? undefined : `${duration(durationMs)}${shareOf(durationMs, wholeMs)}`,
    ],
    ["Starts after", startsAfterMs === undefined ? undefined : duration(startsAfterMs)],
    ["Project", project],
    ["Issues", issues?.join(", ")],
    ["Below it", hidden === undefined ? undefined : `${counted(hidden, "more span")}, not drawn`],
    ["Span", id],
  ];
  return [
    html("p", {}, html("b", {}, op ?? "span"), ...named(name)),
    html(
      "dl",
      {},
      ...facts.flatMap(([term, value]) =>
        value === undefined ? [] : [html("div", {}, html("dt", {}, term), html("dd", {}, value))]
      ),
    ),
  ];
}

/** Of another direction of writing, it stays in its place. */
export const named = (name: string | undefined) => name === undefined ? [] : [" ", html("bdi", {}, name)];

function shareOf(partMs: number, wholeMs: number): string {
  const percent = wholeMs > 0 ? Math.round((partMs / wholeMs) * 100) : 0;
  return percent > 0 ? ` (${percent} %)` : "";
}

/** In one line, for who cannot see the bar. */
export function spokenSpan(
  { op = "span", name, project, startsAfterMs, durationMs, issues }: PicturedSpan,
): string {
  return [
    [op, name].filter(Boolean).join(" "),
    durationMs === undefined ? "no duration" : duration(durationMs),
    startsAfterMs === undefined ? "no start" : `after ${duration(startsAfterMs)}`,
    project && `in ${project}`,
    issues && `${counted(issues.length, "issue")}: ${issues.join(", ")}`,
  ].filter(Boolean).join(", ");
}
