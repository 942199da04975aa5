import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBytes } from "../../src/lib/crypto.ts";
import { kindOfFile } from "../../src/lib/file-kind.ts";

const bytesOf = (binary: string) => Uint8Array.from(binary, (character) => character.charCodeAt(0));

describe("kindOfFile()", () => {
  const images: [string, string][] = [
    ["\x89PNG\r\n\x1a\n\0\0", "image/png"],
    ["\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
    ["GIF87a\x01\0", "image/gif"],
    ["GIF89a\x01\0", "image/gif"],
    ["RIFF\x10\0\0\0WEBPVP8 ", "image/webp"],
  ];
  for (const [start, mimeType] of images) {
    it(`knows ${mimeType} by how it begins: ${JSON.stringify(start.slice(0, 6))}`, () => {
      expect(kindOfFile(bytesOf(start))).toEqual({ kind: "image", mimeType });
    });
  }

  it("takes a drawing or a page for the text that it is", () => {
    for (const text of ["<svg onload=alert(1)>", "<!doctype html>", "", "ü 日本", "\ttab\r\n\x1b[31mred"]) {
      expect(kindOfFile(toBytes(text))).toEqual({ kind: "text", text });
    }
  });

  it("reads a text that was cut in the middle of a character up to there", () => {
    expect(kindOfFile(toBytes("日本").slice(0, 4))).toEqual({ kind: "text", text: "日" });
  });

  it("says what else it is where it can", () => {
    expect(kindOfFile(bytesOf("MDMP\x93\xa7\0\0"))).toEqual({
      kind: "other",
      what: "a minidump of a crashed process",
    });
    expect(kindOfFile(bytesOf("\xff\xfe\0\x80"))).toEqual({ kind: "other", what: "binary data" });
    expect(kindOfFile(bytesOf("RIFF\x10\0\0\0WAVE"))).toEqual({ kind: "other", what: "binary data" });
  });

  it("takes any bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(["image", "text", "other"]).toContain(kindOfFile(bytes).kind);
    }));
  });
});
