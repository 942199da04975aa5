import { afterAll, expect } from "vitest";
import type { Answer } from "./exchange.ts";
import type { CaseOptions, Cases } from "./cases.ts";
import {
  type DocumentHost,
  innerAddresses,
  sendJson,
  type Serve,
  startDocumentHost,
  validDocument,
} from "./documents.ts";
import { type Drivers, REDIRECT_URI } from "./harness.ts";
import { serverWith } from "./servers.ts";
import type { Client } from "./sign-in.ts";
import { startTrap } from "./trap.ts";

/** A case each, because the server counts what it asks of an origin. */
const HOSTS = 11;

/** Gives a case the drivers of a server that lists the hosts of documents, and one such host of its own. */
type WithHost = (drivers: Drivers) => Promise<{ cimd: Drivers; host: DocumentHost }>;

/** Clients whose id is the address of their metadata document. */
export function cimdCases(cases: Cases): void {
  let started: Promise<readonly DocumentHost[]> | undefined;
  let taken = 0;
  const withHost: WithHost = async (drivers) => {
    started ??= Promise.all(Array.from({ length: HOSTS }, startDocumentHost));
    const hosts = await started;
    const host = hosts[taken++];
    if (!host) throw new Error(`More than ${HOSTS} cases want a host of documents`);
    const server = await serverWith(drivers, { CIMD_HOSTS: hosts.map((each) => each.host).join(",") });
    return { cimd: drivers.at(server), host };
  };
  afterAll(async () => {
    for (const host of await (started ?? [])) await host.stop();
  });

  validCases(cases, withHost);
  gateCases(cases, withHost);
  contentCases(cases, withHost);
  cacheCases(cases, withHost);
}

function validCases({ everywhere, whole }: Cases, withHost: WithHost): void {
  everywhere(
    "signs in a client by its document, and shows the document's host (CIMD §3)",
    async (drivers) => {
      const { cimd, host } = await withHost(drivers);
      const client = clientAt(host.publish("/client.json"));

      const page = await cimd.authorize(await cimd.begin({ client }));
      const signedIn = await cimd.signIn({ client });
      const refreshed = await cimd.refresh(client, signedIn.refreshToken);

      expect(page.status, page.text).toBe(200);
      expect(page.text).toContain(host.host);
      expect(page.text).toContain("Document client");
      expect((await cimd.whoami(signedIn.accessToken)).status).toBe(200);
      expect(refreshed.status).toBe(200);
      expect((await cimd.discover()).metadata.client_id_metadata_document_supported).toBe(true);
      expect(host.asked).toEqual(["/client.json"]);
    },
  );

  whole(
    "neither fetches a logo nor shows one or any other link of the document (CIMD §8)",
    async (drivers) => {
      const { cimd, host } = await withHost(drivers);
      const link = (name: string) => `${host.origin}/${name}`;
      const id = host.publish("/client.json", {
        client_name: "<img src=x onerror=alert(1)>",
        logo_uri: link("logo.png"),
        client_uri: link("home"),
        tos_uri: "javascript:alert(1)",
        policy_uri: link("policy"),
        jwks_uri: link("keys"),
      });

      const page = await cimd.authorize(await cimd.begin({ client: clientAt(id) }));

      expect(page.status, page.text).toBe(200);
      for (const part of ["logo.png", "/home", "/policy", "/keys", "javascript:", "<img"]) {
        expect(page.text).not.toContain(part);
      }
      expect(host.asked).toEqual(["/client.json"]);
    },
  );

  whole("takes no redirect URI that the document does not list", async (drivers) => {
    const { cimd, host } = await withHost(drivers);
    const client = clientAt(host.publish("/client.json", { redirect_uris: ["https://app.example/cb"] }));

    for (const redirectUri of [REDIRECT_URI, "https://app.example/cb/", "https://evil.example/cb"]) {
      const answer = await cimd.authorize(await cimd.begin({ client: { ...client, redirectUri } }));
      expect(answer.status).toBe(400);
      expect(answer.location).toBeUndefined();
    }
  });
}

function gateCases({ everywhere, whole }: Cases, withHost: WithHost): void {
  everywhere(
    "asks no address that could lead inside, and says the same of each (CIMD §8.6)",
    async (drivers) => {
      const { cimd, host } = await withHost(drivers);
      await expectNoneAsked(cimd, host);
    },
  );

  whole("asks none either where any host may have a document", async (drivers) => {
    const { host } = await withHost(drivers);
    const open = drivers.at(await serverWith(drivers, { CIMD_HOSTS: `*,${host.host}` }));
    await expectNoneAsked(open, host);
  }, { notOn: exceptNode("it cannot pin an address, so that * refuses to start there") });

  whole(
    "asks no name that resolves to an inner address (CIMD §8.6)",
    async () => undefined,
    nowhere("names resolve to order for a resolver alone; see test/adapters/public-fetch.test.ts"),
  );
}

async function expectNoneAsked(cimd: Drivers, host: DocumentHost): Promise<void> {
  const trap = await startTrap();
  host.publish("/client.json");
  try {
    const ids = innerAddresses({
      trapPort: trap.port,
      listedPort: new URL(host.origin).port,
      own: cimd.baseUrl,
    });
    const answers: Answer[] = [];
    for (const id of ids) answers.push(await refused(cimd, id));

    expect([...new Set(answers.map(({ text }) => text))]).toHaveLength(1);
    expect(trap.seen()).toEqual([]);
    expect(host.asked).toEqual([]);
  } finally {
    await trap.stop();
  }
}

function contentCases({ everywhere, whole }: Cases, withHost: WithHost): void {
  everywhere("reads no further than 5 KB into a document, endless ones too (CIMD §8.7)", async (drivers) => {
    const { cimd, host } = await withHost(drivers);
    const long = host.serve("/long.json", (_, response) => {
      const document = validDocument(`${host.origin}/long.json`);
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ ...document, padding: "x".repeat(6144) }));
    });
    const endless = host.serve("/endless.json", dripping({ text: " ".repeat(1024), everyMs: 5 }));
    const startedAtMs = Date.now();

    await Promise.all([long, endless].map((id) => refused(cimd, id)));

    expect(Date.now() - startedAtMs).toBeLessThan(3000);
  });

  whole("gives up on a host that is slow or silent within 10 s", async (drivers) => {
    const { cimd, host } = await withHost(drivers);
    const slow = host.serve("/slow.json", dripping({ text: " ", everyMs: 1000 }));
    const silent = host.serve("/silent.json", () => undefined);
    const startedAtMs = Date.now();

    await Promise.all([slow, silent].map((id) => refused(cimd, id)));

    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
  });

  whole(
    "takes a plain 200 of JSON that names its own address, and nothing else (CIMD §4, §5)",
    async (drivers) => {
      const { cimd, host } = await withHost(drivers);
      const address = (path: string) => `${host.origin}${path}`;
      const body = (path: string) => JSON.stringify(validDocument(address(path)));
      const answered =
        (status: number, headers: Record<string, string> = {}): Serve => (request, response) => {
          response.writeHead(status, { "content-type": "application/json", ...headers });
          response.end(status === 304 ? undefined : body(request.url ?? ""));
        };
      host.publish("/real.json");
      const ids = [
        host.publish("/mismatch.json", { client_id: address("/other.json") }),
        host.publish("/nearly.json", { client_id: `${address("/nearly.json")}/` }),
        host.publish("/no-redirects.json", { redirect_uris: undefined }),
        host.publish("/empty-redirects.json", { redirect_uris: [] }),
        host.serve("/page.html", (_, response) => {
          response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Hello");
        }),
        host.serve("/json-as-html", (request, response) => {
          response.writeHead(200, { "content-type": "text/html" }).end(body(request.url ?? ""));
        }),
        host.serve("/list.json", sendJson("[]")),
        host.serve("/broken.json", sendJson("{")),
        host.serve("/404.json", answered(404)),
        host.serve("/500.json", answered(500)),
        host.serve("/304.json", answered(304)),
        host.serve("/moved.json", answered(302, { location: address("/real.json") })),
      ];

      const answers = await Promise.all(ids.map((id) => refused(cimd, id)));

      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(host.asked).not.toContain("/real.json");
    },
  );

  whole(
    "takes no document with a dangerous redirect, a secret or a shared key (CIMD §4.1)",
    async (drivers) => {
      const { cimd, host } = await withHost(drivers);
      const key = { kty: "oct", k: "c2VjcmV0" };
      const ids = [
        host.publish("/script.json", { redirect_uris: ["javascript:alert(1)"] }),
        host.publish("/http.json", { redirect_uris: ["http://app.example/cb"] }),
        host.publish("/one-bad.json", { redirect_uris: [REDIRECT_URI, "data:text/html,x"] }),
        host.publish("/secret.json", { client_secret: "s" }),
        host.publish("/secret-expiry.json", { client_secret_expires_at: 0 }),
        host.publish("/basic.json", { token_endpoint_auth_method: "client_secret_basic" }),
        host.publish("/key.json", { jwks: { keys: [key] } }),
      ];

      await Promise.all(ids.map((id) => refused(cimd, id)));
    },
  );
}

function cacheCases({ everywhere, whole }: Cases, withHost: WithHost): void {
  everywhere("fetches a document once for fifty sign-ins at once", async (drivers) => {
    const { cimd, host } = await withHost(drivers);
    const id = host.serve("/client.json", (request, response) => {
      // Slow enough that all of them are waiting.
      setTimeout(() => sendJson(JSON.stringify(validDocument(id)))(request, response), 300);
    });

    const pages = await Promise.all(
      Array.from({ length: 50 }, async () => cimd.authorize(await cimd.begin({ client: clientAt(id) }))),
    );

    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    expect(host.asked).toEqual(["/client.json"]);
  });

  whole("asks an origin at most 20 times a minute, whatever paths strangers name", async (drivers) => {
    const { cimd, host } = await withHost(drivers);
    const paths = Array.from({ length: 100 }, (_, at) => `/client-${at}.json`);

    const answers = await Promise.all(paths.map(async (path) => {
      const client = clientAt(host.publish(path));
      return cimd.authorize(await cimd.begin({ client }));
    }));

    expect(host.asked.length).toBeLessThanOrEqual(20);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(host.asked.length);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(100 - host.asked.length);
  });

  const clock =
    "longer than a case may wait; shown with a clock in test/oauth/client-metadata-document.test.ts";
  whole("takes a document that was put right within 60 s", async () => undefined, nowhere(clock));
  whole("takes a changed redirect list after the document's max-age", async () => undefined, nowhere(clock));
}

const JSON_TYPE = { "content-type": "application/json" };

const dripping = ({ text, everyMs }: { text: string; everyMs: number }): Serve => (_, response) => {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(text), everyMs);
  response.on("close", () => clearInterval(timer));
};

const nowhere = (why: string): CaseOptions => ({ notOn: { node: why, ...exceptNode(why) } });

const exceptNode = (why: string) => ({ deno: why, bun: why, cloudflare: why, vercel: why });

const clientAt = (clientId: string): Client => ({ clientId, redirectUri: REDIRECT_URI });

/** The page that says that there is no such client: no redirect, no consent. */
async function refused(drivers: Drivers, clientId: string): Promise<Answer> {
  const answer = await drivers.authorize(await drivers.begin({ client: clientAt(clientId) }));
  expect(answer.status, `${clientId}: ${answer.text}`).toBe(400);
  expect(answer.location, clientId).toBeUndefined();
  expect(answer.text, clientId).not.toContain("<form");
  return answer;
}
