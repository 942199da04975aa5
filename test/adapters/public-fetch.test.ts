import { createServer, request as requestOverHttp, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createPublicFetch, isPublicAddress } from "../../adapters/public-fetch.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(listener: RequestListener) {
  let connections = 0;
  const server = createServer(listener);
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  // Listening on TCP, so the address is not a path.
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

const init = (signal = AbortSignal.timeout(5000)) => ({
  headers: { accept: "application/json" },
  redirect: "manual" as const,
  signal,
});

/** Answers every name with these addresses, and counts how often it is asked. */
function resolver(...addresses: string[]) {
  const asked: string[] = [];
  const lookup: NonNullable<Parameters<typeof createPublicFetch>[0]>["lookup"] = (
    name,
    _options,
    callback,
  ) => {
    asked.push(name);
    callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  };
  return { asked, lookup };
}

describe("isPublicAddress()", () => {
  const special = `
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
    192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
    2001:0:4136:e378::1 2001:10::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0
    fec0::1 ff02::1 example.com`;
  for (const address of special.split(/\s+/)) {
    it(`refuses ${address || "nothing"}`, () => expect(isPublicAddress(address)).toBe(false));
  }

  for (
    const address of ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
  ) {
    it(`takes ${address}`, () => expect(isPublicAddress(address)).toBe(true));
  }
});

describe("createPublicFetch()", () => {
  const fetchVia = (addresses: string[], isAllowed?: (address: string) => boolean) => {
    const { asked, lookup } = resolver(...addresses);
    return { asked, fetchPublic: createPublicFetch({ lookup, send: requestOverHttp, isAllowed }) };
  };

  it("connects to nothing when a name has an address that is not public", async () => {
    const server = await serve((_request, response) => response.end("{}"));
    const url = `http://name.example:${server.port}/c`;

    for (const addresses of [["127.0.0.1"], ["::1"], ["169.254.169.254"], ["1.1.1.1", "127.0.0.1"], []]) {
      await expect(fetchVia(addresses).fetchPublic(url, init())).rejects.toThrow("Expected a public address");
    }
    expect(server.connections()).toBe(0);
  });

  it("connects to no address that is written out, which no look-up would check", async () => {
    const server = await serve((_request, response) => response.end("{}"));
    const { asked, fetchPublic } = fetchVia(["1.1.1.1"]);

    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]) {
      await expect(fetchPublic(`http://${host}:${server.port}/c`, init())).rejects.toThrow("Expected a name");
    }
    expect([asked, server.connections()]).toEqual([[], 0]);
  });

  it("refuses names of this machine with its own look-up", async () => {
    const server = await serve((_request, response) => response.end("{}"));

    await expect(createPublicFetch()(`https://localhost:${server.port}/c`, init())).rejects.toThrow(
      "Expected a public address",
    );
    expect(server.connections()).toBe(0);
  });

  it("resolves once and goes to that very address, under the name", async () => {
    let seen: Record<string, unknown> = {};
    const server = await serve((request, response) => {
      seen = { host: request.headers.host, url: request.url, encoding: request.headers["accept-encoding"] };
      response.writeHead(200, { "content-type": "application/json", "cache-control": "max-age=60" });
      response.end('{"a":1}');
    });
    const { asked, fetchPublic } = fetchVia(["127.0.0.1"], () => true);

    const response = await fetchPublic(`http://name.example:${server.port}/c?x=1`, init());

    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "max-age=60"]);
    expect(await response.json()).toEqual({ a: 1 });
    expect(asked).toEqual(["name.example"]);
    expect(seen).toEqual({ host: `name.example:${server.port}`, url: "/c?x=1", encoding: "identity" });
  });

  it("follows no redirect and takes no other status for success", async () => {
    for (const status of [204, 301, 304, 307, 404, 500]) {
      const server = await serve((_request, response) =>
        response.writeHead(status, { location: "/x" }).end()
      );
      const { fetchPublic } = fetchVia(["127.0.0.1"], () => true);

      await expect(fetchPublic(`http://name.example:${server.port}/c`, init())).rejects.toThrow(
        `got ${status}`,
      );
      expect(server.connections()).toBe(1);
    }
  });

  it("stops when the signal does, before and within the body", async () => {
    const silent = await serve(() => undefined);
    const endless = await serve((_request, response) => {
      response.writeHead(200);
      response.write("[");
    });
    const { fetchPublic } = fetchVia(["127.0.0.1"], () => true);

    await expect(fetchPublic(`http://n.example:${silent.port}/c`, init(AbortSignal.timeout(50)))).rejects
      .toThrow();
    const response = await fetchPublic(`http://n.example:${endless.port}/c`, init(AbortSignal.timeout(50)));
    await expect(response.text()).rejects.toThrow();
  });
});
