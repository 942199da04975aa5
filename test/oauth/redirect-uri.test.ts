import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isLoopbackRedirect,
  isNativeRedirect,
  matchesPattern,
  matchesRedirectUri,
  redirectHost,
  redirectUriProblem,
  withParameters,
} from "../../src/oauth/redirect-uri.ts";

describe("redirectUriProblem()", () => {
  const accepted = [
    "https://app.example/cb",
    "https://app.example/cb?tenant=1",
    "http://127.0.0.1:33418/",
    "http://localhost/callback",
    "http://[::1]:9/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode://publisher.extension/done",
  ];
  for (const uri of accepted) {
    it(`lets ${uri} be registered`, () => expect(redirectUriProblem(uri, [])).toBeUndefined());
  }

  const refused = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/x",
    "about:blank",
    "evilapp://x",
    "http://app.example/cb",
    "http://localhost.evil.example/",
    "http://127.0.0.1.nip.io/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://127.1/",
    "http://localhost:1@evil.example/",
    "https://user:pass@app.example/cb",
    "https://@app.example/cb",
    "https://app.example/cb#fragment",
    "https://*.example.com/cb",
    "https://app.example\\@evil.example/",
    "https://app.example/ü",
    "/relative",
    "app.example/cb",
    "",
    `https://app.example/${"x".repeat(512)}`,
  ];
  for (const uri of refused) {
    it(`refuses ${JSON.stringify(uri.slice(0, 60))}`, () =>
      expect(redirectUriProblem(uri, [])).toBeTypeOf("string"));
  }

  it("never lets a pattern allow what browsers run", () => {
    for (const uri of ["javascript:alert(1)", "data:text/html,x", "https://a@b.example/"]) {
      expect(redirectUriProblem(uri, ["*", "javascript:*", "data:*", "https://*/*"])).toBeTypeOf("string");
    }
  });

  it("lets a pattern allow another scheme or plain http in a closed network", () => {
    expect(redirectUriProblem("myapp://callback", ["myapp://*"])).toBeUndefined();
    expect(redirectUriProblem("http://tools.internal:8080/cb", ["http://*.internal:8080/*"])).toBeUndefined();
  });
});

describe("matchesPattern()", () => {
  const cases: [pattern: string, uri: string, matches: boolean][] = [
    ["*", "https://any.example/x", true],
    ["https://*.example.com/cb", "https://a.example.com/cb", true],
    ["https://*.example.com/cb", "https://a.b.example.com/cb", true],
    ["https://*.example.com/cb", "https://example.com/cb", false],
    ["https://*.example.com/cb", "https://evil.test/.example.com/cb", false],
    ["https://*.example.com/*", "https://evil.test?.example.com/x", false],
    ["https://app.example/*", "https://app.example/a/b?c", true],
    ["https://app.example", "https://app.example/", true],
    ["http://localhost:*/cb", "http://localhost:1234/cb", true],
    ["http://localhost:*/cb", "https://localhost:1234/cb", false],
    ["https://a*a.example/", "https://a.example/", false],
  ];
  for (const [pattern, uri, matches] of cases) {
    it(`${matches ? "takes" : "refuses"} ${uri} for ${pattern}`, () =>
      expect(matchesPattern(uri, pattern)).toBe(matches));
  }
});

describe("matchesPattern(), whatever is written", () => {
  const part = fc.stringMatching(/^[ab.*]{0,12}$/);

  it("stands for the same texts as a regular expression would", () => {
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab.]{0,16}$/), (glob, text) => {
        const pieces = glob.split("*").map((piece) => piece.replaceAll(".", "\\."));
        const like = new RegExp(`^${pieces.join("[^/]*")}$`);
        expect(matchesPattern(`https://x/${text}`, `https://x/${glob}`)).toBe(like.test(text));
      }),
    );
  });

  it("lets no redirect URI out to a host that the pattern does not name", () => {
    const patterns = ["https://*.example.com/*", "http://localhost:*/cb"];
    const near = fc.constantFrom(
      "https://a.example.com",
      "http://localhost:1",
      "https://",
      "http://localhost:",
    );
    const noise = fc.stringMatching(/^[a-z0-9@:/?#%.\\[\]&;-]{0,40}$/);
    fc.assert(
      fc.property(near, noise, fc.constantFrom("", "/cb", ".example.com/x"), (start, middle, end) => {
        const uri = start + middle + end;
        const byPattern = patterns.some((pattern) => matchesPattern(uri, pattern));
        if (!byPattern || redirectUriProblem(uri, patterns) !== undefined) return;
        expect(new URL(uri).hostname).toMatch(/(^localhost|\.example\.com)$/);
      }),
    );
  });

  it("takes no longer for a pattern made to be slow", () => {
    const pattern = `https://${"*a".repeat(200)}/`;

    expect(matchesPattern(`https://${"a".repeat(199)}b/`, pattern)).toBe(false);
  });
});

describe("matchesRedirectUri()", () => {
  const registered = ["https://app.example/cb", "http://127.0.0.1:8123/callback?x=1"];

  it("takes the registered bytes and nothing near them (RFC 9700 §4.1.3)", () => {
    const near = [
      "https://app.example/cb/",
      "https://app.example/CB",
      "https://app.example/cb?x",
      "https://app.example/cb%2e",
      "https://app.example/cb/../x",
      "https://app.example.evil/cb",
      "http://app.example/cb",
      "https://app.example:444/cb",
      "https://app.example:443/cb",
      "//evil.example/cb",
      "https://app.example/cb#f",
      "https://x@app.example/cb",
      "https://app.example./cb",
      "https://app。example/cb",
      "",
    ];

    expect(matchesRedirectUri(registered, "https://app.example/cb")).toBe(true);
    for (const uri of near) expect(matchesRedirectUri(registered, uri), uri).toBe(false);
  });

  it("takes a loopback redirect on any port, with all else alike (RFC 8252 §7.3)", () => {
    expect(matchesRedirectUri(registered, "http://127.0.0.1:1/callback?x=1")).toBe(true);
    expect(matchesRedirectUri(registered, "http://127.0.0.1/callback?x=1")).toBe(true);
    const others = [
      "http://localhost:8123/callback?x=1",
      "https://127.0.0.1:8123/callback?x=1",
      "http://127.0.0.1:8123/other?x=1",
      "http://127.0.0.1:8123/callback",
      "http://127.0.0.1:8123@evil.example/callback?x=1",
      "http://127.0.0.1:x/callback?x=1",
      "http://127.0.0.1.evil.example/callback?x=1",
    ];
    for (const uri of others) expect(matchesRedirectUri(registered, uri), uri).toBe(false);
  });

  it("takes exactly the registered bytes, but for the port of a loopback", () => {
    const tail = fc.constantFrom("", "/", "/cb", "/CB", "/cb/", "/cb?x=1", "/cb?x=1&y", "/%63b");
    const port = fc.constantFrom("", ":1", ":80", ":443", ":8123", ":65535");
    const origin = fc.constantFrom(
      "http://127.0.0.1",
      "http://localhost",
      "http://[::1]",
      "https://localhost",
      "https://127.0.0.1",
      "https://app.example",
      "http://app.example",
      "cursor://host",
    );
    const uri = fc.record({ origin, port, tail });
    const spell = (parts: { origin: string; port: string; tail: string }) =>
      parts.origin + parts.port + parts.tail;
    const loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];

    fc.assert(
      fc.property(fc.array(uri, { maxLength: 4 }), uri, (registered, given) => {
        const allowed = registered.some((known) =>
          known.origin === given.origin && known.tail === given.tail &&
          (known.port === given.port || loopback.includes(known.origin))
        );
        expect(matchesRedirectUri(registered.map(spell), spell(given))).toBe(allowed);
      }),
    );
  });

  it("never takes a URI of another host, whatever a stranger writes", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (url, tail) => {
        for (const uri of [url, url + tail, `http://127.0.0.1${tail}`, `https://app.example/cb${tail}`]) {
          if (!matchesRedirectUri(registered, uri)) continue;
          expect(["app.example", "127.0.0.1"]).toContain(new URL(uri).hostname);
        }
      }),
    );
  });
});

it("names the host, or the scheme of an editor", () => {
  expect(redirectHost("https://app.example:8443/cb")).toBe("app.example:8443");
  expect(redirectHost("cursor://anysphere.cursor-mcp/oauth/callback")).toBe("cursor://");
});

it("tells what only a program on somebody's machine receives", () => {
  for (const uri of ["http://127.0.0.1:1/cb", "cursor://x/cb"]) expect(isNativeRedirect(uri)).toBe(true);
  for (const uri of ["https://app.example/cb", "http://tools.internal/cb"]) {
    expect(isNativeRedirect(uri)).toBe(false);
  }
});

it("takes only real loopback addresses for loopback", () => {
  expect(isLoopbackRedirect("http://localhost:1/cb")).toBe(true);
  expect(isLoopbackRedirect("https://localhost:1/cb")).toBe(false);
  expect(isLoopbackRedirect("http://localhost.example/cb")).toBe(false);
});

it("adds parameters and leaves the URI's own bytes alone", () => {
  expect(withParameters("https://app.example/cb?a=%7e", { code: "x", state: "a&b=c", iss: undefined }))
    .toBe("https://app.example/cb?a=%7e&code=x&state=a%26b%3Dc");
  expect(withParameters("http://127.0.0.1:1", { code: "x" })).toBe("http://127.0.0.1:1?code=x");
});
