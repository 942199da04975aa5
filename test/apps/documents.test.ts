import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as documents from "../../src/apps/documents.gen.ts";
import { DOCUMENTS_FILE, documentsSource } from "../gen/apps.ts";

describe("the documents of the Apps", () => {
  it("are the generated ones (npm run gen)", async () => {
    expect(readFileSync(DOCUMENTS_FILE, "utf8")).toBe(await documentsSource());
  });

  it.each(Object.entries(documents))("are small, and hold everything that they need: %s", (_name, html) => {
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(15_000);
    expect(html.match(/\b(?:https?|wss?):\/\/|\bdata:\w+\/|\bblob:/i)).toBeNull();
    expect(html.match(/<(?:link|img|iframe|base|form)\b|@import|url\(/i)).toBeNull();
    expect(html.match(/\bfetch\(|XMLHttpRequest|WebSocket|importScripts|localStorage|document\.cookie/))
      .toBeNull();
  });

  it.each(Object.entries(documents))("put text in as text only: %s", (_name, html) => {
    expect(html.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/))
      .toBeNull();
  });

  it.each(Object.entries(documents))(
    "run no script but their own, whatever the host allows: %s",
    (_name, html) => {
      const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];

      expect(policy).toMatch(
        /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'unsafe-inline';/,
      );
    },
  );
});
