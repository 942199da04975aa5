import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  challengeOf,
  createPkce,
  equalSecrets,
  fingerprint,
  fromBase64url,
  fromHex,
  toBase64url,
  toHex,
} from "../../src/lib/crypto.ts";

describe("base64url", () => {
  it("reads back what it writes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    }));
  });

  it("accepts one spelling only", () => {
    for (const text of ["Zh", "Zg==", "Zm9v\n", "Zm9", "Zm8=", "+/+/", "Z", "Zm9vZ", "ä"]) {
      expect(fromBase64url(text), text).toBeUndefined();
    }
    for (const text of ["", "Zg", "Zm8", "Zm9v", "-_-_"]) expect(fromBase64url(text), text).toBeDefined();
  });
});

it("writes hex that it reads back", () => {
  expect(toHex(fromHex("00ff10ab"))).toBe("00ff10ab");
});

it("compares secrets of any two lengths", () => {
  expect(equalSecrets("secret", "secret")).toBe(true);
  expect(equalSecrets("secret", "secreT")).toBe(false);
  expect(equalSecrets("secret", "secret ")).toBe(false);
});

it("derives the S256 challenge of RFC 7636 appendix B", async () => {
  expect(await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});

it("makes a verifier of 43 characters and its challenge (RFC 7636 §4.1)", async () => {
  const { verifier, challenge } = await createPkce();

  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(challenge).toBe(await challengeOf(verifier));
});

it("names a text by 128 bits", async () => {
  expect(await fingerprint("a")).toMatch(/^[\w-]{22}$/);
  expect(await fingerprint("a")).not.toBe(await fingerprint("b"));
});
