import type { ExceptionValue, Frame, Thread } from "../sentry/stack.ts";
import { blocks, clean, code, counted, cut, fence, joined } from "./markdown.ts";
import { isSecretName, jsonWithoutSecrets, REMOVED } from "./secrets.ts";

export interface StackOptions {
  /** Every frame, instead of the application's own with what is around them. */
  readonly allFrames: boolean;
  /** Characters that one stack trace may take. */
  readonly maximum: number;
}

/** The chain, outermost first: what was seen, then what caused it. */
export function renderExceptions(chain: readonly ExceptionValue[], options: StackOptions): string {
  const shown = chain.toReversed().slice(0, MOST_EXCEPTIONS);
  const omitted = chain.length - shown.length;
  return blocks(
    ...shown.map((exception, index) => {
      const share = index === 0 ? options.maximum / 2 : options.maximum / 2 / Math.max(1, shown.length - 1);
      const heading = chain.length === 1
        ? "## Exception"
        : `## Exception ${index + 1} of ${chain.length}${
          index === 0 ? ", outermost" : ", a cause of the one before"
        }`;
      const facts = joined(
        exception.handled === undefined ? undefined : exception.handled ? "handled" : "unhandled",
        exception.mechanism && `mechanism ${code(exception.mechanism, 60)}`,
        exception.module && `module ${code(exception.module, 120)}`,
      );
      return blocks(
        heading,
        fence([exception.type, exception.value].filter((part) => part !== undefined).join(": "), {
          maximum: 800,
        }),
        facts,
        renderFrames(exception.frames, { ...options, maximum: chain.length === 1 ? options.maximum : share }),
      );
    }),
    omitted > 0 && `${counted(omitted, "more exception")} left out, nearer to the root`,
  );
}

const MOST_EXCEPTIONS = 6;

/** The thread that crashed, or is current, and how many others there are. */
export function renderThreads(
  threads: readonly Thread[],
  options: StackOptions & { withFrames: boolean },
): string {
  const main = threads.find((thread) => thread.crashed) ?? threads.find((thread) => thread.current) ??
    threads[0];
  if (!main) return "";
  const facts = joined(
    counted(threads.length, "thread"),
    `${main.crashed ? "crashed" : "current"}: ${code(main.name ?? main.id ?? "unnamed", 80)}`,
    main.state && `state ${code(main.state, 40)}`,
  );
  return blocks("## Threads", facts, options.withFrames && renderFrames(main.frames, options));
}

export function renderThread(thread: Thread, options: StackOptions): string {
  const facts = joined(
    thread.crashed && "crashed",
    thread.current && "current",
    thread.state && `state ${code(thread.state, 40)}`,
  );
  const frames = renderFrames(thread.frames, options);
  const name = code(thread.name ?? thread.id ?? "unnamed", 80);
  return blocks(`## Thread ${name}`, facts, frames || "Sentry has no frames of this thread.");
}

const WITH_DETAIL = 5;
const LINES_AROUND = 3;
const LINES_AROUND_A_CALLER = 1;

/** Innermost first: where it was raised. */
function renderFrames(frames: readonly Frame[], { allFrames, maximum }: StackOptions): string {
  const ordered = frames.toReversed();
  const own = ordered.filter((frame) => frame.inApp);
  const telling = (own.length > 0 ? own : ordered).slice(0, WITH_DETAIL);
  const wanted = allFrames ? ordered : telling;
  const texts: string[] = [];
  let size = 0;
  for (const frame of wanted) {
    const around = allFrames || texts.length === 0 ? LINES_AROUND : LINES_AROUND_A_CALLER;
    const full = telling.includes(frame) ? frameWithDetail(frame, around) : frameLine(frame);
    // Near the limit the place alone is worth more than nothing.
    const text = size + full.length > maximum ? frameLine(frame) : full;
    if (size + text.length > maximum) break;
    texts.push(text);
    size += text.length + 1;
  }
  if (texts.length === 0) return "";
  const kind = allFrames || own.length === 0 ? "" : " of the application";
  const note = texts.length < frames.length
    ? `${texts.length} of ${counted(frames.length, "frame")}${kind}, innermost first${
      allFrames ? "; the rest did not fit" : "; `frames=all` or get_event_stacktrace has more"
    }`
    : `${counted(frames.length, "frame")}, innermost first`;
  return blocks(note, fence(texts.join("\n"), { maximum: maximum + 100 }));
}

function frameLine(frame: Frame): string {
  const file = frame.module && !frame.file ? frame.module : frame.file ?? "unknown file";
  const place = [file, frame.line, frame.column].filter((part) => part !== undefined).join(":");
  // A bare file name, as on the JVM, does not say where it is; its module does.
  const owner = frame.function && frame.file && frame.module && !frame.file.includes("/")
    ? `${frame.module}.`
    : "";
  const name = frame.function ? ` in ${cut(owner + frame.function, 200)}` : "";
  return oneLine(`${cut(place, 300)}${name}${frame.inApp ? "  [app]" : ""}`);
}

function frameWithDetail(frame: Frame, linesAround: number): string {
  const width = String(Math.max(0, ...frame.context.map(({ line }) => line))).length;
  const around = frame.context
    .filter(({ line }) => frame.line === undefined || Math.abs(line - frame.line) <= linesAround)
    .slice(0, 2 * linesAround + 1)
    .map(({ line, source }) => {
      const mark = line === frame.line ? ">" : " ";
      return `  ${mark} ${String(line).padStart(width)} | ${cut(oneLine(cut(source, 1000)), 200)}`;
    });
  const locals = Object.entries(frame.locals);
  const shown = locals.slice(0, MOST_LOCALS)
    .map(([name, value]) => `    ${oneLine(cut(name, 80))} = ${isSecretName(name) ? REMOVED : short(value)}`);
  if (locals.length > shown.length) shown.push(`    … ${locals.length - shown.length} more`);
  return [frameLine(frame), ...around, ...(shown.length > 0 ? ["    locals:"] : []), ...shown].join("\n");
}

const MOST_LOCALS = 12;

function short(value: unknown): string {
  return oneLine(cut(jsonWithoutSecrets(value), 160));
}

const oneLine = (text: string) => clean(text).replace(/\s*\n\s*/g, " ");
