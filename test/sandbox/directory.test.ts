import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const NOT_FOUND = { status: 404, body: { detail: "The requested resource does not exist" } };
const FORBIDDEN = { status: 403, body: { detail: "You do not have permission to perform this action." } };

describe("credentials", () => {
  it("are 401 when they are missing or unknown", async () => {
    const { api, json } = startSandbox();
    expect(await json("/api/0/auth/")).toEqual({ detail: "Authentication credentials were not provided." });
    expect(await api("unknown", "/auth/")).toMatchObject({ status: 401, body: { detail: "Invalid token" } });
  });

  it("are 403 without the scope, and admin includes write includes read", async () => {
    const { api, tokenOf } = startSandbox();
    const path = "/organizations/acme/issues/";
    expect(await api(await tokenOf("ada", ["org:read"]), path)).toMatchObject(FORBIDDEN);
    for (const scope of ["event:read", "event:write", "event:admin"]) {
      expect((await api(await tokenOf("ada", [scope]), path)).status).toBe(200);
    }
    const put = { method: "PUT", body: "{}" };
    const reader = await tokenOf("ada", ["event:read"]);
    expect(await api(reader, "/organizations/acme/issues/CHECKOUT-1/", put)).toMatchObject(FORBIDDEN);
  });
});

describe("silos", () => {
  it("know accounts only in the control silo", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada", []);
    expect(await api(token, "/auth/")).toMatchObject({
      status: 200,
      body: { id: "101", email: "ada@example.test" },
    });
    expect(await api(token, "/auth/", { region: "us" })).toMatchObject(NOT_FOUND);
    expect((await api(token, "/users/me/regions/")).body).toEqual({
      regions: [
        { name: "us", url: "http://localhost:3000/sandbox/us" },
        { name: "de", url: "http://localhost:3000/sandbox/de" },
      ],
    });
  });

  it("serve their own organizations, the control silo all of them", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    const slugs = async (region?: string) =>
      each((await api(token, "/organizations/", region ? { region } : {})).body, "slug");
    expect(await slugs()).toEqual(["acme", "bergwerk", "umbra"]);
    expect(await slugs("us")).toEqual(["acme", "umbra"]);
    expect(await slugs("de")).toEqual(["bergwerk"]);
    expect(await api(token, "/organizations/bergwerk/", { region: "us" })).toMatchObject(NOT_FOUND);
  });

  it.each(["http://localhost:3000", "http://127.0.0.1:9/a/b"])("work at the base URL %s", async (baseUrl) => {
    const { api, tokenOf, sandbox, signIn } = startSandbox({ baseUrl });
    expect(sandbox.regionUrls).toEqual([`${baseUrl}/us`, `${baseUrl}/de`]);
    const { body } = await api(await tokenOf("ada"), "/organizations/bergwerk/", { region: "de" });
    expect(body).toMatchObject({
      links: { regionUrl: `${baseUrl}/de`, organizationUrl: `${baseUrl}/organizations/bergwerk` },
    });
    expect(await signIn("ada")).toMatchObject({ token_type: "Bearer" });
  });
});

describe("a person of one team", () => {
  it("finds no organization that she is no member of", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("grace");
    expect(each((await api(token, "/organizations/")).body, "slug")).toEqual(["acme"]);
    expect(await api(token, "/organizations/umbra/")).toMatchObject(NOT_FOUND);
    expect(await api(token, "/projects/umbra/vault/")).toMatchObject(NOT_FOUND);
  });

  it("may not open other teams' projects and issues, and searches only her own", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("grace");
    expect((await api(token, "/projects/acme/storefront/")).status).toBe(200);
    expect(await api(token, "/projects/acme/checkout/")).toMatchObject(FORBIDDEN);
    expect(await api(token, "/organizations/acme/issues/CHECKOUT-1/")).toMatchObject(FORBIDDEN);
    expect(await api(token, "/organizations/acme/issues/?project=3002")).toMatchObject(FORBIDDEN);
    const { body } = await api(token, "/organizations/acme/issues/?query=&limit=100");
    expect(new Set(each(body, "shortId").map((id) => String(id).split("-")[0]))).toEqual(
      new Set(["STOREFRONT"]),
    );
  });
});

describe("directories", () => {
  it("list projects, teams, members and releases, filtered by query", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    const list = async (what: string) => (await api(token, `/organizations/acme/${what}`)).body;
    expect(each(await list("projects/"), "slug")).toEqual(["storefront", "checkout", "mobile"]);
    expect(each(await list("projects/?query=CHECK"), "id")).toEqual(["3002"]);
    expect(each(await list("teams/"), "slug")).toEqual(["web", "payments", "devices"]);
    expect(each(await list("members/?query=grace"), "name")).toEqual(["Grace Okafor"]);
    expect(each(await list("releases/?project=3002"), "version")).toEqual([
      "checkout@1.9.0",
      "checkout@1.8.1",
      "checkout@1.8.0",
    ]);
    expect(each(await list("releases/?project=3002&statsPeriod=10d"), "version")).toEqual(["checkout@1.9.0"]);
  });

  it("have pages with Sentry's Link header in both directions", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    const url = "http://localhost:3000/sandbox/us/api/0/organizations/acme/projects/?per_page=2&cursor=";
    const first = await api(token, "/organizations/acme/projects/?per_page=2", { region: "us" });
    expect(first.link).toBe(
      `<${url}0%3A0%3A1>; rel="previous"; results="false"; cursor="0:0:1", ` +
        `<${url}0%3A2%3A0>; rel="next"; results="true"; cursor="0:2:0"`,
    );
    const second = await api(token, "/organizations/acme/projects/?per_page=2&cursor=0:2:0");
    expect(each(second.body, "slug")).toEqual(["mobile"]);
    expect(second.link).toContain(`rel="next"; results="false"`);
    expect((await api(token, "/organizations/acme/projects/?per_page=101")).status).toBe(400);
    expect((await api(token, "/organizations/acme/projects/?cursor=x")).status).toBe(400);
  });

  it("show only canaries of the foreign organization", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    const { body } = await api(token, "/organizations/umbra/issues/VAULT-1/events/latest/");
    const { title, message, culprit, tags, contexts, context, user, entries } = body as Record<
      string,
      unknown
    >;
    const seen = JSON.stringify({ title, message, culprit, tags, contexts, context, user, entries });
    expect(seen.split("CANARY-umbra-").length).toBeGreaterThan(25);
    expect((await api(token, "/organizations/umbra/projects/")).body).toMatchObject([{
      name: "CANARY-umbra-vault",
    }]);
  });
});
