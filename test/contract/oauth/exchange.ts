import { request as sendHttp } from "node:http";
import { expect } from "vitest";
import { CANARY, type MockSentry } from "../../support/mock-sentry.ts";
import type { Jar } from "./jar.ts";

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Absolute, or undefined. */
  readonly location: string | undefined;
  /** The body as a JSON object; fails the case when it is none. */
  json(): Record<string, unknown>;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
  /** Sends this browser's cookies, and keeps what comes back. */
  readonly jar?: Jar;
  /** Where a `Location` may lead besides this server and Sentry: beginnings of redirect URIs. */
  readonly redirects?: readonly string[];
  /** The 5xx that the case is about. */
  readonly mayFailWith?: readonly (502 | 503)[];
}

export interface Place {
  readonly baseUrl: string;
  readonly sentry: MockSentry;
}

const JSON_ENDPOINTS = ["/oauth/token", "/oauth/register", "/oauth/revoke"];
const UNCACHED = ["/oauth/token", "/oauth/authorize", "/oauth/register"];

/** Sends one request, follows nothing, and checks what has to hold for every answer of the suite. */
export async function exchange(place: Place, path: string, sending: Sending = {}): Promise<Answer> {
  const { jar, method = sending.body === undefined ? "GET" : "POST" } = sending;
  const url = new URL(path, place.baseUrl).href;
  const headers = new Headers(sending.headers);
  const cookie = jar?.header();
  if (cookie !== undefined) headers.set("cookie", cookie);
  const response = await fetch(url, { method, headers, body: sending.body, redirect: "manual" });
  jar?.keep(response.headers.getSetCookie());
  const answer = answerOf(url, response.status, response.headers, await response.text());
  checkAlways(place, { ...sending, method }, answer);
  return answer;
}

/** The same for what `fetch` will not send: a foreign `Host`, odd methods and paths, a header twice. */
export function exchangeRaw(
  place: Place,
  path: string,
  sending: Omit<Sending, "headers" | "jar"> & {
    readonly headers?: Readonly<Record<string, string | string[]>>;
  } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(place.baseUrl);
  const { headers = {}, method = "GET", body } = sending;
  return new Promise((resolve, reject) => {
    const sent = sendHttp({ hostname, port, path, method, headers: { ...headers } }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => (text += chunk));
      incoming.on("end", () => {
        const received = new Headers();
        for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
          received.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
        }
        const answer = answerOf(`${place.baseUrl}${path}`, incoming.statusCode ?? 0, received, text);
        try {
          checkAlways(place, { ...sending, headers: undefined, method }, answer);
          resolve(answer);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.on("error", reject);
    sent.end(body?.toString());
  });
}

function answerOf(url: string, status: number, headers: Headers, text: string): Answer {
  const location = headers.get("location");
  return {
    url,
    status,
    headers,
    text,
    location: location === null ? undefined : new URL(location, url).href,
    json() {
      const value: unknown = JSON.parse(text);
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new TypeError(`${url} answered ${status} without a JSON object: ${text.slice(0, 200)}`);
      }
      // Just seen to be an object; cases check the fields that they rely on.
      return value as Record<string, unknown>;
    },
  };
}

function checkAlways(place: Place, sending: Sending, answer: Answer): void {
  const { status, headers, text, location } = answer;
  const { pathname } = new URL(answer.url);
  const what = `${sending.method} ${pathname} → ${status}`;
  const named: readonly number[] = sending.mayFailWith ?? [];
  expect(status < 500 || status === 501 || named.includes(status), `${what} is no 5xx: ${text.slice(0, 300)}`)
    .toBe(true);
  expectNoSecret(place, what, `${[...headers].flat().join("\n")}\n${text}`);
  if (status >= 400 && status !== 405 && JSON_ENDPOINTS.includes(pathname)) {
    expect(answer.json(), `${what} is OAuth's JSON`).toMatchObject({ error: expect.stringMatching(/^\w+$/) });
  }
  if (UNCACHED.includes(pathname) && ["GET", "POST"].includes(sending.method ?? "GET") && status < 400) {
    expect(headers.get("cache-control"), `${what} is not cached`).toContain("no-store");
  }
  if (location !== undefined) {
    const allowed = [`${place.baseUrl}/`, `${place.sentry.baseUrl}/`, ...(sending.redirects ?? [])];
    expect(allowed.some((start) => location.startsWith(start)), `${what} leads to ${location}`).toBe(true);
  }
}

/** Neither a token of Sentry's nor this server's secret at Sentry. */
export function expectNoSecret(place: Place, what: string, shown: string): void {
  expect(shown.toLowerCase(), `${what} shows no token of Sentry's`).not.toContain(CANARY);
  expect(shown, `${what} shows no client secret`).not.toContain(place.sentry.clientSecret);
}
