import { counted } from "../../render/markdown.ts";
import { duration } from "../../render/units.ts";
import type { WaterfallPicture } from "../picture.ts";
import { html } from "./elements.ts";
import { picturePage, sentryButton } from "./picture-page.ts";
import { spanDetails } from "./span-details.ts";
import { groupOf, groupsOf } from "./span-groups.ts";
import { spanTree } from "./span-tree.ts";
import { ticksOf } from "./ticks.ts";

picturePage("trace-waterfall", (picture, host) => {
  const details = html("div", { class: "details" });
  const tree = spanTree(picture, (span) => details.replaceChildren(...spanDetails(span, picture.durationMs)));
  details.append(html("p", { class: "soft" }, "Choose a span to see more of it; arrow keys move and fold."));
  return [
    html(
      "header",
      {},
      html("h1", {}, `Trace ${picture.trace.slice(0, 8)}`),
      html("p", { class: "soft" }, summaryOf(picture)),
      sentryButton(host, picture.url),
    ),
    legendOf(picture),
    html("div", { class: "waterfall" }, axisOf(picture.durationMs), tree),
    details,
  ];
});

function summaryOf({ spans, moreSpans, strayIssues, durationMs }: WaterfallPicture): string {
  const issues = spans.reduce((sum, span) => sum + (span.issues?.length ?? 0), strayIssues);
  return [
    counted(spans.length + moreSpans, "span"),
    duration(durationMs),
    issues > 0 && counted(issues, "issue"),
    moreSpans > 0 && `${spans.length} drawn, the most telling ones`,
  ].filter(Boolean).join(" · ");
}

function legendOf({ spans }: WaterfallPicture): HTMLElement {
  const entries = groupsOf(spans).map((group) =>
    html("li", {}, html("i", { class: `swatch ${groupOf(group)}`, "aria-hidden": "true" }), group)
  );
  return html("ul", { class: "legend", "aria-label": "Colours by kind of work" }, ...entries);
}

function axisOf(durationMs: number): HTMLElement {
  const { stepMs, atMs } = ticksOf(durationMs);
  document.documentElement.style.setProperty("--step", `${(stepMs / Math.max(durationMs, 1e-9)) * 100}%`);
  const labels = atMs.map((at) => {
    const label = html("span", {}, at === 0 ? "0" : duration(at));
    label.style.left = `${(at / Math.max(durationMs, 1e-9)) * 100}%`;
    return label;
  });
  return html("div", { class: "axis", "aria-hidden": "true" }, html("div", {}, ...labels));
}
