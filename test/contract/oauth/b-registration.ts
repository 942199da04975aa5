import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { basic, type Drivers, REDIRECT_URI } from "./harness.ts";
import { serverWith } from "./servers.ts";

const DANGEROUS = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox",
  "file:///etc/passwd",
  "blob:https://app.example/x",
  "about:blank",
  " https://app.example/cb",
  "\thttps://app.example/cb",
  "\u0000https://app.example/cb",
  "java\tscript:alert(1)",
  "https://app.example/cb\r\nSet-Cookie: a=b",
  "view-source:https://app.example/",
];

const UNUSABLE: readonly unknown[] = [
  ["http://app.example/cb"],
  ["https://app.example/cb#fragment"],
  ["https://*.example.com/cb"],
  ["https://user@app.example/cb"],
  ["https://app.example\\@evil.example/cb"],
  ["/cb"],
  ["//app.example/cb"],
  ["app.example/cb"],
  [""],
  [],
  undefined,
  null,
  "https://app.example/cb",
  [1],
  [REDIRECT_URI, "http://app.example/cb"],
  Array.from({ length: 50 }, (_, index) => `https://app.example/cb/${index}`),
  [`https://app.example/${"x".repeat(4096)}`],
];

const ALMOST_LOOPBACK = [
  "http://localhost.evil.example/",
  "http://127.0.0.1.nip.io/",
  "http://0.0.0.0/",
  "http://127.0.0.1@evil.example/",
  "http://localhost:1@evil.example/",
  "http://2130706433/",
  "http://127.1/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
];

/** B: what may become a client. */
export function registrationCases({ everywhere, whole }: Cases): void {
  everywhere(
    "registers a public client without a secret and echoes its URIs (RFC 7591 §3.2.1)",
    async (d) => {
      const uris = ["http://127.0.0.1/callback", "http://localhost:8123/oauth/callback", "http://[::1]/cb"];
      const answer = await d.tryRegister({
        client_name: "Native client",
        redirect_uris: uris,
        token_endpoint_auth_method: "none",
      });

      expect(answer.status).toBe(201);
      expect(answer.headers.get("cache-control")).toContain("no-store");
      const client = answer.json();
      expect(client).toMatchObject({ redirect_uris: uris, token_endpoint_auth_method: "none" });
      expect(client).not.toHaveProperty("client_secret");
      expect(String(client.client_id).length).toBeLessThanOrEqual(2048);
    },
  );

  whole("refuses redirect URIs that a browser would run or read (RFC 9700 §4.1)", async (d) => {
    for (const uri of DANGEROUS) await expectRefused(d, [uri], ["invalid_redirect_uri"]);
  });

  whole(
    "refuses redirect URIs that are remote http, open-ended, no list or too much, in a moment",
    async (d) => {
      for (const uris of UNUSABLE) {
        const beganMs = Date.now();
        await expectRefused(d, uris, ["invalid_redirect_uri", "invalid_client_metadata", "invalid_request"]);
        // Of what backtracks nobody sees the end.
        expect(Date.now() - beganMs).toBeLessThan(10_000);
      }
    },
  );

  whole("refuses hosts that only look like loopback (RFC 8252 §8.3)", async (d) => {
    for (const uri of ALMOST_LOOPBACK) await expectRefused(d, [uri], ["invalid_redirect_uri"]);
  });

  whole("signs an editor in by its own scheme, and knows no other scheme (RFC 8252 §7.1)", async (d) => {
    const editor = "cursor://anysphere.cursor-mcp/oauth/callback";
    const { landed, attempt, code } = await d.obtainCode({
      client: await d.register({ redirect_uris: [editor] }),
    });

    expect(landed.href.startsWith(`${editor}?`)).toBe(true);
    expect((await d.redeem(attempt, code)).status).toBe(200);
    await expectRefused(d, ["evilapp://x"], ["invalid_redirect_uri"]);
  });

  whole("neither keeps nor shows a link that could be a script", async (d) => {
    for (const field of ["logo_uri", "client_uri", "tos_uri", "policy_uri"]) {
      const answer = await d.tryRegister({
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: "none",
        [field]: "javascript:alert(document.domain)",
      });
      expect(answer.text, field).not.toContain("javascript:");
      if (answer.status === 400) continue;

      expect(answer.status, field).toBe(201);
      const client = { clientId: String(answer.json().client_id), redirectUri: REDIRECT_URI };
      const page = await d.authorize(await d.begin({ client }));
      expect(page.status).toBe(200);
      expect(page.text, field).not.toContain("javascript:");
    }
  });

  everywhere(
    "answers what is no client metadata with invalid_client_metadata (RFC 7591 §3.2.2)",
    async (d) => {
      const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
      const known = `"redirect_uris":["${REDIRECT_URI}"],"token_endpoint_auth_method":"none"`;
      for (const body of ["", "{", "null", "[]", "1", '"text"', "\u0000", deep(7000), `{${known}`]) {
        const answer = await d.tryRegister(body);

        expect(answer.status, body.slice(0, 20)).toBe(400);
        expect(answer.json().error, body.slice(0, 20)).toBe("invalid_client_metadata");
      }
      const tooDeep = await d.tryRegister(deep(10_000));
      expect([400, 413]).toContain(tooDeep.status);
      const deepInside = await d.tryRegister(`{${known},"contacts":${deep(7000)}}`);
      expect([201, 400]).toContain(deepInside.status);
    },
  );

  whole("takes client metadata as application/json alone (RFC 7591 §3.1)", async (d) => {
    const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none" };
    for (
      const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    ) {
      const answer = await d.tryRegister(metadata, { "content-type": type });

      expect(answer.status, type).toBe(400);
      expect(answer.json().error, type).toBe("invalid_client_metadata");
    }
    const spelled = await d.tryRegister(metadata, { "content-type": "Application/JSON; charset=utf-8" });
    expect(spelled.status).toBe(201);
  });

  whole("registers nothing that it does not do: other grants, implicit answers", async (d) => {
    for (
      const [field, value] of [
        ["grant_types", ["password"]],
        ["grant_types", ["implicit"]],
        ["grant_types", ["client_credentials"]],
        ["response_types", ["token"]],
        ["response_types", ["code id_token"]],
        ["token_endpoint_auth_method", "tls_client_auth"],
      ] as const
    ) {
      const what = `${field}: ${JSON.stringify(value)}`;
      const answer = await d.tryRegister({ redirect_uris: [REDIRECT_URI], [field]: value });

      expect([201, 400], what).toContain(answer.status);
      if (answer.status === 400) expect(answer.json().error, what).toBe("invalid_client_metadata");
      else expect(answer.json()[field], what).not.toEqual(value);
    }
  });

  everywhere("registers five hundred clients in a row without storing one, and stays well", async (d) => {
    const { countKeys } = d.target;
    if (!countKeys) {
      console.log(`not on ${d.target.runtime}: counting keys (each has an object of its own)`);
    }
    const keysBefore = await countKeys?.();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          d.tryRegister({
            client_name: `Crowd ${round}/${index}`,
            redirect_uris: [REDIRECT_URI],
            token_endpoint_auth_method: "none",
          })),
      );
      for (const { status, headers } of answers) {
        expect([201, 429]).toContain(status);
        if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      }
    }

    expect(await countKeys?.()).toBe(keysBefore);
    expect((await d.send("/health")).status).toBe(200);
  });

  whole("asks a crowd at one address to come back later (RFC 6585 §4)", async (d) => {
    const limited = d.at(await serverWith(d, { RATE_LIMIT_PER_MINUTE: "30" }));
    const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none" };
    const answers = await Promise.all(Array.from({ length: 80 }, () => limited.tryRegister(metadata)));
    const turnedAway = answers.filter(({ status }) => status !== 201);

    expect(turnedAway.length).toBeGreaterThan(0);
    expect(turnedAway.length).toBeLessThan(80);
    for (const { status, headers } of turnedAway) {
      expect(status).toBe(429);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await limited.send("/health")).status).toBe(200);
  });

  whole(
    "shortens a name of 10 kB, takes out what could rewrite a page, and keeps the id short",
    async (d) => {
      const names = [
        "x".repeat(10_240),
        "Safe\u202egnp.exe",
        "One\nTwo\u2028Three",
        "\u2066Isolated\u2069",
        "Nul\u0000",
      ];
      for (const name of names) {
        const answer = await d.tryRegister({
          client_name: name,
          redirect_uris: [REDIRECT_URI],
          token_endpoint_auth_method: "none",
        });
        expect([201, 400]).toContain(answer.status);
        if (answer.status === 400) continue;

        const { client_id, client_name } = answer.json();
        expect(String(client_id).length).toBeLessThanOrEqual(2048);
        expect(String(client_name).length).toBeLessThanOrEqual(256);
        expect(String(client_name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const client = { clientId: String(client_id), redirectUri: REDIRECT_URI };
        const page = await d.authorize(await d.begin({ client }));
        expect(page.status).toBe(200);
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(page.text).not.toMatch(/[\u0000\u2028\u2066\u2069\u202e]/);
      }
    },
  );

  everywhere("knows a confidential client by its own secret alone (RFC 6749 §5.2)", async (d) => {
    for (const method of ["client_secret_basic", "client_secret_post"]) {
      const client = await d.register({ token_endpoint_auth_method: method });
      const other = await d.register({ token_endpoint_auth_method: method, client_name: "Another" });
      const secrets = ["wrong", undefined, other.clientSecret, `${client.clientSecret}x`, ""];
      for (const secret of secrets) {
        const fields = { grant_type: "refresh_token", refresh_token: "smrt_none" };
        const inBasic = method === "client_secret_basic" && secret !== undefined;
        const answer = inBasic
          ? await d.token(fields, { headers: basic(client.clientId, secret) })
          : await d.token({ ...fields, client_id: client.clientId, client_secret: secret });

        expect(answer.status, `${method} ${secret}`).toBe(401);
        expect(answer.json().error, `${method} ${secret}`).toBe("invalid_client");
        if (inBasic) expect(answer.headers.get("www-authenticate")).toMatch(/^Basic /);
      }
    }
  });
}

async function expectRefused(d: Drivers, uris: unknown, errors: readonly string[]): Promise<void> {
  const what = JSON.stringify([uris]).slice(0, 120);
  const answer = await d.tryRegister({ redirect_uris: uris, token_endpoint_auth_method: "none" });

  expect(answer.status, what).toBe(400);
  expect(errors, what).toContain(answer.json().error);
}
