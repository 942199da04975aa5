import fc from "fast-check";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { clientAddress, normalAddress, type Peer } from "../../src/http/client-address.ts";

async function seen(options: { hops: number; peer?: string; forwarded?: string }): Promise<string> {
  const app = new Hono().get(
    "/",
    (c) => c.text(clientAddress(c, { trustProxyHops: options.hops }) ?? "unknown"),
  );
  const headers: Record<string, string> = options.forwarded === undefined
    ? {}
    : { "x-forwarded-for": options.forwarded };
  const peer: Peer = { peerAddress: options.peer };
  return (await app.request("/", { headers }, peer)).text();
}

describe("clientAddress()", () => {
  it("is the platform's, whatever a client forwards", async () => {
    expect(await seen({ hops: 0, peer: "192.0.2.1", forwarded: "198.51.100.7" })).toBe("192.0.2.1");
  });

  it("is the entry that the outermost trusted proxy appended, whatever stands left of it", async () => {
    const forwarded = "6.6.6.6, 198.51.100.7, 10.0.0.2";

    expect(await seen({ hops: 1, peer: "10.0.0.1", forwarded })).toBe("10.0.0.2");
    expect(await seen({ hops: 2, peer: "10.0.0.1", forwarded })).toBe("198.51.100.7");
  });

  it("is the platform's when the header is shorter than the proxies are many, or no address", async () => {
    expect(await seen({ hops: 2, peer: "10.0.0.1", forwarded: "6.6.6.6" })).toBe("10.0.0.1");
    expect(await seen({ hops: 1, peer: "10.0.0.1", forwarded: "unknown" })).toBe("10.0.0.1");
    expect(await seen({ hops: 1, peer: "10.0.0.1" })).toBe("10.0.0.1");
  });

  it("is unknown where no adapter says it", async () => {
    expect(await seen({ hops: 0 })).toBe("unknown");
    const app = new Hono().get("/", (c) => c.json(clientAddress(c, { trustProxyHops: 0 }) ?? null));
    expect(await (await app.request("/")).json()).toBeNull();
  });
});

describe("normalAddress()", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    [" 192.0.2.1 ", "192.0.2.1"],
    ["192.0.2.1:5123", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
  ])("reads %j as %s", (text, address) => {
    expect(normalAddress(text)).toBe(address);
  });

  it.each(["", "unknown", "_hidden", "example.com", "1.2.3", "1:2", "[::1", "::1]", "12345::", "1.2.3.4.5"])(
    "knows no address in %j",
    (text) => {
      expect(normalAddress(text)).toBeUndefined();
    },
  );

  it("counts a subscriber's IPv6 addresses as one, and any text without failing", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const four = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(fc.property(four, four, four, (network, one, other) => {
      // A network of zeros holds the mapped IPv4 addresses, which count each by itself.
      fc.pre(network.some((part) => part !== "0"));
      const at = (host: string[]) => normalAddress([...network, ...host].join(":"));
      return at(one) === at(other) && at(one)?.endsWith("::/64") === true;
    }));
    fc.assert(fc.property(fc.string(), (text) => {
      normalAddress(text);
    }));
  });
});
