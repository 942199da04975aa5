import { expect } from "vitest";
import type { Answer } from "./exchange.ts";
import type { Attempt } from "./sign-in.ts";

/** A 4xx for a person, and no way on that the browser takes by itself. */
export function expectPage(answer: Answer, what = ""): void {
  expect(answer.location, what).toBeUndefined();
  expect(answer.status, what).toBeGreaterThanOrEqual(400);
  expect(answer.headers.get("content-type"), what).toContain("text/html");
  expect(answer.text, what).not.toMatch(/<form|http-equiv="?refresh/i);
}

/** OAuth's error at the client's loopback address, with its state and our issuer; or a page. */
export function expectError(attempt: Attempt, answer: Answer, errors: readonly string[]): void {
  expect(answer.text).not.toContain("<form");
  if (answer.location === undefined) return expectPage(answer, attempt.url);
  const answered = new URL(answer.location).searchParams;
  expect(errors, attempt.url).toContain(answered.get("error"));
  expect(answered.get("state")).toBe(attempt.state);
  expect(answered.get("iss")).toBe(new URL(answer.url).origin);
  expect(answered.has("code")).toBe(false);
}
