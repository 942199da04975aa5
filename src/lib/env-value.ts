import * as v from "valibot";

/*
 * What the text of an environment variable may be. Messages continue "expected …".
 */

export const text = v.pipe(v.string(), v.trim());

/** Separated by commas or space. */
export const list = v.pipe(text, v.transform((raw) => raw.split(/[\s,]+/).filter((item) => item !== "")));

export function wholeNumber(from: number, to: number) {
  const says = `a whole number from ${from} to ${to}`;
  return v.pipe(
    text,
    v.regex(/^\d+$/, says),
    v.transform(Number),
    v.minValue(from, says),
    v.maxValue(to, says),
  );
}

export const flag = v.pipe(
  text,
  v.toLowerCase(),
  v.picklist(["1", "true", "yes", "on", "0", "false", "no", "off"], "one of 1, 0, on, off"),
  v.transform((raw) => ["1", "true", "yes", "on"].includes(raw)),
);

/** Drops one trailing slash; refuses what a base URL cannot have. */
export function baseUrl(example: string) {
  const says = `an http or https URL such as ${example}`;
  return v.pipe(
    text,
    v.url(says),
    v.check((raw) => {
      const url = new URL(raw);
      return /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
    }, `${says}, without credentials, query or fragment`),
    v.transform((raw) => raw.replace(/\/+$/, "")),
  );
}

const HOST_NAME = /^[a-z0-9.-]+(?::\d+)?$/i;
export const isHostName = (raw: string): boolean => HOST_NAME.test(raw);

/** @param fullAddress What takes a URL instead: `SENTRY_URL`. */
export function hostName(fullAddress: string) {
  const says = `a host name such as sentry.example.com (for a full address use ${fullAddress})`;
  return v.pipe(text, v.check(isHostName, says));
}

export const origin = v.pipe(
  baseUrl("https://app.example"),
  v.check((raw) => new URL(raw).pathname === "/", "an origin such as https://app.example, without a path"),
  v.transform((raw) => new URL(raw).origin),
);

export const KEY_SAYS =
  "at least 32 characters (openssl rand -base64 32); several, separated by commas, for rotation";
export const keyRing = v.pipe(
  list,
  v.minLength(1, KEY_SAYS),
  v.everyItem((key) => key.length >= 32, KEY_SAYS),
);

/** Sent in an HTTP header as it is: a stray line break is told here, not by every request. */
export const headerValue = v.pipe(text, v.regex(/^[!-~]+$/, "visible characters without a space"));
