/** One JSON line a call: `{"at":…,"level":…,"event":…,…fields}`. Never pass a token, a code or a URL with one. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Sentry's OAuth tokens are bare 64-hex, so no prefix gives them away; the others are Sentry's (in Base64) and our own. */
const SECRET_SHAPES = /\b(?:[0-9a-f]{64}|sntry[a-z]_[\w+/=-]+|sm(?:at|rt|co|cs)_[\w-]+)/gi;

export function redact(text: string): string {
  return text.replace(SECRET_SHAPES, "[redacted]");
}

export function createLog(
  options: { level: LogLevel; write: (line: string) => void; now: () => number },
): Log {
  const log = (level: LogLevel) => (event: string, fields: Record<string, unknown> = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
    const line = { at: new Date(options.now()).toISOString(), level, event, ...fields };
    options.write(redact(JSON.stringify(line)));
  };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}
