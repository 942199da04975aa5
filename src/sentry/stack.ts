import { flag, idOf, isRecord, listOf, numberOf, record, text } from "./decode.ts";

export interface Frame {
  readonly file?: string;
  readonly module?: string;
  readonly function?: string;
  readonly line?: number;
  readonly column?: number;
  readonly inApp: boolean;
  /** Source around the line. */
  readonly context: readonly { readonly line: number; readonly source: string }[];
  readonly locals: Readonly<Record<string, unknown>>;
}

export interface ExceptionValue {
  readonly type?: string;
  readonly value?: string;
  readonly module?: string;
  readonly mechanism?: string;
  readonly handled?: boolean;
  readonly threadId?: string;
  /** Caller first, as Sentry has it. */
  readonly frames: readonly Frame[];
}

export interface Thread {
  readonly id?: string;
  readonly name?: string;
  readonly state?: string;
  readonly crashed: boolean;
  readonly current: boolean;
  readonly frames: readonly Frame[];
}

export function decodeException(raw: unknown): ExceptionValue | undefined {
  if (!isRecord(raw)) return undefined;
  const mechanism = record(raw.mechanism);
  return {
    type: text(raw.type),
    value: text(raw.value),
    module: text(raw.module),
    mechanism: text(mechanism.type),
    handled: flag(mechanism.handled),
    threadId: idOf(raw.threadId),
    frames: framesOf(raw),
  };
}

export function decodeThread(raw: unknown): Thread | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    id: idOf(raw.id),
    name: text(raw.name),
    state: text(raw.state),
    crashed: flag(raw.crashed) ?? false,
    current: flag(raw.current) ?? false,
    frames: framesOf(raw),
  };
}

/** The raw stack trace only where there is no processed one. */
function framesOf(raw: Record<string, unknown>): Frame[] {
  const processed = listOf(record(raw.stacktrace).frames, decodeFrame);
  return processed.length > 0 ? processed : listOf(record(raw.rawStacktrace).frames, decodeFrame);
}

function decodeFrame(raw: unknown): Frame | undefined {
  if (!isRecord(raw)) return undefined;
  return {
    file: text(raw.filename) ?? text(raw.absPath),
    module: text(raw.module),
    function: text(raw.function),
    line: numberOf(raw.lineNo),
    column: numberOf(raw.colNo),
    inApp: flag(raw.inApp) ?? false,
    context: listOf(raw.context, decodeContextLine),
    locals: record(raw.vars),
  };
}

function decodeContextLine(raw: unknown): { line: number; source: string } | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [number, source]: unknown[] = raw;
  const line = numberOf(number);
  return line === undefined ? undefined : { line, source: typeof source === "string" ? source : "" };
}
