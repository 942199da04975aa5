import { counted } from "../../render/markdown.ts";
import type { Counts } from "../picture.ts";
import { day, hour, weekday } from "./dates.ts";
import { html } from "./elements.ts";
import { type Released, versionsOf } from "./release-marks.ts";
import { roundUp } from "./ticks.ts";

interface Options {
  readonly released: Released;
  readonly unit: "hour" | "day";
}

/**
 * Bars over time with a flag for every release, to be walked through like a slider, and a line that reads the bar.
 *
 * @see WAI-ARIA Authoring Practices, Slider
 */
export function barChart(counts: Counts, options: Options): HTMLElement[] {
  const top = topOf(counts.counts);
  const bars = counts.counts.map((count, index) => {
    const bar = html("i", { class: "bar" });
    const share = count / top;
    place(bar, { left: index / counts.counts.length, width: 1 / counts.counts.length });
    bar.style.setProperty("--share", String(share));
    return bar;
  });
  const { flags, lines } = options.released;
  const marks = lines.map((at) => {
    const line = html("div", { class: "mark" });
    place(line, { left: at });
    const flag = flags.find((one) => one.at === at);
    if (flag) {
      line.append(html("i", { class: "flag", title: versionsOf(flag.releases) }, String(flag.number)));
    }
    return line;
  });
  const plot = html(
    "div",
    {
      class: "plot",
      role: "slider",
      tabindex: "0",
      "aria-label": `Events of each ${options.unit}`,
      "aria-valuemin": "1",
      "aria-valuemax": String(bars.length),
    },
    ...gridOf(top),
    html("div", { class: "bars" }, ...bars),
    ...marks,
  );
  const reading = html("p", { class: "reading" });
  const choose = (index: number) => {
    for (const [at, bar] of bars.entries()) bar.classList.toggle("chosen", at === index);
    reading.replaceChildren(...readingOf(counts, index, options));
    plot.setAttribute("aria-valuenow", String(index + 1));
    plot.setAttribute("aria-valuetext", reading.textContent);
  };
  walk(plot, { count: bars.length, choose });
  choose(bars.length - 1);
  return [plot, axisOf(counts, options), reading];
}

/** `Mon 12 Jan: 34 events · released: web@2` */
function readingOf(counts: Counts, index: number, { released, unit }: Options): (string | Node)[] {
  const releases = released.duringBar(index);
  const what = `${whenOf(counts, index, unit)}: ${counted(counts.counts[index] ?? 0, "event")}`;
  return releases.length === 0 ? [what] : [`${what} · released: `, html("bdi", {}, versionsOf(releases))];
}

export function whenOf({ startsAtMs, stepMs }: Counts, index: number, unit: Options["unit"]): string {
  const atMs = startsAtMs + index * stepMs;
  return unit === "day" ? weekday(atMs) : `${weekday(atMs)}, ${hour(atMs)} UTC`;
}

/** By keys, and by whatever points. */
function walk(
  plot: HTMLElement,
  { count, choose }: { count: number; choose: (index: number) => void },
): void {
  const now = () => Number(plot.getAttribute("aria-valuenow")) - 1;
  const steps: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => now() - 1,
    ArrowDown: () => now() - 1,
    ArrowRight: () => now() + 1,
    ArrowUp: () => now() + 1,
    PageDown: () => now() - 7,
    PageUp: () => now() + 7,
    Home: () => 0,
    End: () => count - 1,
  };
  plot.addEventListener("keydown", (event) => {
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
    if (!step) return;
    event.preventDefault();
    choose(Math.min(count - 1, Math.max(0, step())));
  });
  for (const name of ["pointermove", "pointerdown"] as const) {
    plot.addEventListener(name, ({ clientX }) => {
      const { left, width } = plot.getBoundingClientRect();
      choose(Math.min(count - 1, Math.max(0, Math.floor(((clientX - left) / width) * count))));
    });
  }
}

/** Above the highest bar, and easy to halve in the head. */
const topOf = (counts: readonly number[]) => Math.max(2, roundUp(Math.max(...counts, 1)));

/** `5K`: the exact figures are read out. */
const compact = new Intl.NumberFormat("en", { notation: "compact" });

function gridOf(top: number): HTMLElement[] {
  return [0.5, 1].map((share) => {
    const line = html("div", { class: "grid" }, html("span", {}, compact.format(top * share)));
    line.style.setProperty("--share", String(share));
    return line;
  });
}

/** So near to it that a label would reach over it. */
const EDGE = 0.06;

function axisOf({ startsAtMs, stepMs, counts }: Counts, { unit }: Options): HTMLElement {
  const every = unit === "day" ? 7 : 6;
  const name = unit === "day" ? day : hour;
  const labels = counts.flatMap((_, index) => {
    const left = (index + 0.5) / counts.length;
    if ((counts.length - 1 - index) % every !== 0 || left < EDGE) return [];
    const label = html("span", {}, name(startsAtMs + index * stepMs));
    place(label, { left });
    // The page's margin takes the rest of it.
    label.style.translate = left > 1 - EDGE ? "-75%" : "-50%";
    return [label];
  });
  return html("div", { class: "dates", "aria-hidden": "true" }, ...labels);
}

function place(element: HTMLElement, { left, width }: { left: number; width?: number }): void {
  element.style.left = `${left * 100}%`;
  if (width !== undefined) element.style.width = `${width * 100}%`;
}
