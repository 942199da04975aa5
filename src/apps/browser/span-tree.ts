import { duration } from "../../render/units.ts";
import type { PicturedSpan, WaterfallPicture } from "../picture.ts";
import { html } from "./elements.ts";
import { named, spokenSpan } from "./span-details.ts";
import { groupOf } from "./span-groups.ts";
import { treeKeys } from "./tree-keys.ts";

/** Beyond so many rows, what is deep begins folded. */
const MOST_OPEN = 60;

/**
 * The spans as a tree of rows, each with its bar.
 *
 * @see WAI-ARIA Authoring Practices, Tree View
 */
export function spanTree(picture: WaterfallPicture, onChoose: (span: PicturedSpan) => void): HTMLElement {
  const { spans, durationMs } = picture;
  const openTo = depthThatFits(spans);
  const rows = spans.map((span, index) => {
    const isParent = (spans[index + 1]?.depth ?? 0) > span.depth;
    return rowOf(span, { wholeMs: durationMs, isOpen: isParent ? span.depth < openTo : undefined });
  });
  const tree = html("div", { class: "tree", role: "tree", "aria-label": "Spans by time" }, ...rows);
  treeKeys(tree, rows, (row) => {
    const span = spans[rows.indexOf(row)];
    if (span) onChoose(span);
  });
  return tree;
}

function depthThatFits(spans: readonly PicturedSpan[]): number {
  const deepest = spans.reduce((most, { depth }) => Math.max(most, depth), 0);
  let depth = deepest;
  while (depth > 1 && spans.filter((span) => span.depth <= depth).length > MOST_OPEN) depth -= 1;
  return depth;
}

/** @param options.isOpen Absent: nothing is below it. */
function rowOf(span: PicturedSpan, options: { wholeMs: number; isOpen: boolean | undefined }): HTMLElement {
  const { op, name, issues, depth, hidden } = span;
  const { isOpen } = options;
  const row = html(
    "div",
    {
      role: "treeitem",
      tabindex: "-1",
      "aria-level": String(depth + 1),
      "aria-label": spokenSpan(span),
      ...(isOpen !== undefined && { "aria-expanded": String(isOpen) }),
    },
    html(
      "div",
      { class: "name" },
      html("i", { class: "fold", "aria-hidden": "true" }),
      html("span", {}, html("b", {}, op ?? "span"), ...named(name)),
      hidden !== undefined && html("small", {}, `+${hidden.toLocaleString("en-US")}`),
      issues && html("em", {}, `! ${issues.join(", ")}`),
    ),
    trackOf(span, options.wholeMs),
  );
  row.style.setProperty("--depth", String(Math.min(depth, 8)));
  return row;
}

function trackOf(
  { op = "", issues, startsAfterMs, durationMs }: PicturedSpan,
  wholeMs: number,
): HTMLElement {
  if (startsAfterMs === undefined) return html("div", { class: "track" }, html("small", {}, "no start"));
  const from = wholeMs > 0 ? Math.min(1, Math.max(0, startsAfterMs / wholeMs)) : 0;
  const share = wholeMs > 0 ? Math.min(1 - from, Math.max(0, (durationMs ?? 0) / wholeMs)) : 0;
  const bar = html("i", { class: `bar ${groupOf(op)}${issues ? " has-issue" : ""}` });
  bar.style.left = `${from * 100}%`;
  bar.style.width = `${share * 100}%`;
  const label = html("small", {}, durationMs === undefined ? "no duration" : duration(durationMs));
  // Where there is room: behind the bar, before it, or else in it.
  if (from + share < 0.8) label.style.left = `calc(${(from + share) * 100}% + 0.3rem)`;
  else if (from > 0.2) label.style.right = `calc(${(1 - from) * 100}% + 0.3rem)`;
  else bar.append(label);
  return html("div", { class: "track" }, bar, !bar.contains(label) && label);
}
