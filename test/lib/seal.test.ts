import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBytes } from "../../src/lib/crypto.ts";
import { createSealer, type MacPurpose, type SealPurpose } from "../../src/lib/seal.ts";

const KEY = "first key, long enough to be accepted";
const OTHER_KEY = "other key, long enough to be accepted";
const ISSUER = "https://mcp.example";
const SEALS: readonly SealPurpose[] = [
  "access",
  "form",
  "transaction",
  "record",
  "index",
  "visit",
  "tokens",
  "handle",
];
const MACS: readonly MacPurpose[] = ["code", "refresh", "grant", "client", "client-secret"];

function sealer(options: { keys?: string[]; issuer?: string; now?: () => number } = {}) {
  return createSealer({ keys: [KEY], issuer: ISSUER, now: () => 1_800_000_000_000, ...options });
}

const secretOf = (text: string) => toBytes(text.padEnd(32, "."));

describe("seal() and open()", () => {
  it("opens what it sealed, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SEALS), fc.string({ unit: "grapheme" }), async (purpose, text) => {
        expect((await sealer().open(purpose, await sealer().seal(purpose, text)))?.text).toBe(text);
      }),
    );
  });

  it("opens nothing for another purpose, key or issuer", async () => {
    for (const made of SEALS) {
      const sealed = await sealer().seal(made, "content");
      for (const purpose of SEALS.filter((purpose) => purpose !== made)) {
        expect(await sealer().open(purpose, sealed), `${made} as ${purpose}`).toBeUndefined();
      }
      expect(await sealer({ keys: [OTHER_KEY] }).open(made, sealed)).toBeUndefined();
      expect(await sealer({ issuer: "https://other.example" }).open(made, sealed)).toBeUndefined();
    }
  });

  it("opens nothing in another context, nor with none", async () => {
    const sealed = await sealer().seal("handle", "content", { context: "ada" });

    expect((await sealer().open("handle", sealed, { context: "ada" }))?.text).toBe("content");
    expect(await sealer().open("handle", sealed, { context: "grace" })).toBeUndefined();
    expect(await sealer().open("handle", sealed, { context: "" })).toBeUndefined();
    expect(await sealer().open("handle", sealed)).toBeUndefined();
  });

  it("opens nothing that was changed in any place, cut or lengthened", async () => {
    const sealed = await sealer().seal("access", "content");
    const other = (character: string | undefined) => (character === "A" ? "B" : "A");

    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + other(sealed[at]) + sealed.slice(at + 1);
      expect(await sealer().open("access", changed), String(at)).toBeUndefined();
    }
    for (
      const text of [
        "",
        "A",
        sealed.slice(1),
        sealed.slice(0, -1),
        `${sealed}A`,
        `${sealed}=`,
        `${sealed}AAAA`,
      ]
    ) {
      expect(await sealer().open("access", text), text).toBeUndefined();
    }
  });

  it("opens nothing random", async () => {
    await fc.assert(fc.asyncProperty(fc.base64String(), async (text) => {
      expect(await sealer().open("access", text.replaceAll("=", ""))).toBeUndefined();
    }));
  });

  it("needs the secret as well when one was given", async () => {
    const sealed = await sealer().seal("record", "content", { secret: secretOf("a") });

    expect((await sealer().open("record", sealed, { secret: secretOf("a") }))?.text).toBe("content");
    expect(await sealer().open("record", sealed, { secret: secretOf("b") })).toBeUndefined();
    expect(await sealer().open("record", sealed)).toBeUndefined();
  });

  it("opens on later days what was sealed under an earlier day's key", async () => {
    const sealed = await sealer({ now: () => 0 }).seal("record", "content");

    expect((await sealer({ now: () => 400 * 86_400_000 }).open("record", sealed))?.text).toBe("content");
  });

  it("seals with the first key of the ring and opens with all", async () => {
    const old = await sealer({ keys: [KEY] }).seal("access", "content");
    const moved = sealer({ keys: [OTHER_KEY, KEY] });
    const renewed = await moved.seal("access", "content");

    expect((await moved.open("access", old))?.text).toBe("content");
    expect(await sealer({ keys: [KEY] }).open("access", renewed)).toBeUndefined();
    expect((await sealer({ keys: [KEY, OTHER_KEY] }).open("access", renewed))?.text).toBe("content");
  });

  it("seals the same text differently each time", async () => {
    expect(await sealer().seal("access", "content")).not.toBe(await sealer().seal("access", "content"));
  });

  it("refuses a key that is too short", () => {
    expect(() => sealer({ keys: ["x".repeat(31)] })).toThrow("32 characters");
    expect(() => sealer({ keys: [] })).toThrow("32 characters");
  });
});

describe("sign() and verify()", () => {
  it("returns the message under the same purpose, context, key and issuer only", async () => {
    const message = toBytes("message");
    for (const made of MACS) {
      const signed = await sealer().sign(made, message, { context: "client" });

      expect(await sealer().verify(made, signed, { context: "client" })).toEqual(message);
      expect(await sealer().verify(made, signed, { context: "other" })).toBeUndefined();
      expect(await sealer({ keys: [OTHER_KEY] }).verify(made, signed, { context: "client" })).toBeUndefined();
      expect(await sealer({ issuer: "https://x.example" }).verify(made, signed, { context: "client" }))
        .toBeUndefined();
      for (const purpose of MACS.filter((purpose) => purpose !== made)) {
        expect(await sealer().verify(purpose, signed, { context: "client" }), `${made} as ${purpose}`)
          .toBeUndefined();
      }
    }
  });

  it("accepts no change in any byte", async () => {
    const signed = await sealer().sign("code", toBytes("message"));
    for (let at = 0; at < signed.length; at++) {
      const changed = signed.map((byte, place) => (place === at ? byte ^ 1 : byte));
      expect(await sealer().verify("code", changed), String(at)).toBeUndefined();
    }
    expect(await sealer().verify("code", signed.slice(0, 19))).toBeUndefined();
  });

  it("signs the same message alike, so that successors can be derived", async () => {
    expect(await sealer().sign("refresh", toBytes("m"))).toEqual(
      await sealer().sign("refresh", toBytes("m")),
    );
  });
});

describe("derive()", () => {
  it("gives one value per purpose, input and key, and none for a key outside the ring", async () => {
    const one = sealer();
    const keyId = one.keyIdOf(await one.sign("grant", toBytes("")));

    expect(await one.derive("grant", "a", keyId)).toEqual(await sealer().derive("grant", "a", keyId));
    expect(await one.derive("grant", "a", keyId)).not.toEqual(await one.derive("grant", "b", keyId));
    expect(await one.derive("grant", "a", keyId)).not.toEqual(await one.derive("client-secret", "a", keyId));
    expect(await sealer({ keys: [OTHER_KEY] }).derive("grant", "a", keyId)).toBeUndefined();
  });
});
