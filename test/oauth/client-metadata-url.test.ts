import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentUrl } from "../../src/oauth/client-metadata-url.ts";

const BASE = { baseUrl: "https://mcp.example.net", loopback: false };
const LOCAL = { baseUrl: "http://localhost:3000", loopback: true };

const any = { ...BASE, cimdHosts: ["*"] };
const listed = {
  ...BASE,
  cimdHosts: ["Assistant.example.org", "10.0.0.7:8443", "docs.internal", "https.dev:443"],
};

describe("documentUrl() with a list of hosts", () => {
  it("takes an https document at a host of the list, with its port", () => {
    const ids = [
      "https://assistant.example.org/oauth/client.json",
      "https://assistant.example.org/client?v=1",
      "https://10.0.0.7:8443/client.json",
      "https://docs.internal/client.json",
      "https://https.dev/client.json",
    ];
    for (const id of ids) expect(documentUrl(id, listed), id).toMatchObject({ listed: true });
  });

  const refused = [
    ["another host", "https://evil.example.org/c"],
    ["a host below it", "https://a.assistant.example.org/c"],
    ["a host that begins like it", "https://assistant.example.org.evil.example/c"],
    ["a trailing dot", "https://assistant.example.org./c"],
    ["another port", "https://assistant.example.org:8443/c"],
    ["http", "http://assistant.example.org/c"],
    ["another scheme", "ftp://assistant.example.org/c"],
    ["the bare origin", "https://assistant.example.org/"],
    ["the bare origin without a slash", "https://assistant.example.org"],
    ["a user", "https://x@assistant.example.org/c"],
    ["an empty user", "https://@assistant.example.org/c"],
    ["a user before another host", "https://assistant.example.org@evil.example/c"],
    ["a fragment", "https://assistant.example.org/c#x"],
    ["an empty fragment", "https://assistant.example.org/c#"],
    ["dot segments", "https://assistant.example.org/a/../c"],
    ["encoded dot segments", "https://assistant.example.org/a/%2e%2e/c"],
    ["one dot", "https://assistant.example.org/./c"],
    ["the default port", "https://assistant.example.org:443/c"],
    ["upper case", "https://Assistant.example.org/c"],
    ["an upper-case scheme", "HTTPS://assistant.example.org/c"],
    ["a backslash", "https://assistant.example.org\\c"],
    ["a space before it", " https://assistant.example.org/c"],
    ["a line break", "https://assistant.example.org/c\n"],
    ["no authority", "https:assistant.example.org/c"],
    ["a length over 512", `https://assistant.example.org/${"x".repeat(500)}`],
    ["text", "assistant.example.org"],
    ["nothing", ""],
  ];
  for (const [name, id = ""] of refused) {
    it(`refuses ${name}`, () => expect(documentUrl(id, listed)).toBeUndefined());
  }

  it("refuses everything when the list is empty", () => {
    expect(documentUrl("https://assistant.example.org/c", { ...BASE, cimdHosts: [] })).toBeUndefined();
  });

  it("never asks itself", () => {
    const own = { ...BASE, cimdHosts: ["mcp.example.net", "*"] };
    const ownLocal = { ...LOCAL, cimdHosts: ["localhost:3000", "127.0.0.1:3000"] };

    expect(documentUrl("https://mcp.example.net/c", own)).toBeUndefined();
    expect(documentUrl("http://localhost:3000/c", ownLocal)).toBeUndefined();
    expect(documentUrl("http://127.0.0.1:3000/c", ownLocal)).toBeUndefined();
  });

  it("takes plain http from a listed loopback host while this server is on loopback itself", () => {
    const id = "http://127.0.0.1:4000/client.json";

    expect(documentUrl(id, { ...LOCAL, cimdHosts: ["127.0.0.1:4000"] })).toMatchObject({ listed: true });
    expect(documentUrl(id, { ...LOCAL, cimdHosts: ["127.0.0.1"] })).toBeUndefined();
    expect(documentUrl(id, { ...LOCAL, cimdHosts: ["*"] })).toBeUndefined();
    expect(documentUrl(id, { ...BASE, cimdHosts: ["127.0.0.1:4000"] })).toBeUndefined();
    expect(documentUrl("http://docs.internal/c", { ...LOCAL, cimdHosts: ["docs.internal"] })).toBeUndefined();
  });
});

describe("documentUrl() with *", () => {
  it("takes a public name on port 443", () => {
    expect(documentUrl("https://client.example.com/c", any)).toMatchObject({ listed: false });
    expect(documentUrl("https://xn--bcher-kva.example.com/c", any)).toMatchObject({ listed: false });
  });

  const refused = [
    "https://127.0.0.1/c",
    "https://8.8.8.8/c",
    "https://2130706433/c",
    "https://0x7f000001/c",
    "https://0177.0.0.1/c",
    "https://127.1/c",
    "https://[::1]/c",
    "https://[2606:4700::1111]/c",
    "https://[::ffff:127.0.0.1]/c",
    "https://localhost/c",
    "https://a.localhost/c",
    "https://intranet/c",
    "https://metadata.google.internal/c",
    "https://printer.local/c",
    "https://nas.home.arpa/c",
    "https://hidden.onion/c",
    "https://client.example.com:8443/c",
    "https://client.example.com./c",
    "https://büch.example.com/c",
    "http://client.example.com/c",
  ];
  for (const id of refused) it(`refuses ${id}`, () => expect(documentUrl(id, any)).toBeUndefined());

  it("keeps a listed host beside it for one that may be private", () => {
    const both = { ...BASE, cimdHosts: ["*", "docs.internal"] };

    expect(documentUrl("https://docs.internal/c", both)).toMatchObject({ listed: true });
    expect(documentUrl("https://client.example.com/c", both)).toMatchObject({ listed: false });
  });

  it("lets only what is spelled in one way through, whatever a stranger writes", () => {
    const noise = fc.string({
      unit: fc.constantFrom(...Array.from(`aA1./\\:@#?%&;[]-_~ \té2e`)),
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.constantFrom("https://", "https:", "http://", ""), noise, (scheme, rest) => {
        const found = documentUrl(scheme + rest, any);
        if (!found) return;
        const { url } = found;
        expect(url.href).toBe(scheme + rest);
        expect([url.protocol, url.port, url.username, url.password, url.hash]).toEqual([
          "https:",
          "",
          "",
          "",
          "",
        ]);
        expect(url.hostname).toMatch(/\.[a-z][a-z0-9-]*$/);
      }),
      { numRuns: 500 },
    );
  });
});
