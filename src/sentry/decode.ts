/**
 * Lenient readers of Sentry's JSON. A field that is missing, null or of another type is undefined: it costs that
 * field, never the answer.
 */

/** An object's fields; none when it is something else. */
export function record(raw: unknown): Record<string, unknown> {
  // A non-null object that is no array has string keys, whatever is behind them.
  return isRecord(raw) ? raw : {};
}

export function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

/** Text that is not empty. */
export function text(raw: unknown): string | undefined {
  return typeof raw === "string" && raw.trim() !== "" ? raw : undefined;
}

/** Sentry sends ids as text, older endpoints as numbers. */
export function idOf(raw: unknown): string | undefined {
  return typeof raw === "number" && Number.isFinite(raw) ? String(raw) : text(raw);
}

/** A number, or text that is one: Sentry counts events as `"42"`. */
export function numberOf(raw: unknown): number | undefined {
  const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function flag(raw: unknown): boolean | undefined {
  return typeof raw === "boolean" ? raw : undefined;
}

/** A time that a date can be made of. */
export function time(raw: unknown): string | undefined {
  return typeof raw === "string" && !Number.isNaN(Date.parse(raw)) ? raw : undefined;
}

/** The items of an answer that can be read, and how many cannot; undefined when it is no list. */
export function itemsOf<T>(
  raw: unknown,
  decode: (item: unknown) => T | undefined,
): { items: T[]; dropped: number } | undefined {
  if (!Array.isArray(raw)) return undefined;
  const items = listOf(raw, decode);
  return { items, dropped: raw.length - items.length };
}

/** The items that can be read, of a list inside something; none when it is no list. */
export function listOf<T>(raw: unknown, decode: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((item: unknown) => decode(item)).filter((item) => item !== undefined);
}
