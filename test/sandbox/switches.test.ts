import { describe, expect, it } from "vitest";
import { memoryStorage, startSandbox } from "./sandbox-client.ts";

describe("faults", () => {
  it("answer in place of the API as often as they are told to", async () => {
    const { switchOn, api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    await switchOn("faults", { path: "/projects/", status: 500, times: 1 });
    const path = "/organizations/acme/projects/";
    expect((await api(token, path)).status).toBe(500);
    expect((await api(token, path)).status).toBe(200);
  });

  it("meet only their method and path, and end on demand", async () => {
    const { switchOn, api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    await switchOn("faults", { method: "PUT", path: "/issues/CHECKOUT-1/", status: 503 });
    const put = { method: "PUT", body: "{}" };
    expect((await api(token, "/organizations/acme/issues/CHECKOUT-1/", put)).status).toBe(503);
    expect((await api(token, "/organizations/acme/issues/CHECKOUT-1/")).status).toBe(200);
    expect((await api(token, "/organizations/acme/issues/CHECKOUT-2/", put)).status).toBe(200);
    await switchOn("faults", undefined, "DELETE");
    expect((await api(token, "/organizations/acme/issues/CHECKOUT-1/", put)).status).toBe(200);
  });

  it("can be a rate limit with Retry-After, a body that is no JSON, and OAuth's", async () => {
    const { switchOn, send, postForm } = startSandbox();
    await switchOn("faults", { path: "/auth/", status: 429, times: 1 });
    const limited = await send("/api/0/auth/");
    expect([limited.status, limited.headers.get("Retry-After")]).toEqual([429, "1"]);
    await switchOn("faults", { path: "/auth/", body: "<html>", headers: { "Content-Type": "text/html" } });
    const page = await send("/api/0/auth/");
    expect([page.status, page.headers.get("Content-Type"), await page.text()]).toEqual([
      200,
      "text/html",
      "<html>",
    ]);
    await switchOn("faults", { path: "/oauth/token/", status: 503 });
    expect((await postForm("/oauth/token/", {})).status).toBe(503);
  });

  it("can be a delay that ends with the caller's patience", async () => {
    const { switchOn, api, tokenOf, sandbox } = startSandbox();
    const token = await tokenOf("ada");
    await switchOn("faults", { path: "/auth/", delayMs: 1, times: 1 });
    expect((await api(token, "/auth/")).status).toBe(200);
    await switchOn("faults", { path: "/auth/", delayMs: 3_600_000 });
    const patience = new AbortController();
    const url = "http://localhost:3000/sandbox/api/0/auth/";
    const answer = sandbox.fetch(new Request(url, { signal: patience.signal }));
    patience.abort();
    await expect(answer).resolves.toHaveProperty("status", 401);
  });
});

describe("the log", () => {
  it("tells method, path, status and user of calls, and no token, code or state", async () => {
    const { switchOn, json, signIn, api } = startSandbox();
    const { access_token } = await signIn("grace");
    await api(access_token, "/organizations/?query=ac", { region: "us" });
    await api("unknown", "/auth/");
    expect(await json("/__sandbox/log")).toEqual([
      { method: "POST", path: "/oauth/authorize/", query: "", status: 302, user: "grace" },
      { method: "POST", path: "/oauth/token/", query: "", status: 200, user: "grace" },
      { method: "GET", path: "/us/api/0/organizations/", query: "?query=ac", status: 200, user: "grace" },
      { method: "GET", path: "/api/0/auth/", query: "", status: 401 },
    ]);
    await switchOn("log", undefined, "DELETE");
    expect(await json("/__sandbox/log")).toEqual([]);
  });
});

describe("links in answers", () => {
  it("lead to a page that says what the sandbox is", async () => {
    const response = await startSandbox().send("/organizations/acme/issues/5001/");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("sandbox Sentry");
  });
});

describe("the other switches", () => {
  it("mint personal tokens, for people and scopes that exist", async () => {
    const { tokenOf, switchOn } = startSandbox();
    expect(await tokenOf("grace", ["event:read"])).toMatch(/^sntryu_[0-9a-f]{64}$/);
    expect((await switchOn("tokens", { user: "niko", scopes: [] })).status).toBe(400);
    expect((await switchOn("tokens", { user: "ada", scopes: ["all"] })).status).toBe(400);
  });

  it("reset tokens and changes, and seed at the new time", async () => {
    const { tokenOf, switchOn, api, clock } = startSandbox();
    const token = await tokenOf("ada");
    clock.nowMs += 86_400_000;
    await switchOn("reset");
    expect((await api(token, "/auth/")).status).toBe(401);
    const { body } = await api(await tokenOf("ada"), "/organizations/acme/issues/CHECKOUT-1/");
    expect(body).toMatchObject({ lastSeen: "2026-03-02T11:30:00Z" });
  });

  it("start anew from a snapshot that cannot be read", async () => {
    for (const text of ["", "{", "[]", `{"version":0}`]) {
      const storage = memoryStorage();
      storage.write(text);
      const { api, tokenOf } = startSandbox({ storage });
      expect((await api(await tokenOf("ada"), "/organizations/")).status).toBe(200);
    }
  });

  it("keep the snapshot's time over a restart", async () => {
    const { storage, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    const later = startSandbox({ storage });
    later.clock.nowMs += 1e9;
    const { body } = await later.api(token, "/organizations/acme/issues/CHECKOUT-1/");
    expect(body).toMatchObject({ lastSeen: "2026-03-01T11:30:00Z" });
  });
});
