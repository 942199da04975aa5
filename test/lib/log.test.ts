import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLog, redact } from "../../src/lib/log.ts";
import { VERSION } from "../../src/lib/version.ts";

const HEX_TOKEN = "0123456789abcdef".repeat(4);

describe("createLog()", () => {
  it("writes one JSON line a call, from its level up", () => {
    const lines: string[] = [];
    const log = createLog({ level: "warn", write: (line) => lines.push(line), now: () => 0 });

    log.debug("quiet");
    log.info("quiet");
    log.warn("store.memory", { note: "a\nb" });

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { at: "1970-01-01T00:00:00.000Z", level: "warn", event: "store.memory", note: "a\nb" },
    ]);
    expect(lines[0]).not.toContain("\n");
  });

  it("never writes what has the shape of a secret", () => {
    const lines: string[] = [];
    const log = createLog({ level: "debug", write: (line) => lines.push(line), now: () => 0 });

    log.error("oops", { message: `Bearer ${HEX_TOKEN}, sntryu_abc123, sntrys_e30=_a+b/c, smat_a-b_c` });

    expect(lines[0]).toContain("Bearer [redacted], [redacted], [redacted], [redacted]");
  });
});

describe("redact()", () => {
  it("leaves ordinary text and shorter hex alone", () => {
    const text = "event 50010001500100015001000150010001 of smart sentry";

    expect(redact(text)).toBe(text);
  });
});

describe("VERSION", () => {
  it("is the one in package.json", () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));

    expect(VERSION).toBe(manifest.version);
  });
});
