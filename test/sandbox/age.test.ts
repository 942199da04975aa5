import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const ISSUES = "/organizations/acme/issues/";

async function asAda() {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf("ada");
  const ask = async (path: string) => {
    const response = await sandbox.send(`/api/0${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return {
      status: response.status,
      type: response.headers.get("Content-Type") ?? "",
      text: await response.text(),
    };
  };
  return { ...sandbox, token, ask };
}

describe("an older self-hosted version", () => {
  it.each([
    "/users/me/regions/",
    `${ISSUES}5001/events/recommended/`,
    "/organizations/acme/trace/7e577e577e577e577e577e577e577e57/",
  ])("answers Django's page to %s", async (path) => {
    const { switchOn, ask } = await asAda();
    const before = await ask(path);

    await switchOn("age", { version: "23.6" });
    const after = await ask(path);

    expect([before.status, after.status]).toEqual([200, 404]);
    expect(after.type).toContain("text/html");
    expect(after.text).toContain("<h1>Not Found</h1>");
  });

  it("knows no short ids below issues, and no order by recommendation", async () => {
    const { switchOn, api, token } = await asAda();
    await switchOn("age", { version: "23.6" });

    for (const path of ["CHECKOUT-1/", "CHECKOUT-1/events/latest/", "CHECKOUT-1/tags/"]) {
      expect(await api(token, ISSUES + path)).toMatchObject({
        status: 404,
        body: { detail: expect.any(String) },
      });
    }
    expect((await api(token, `${ISSUES}?query=&sort=recommended`)).status).toBe(400);
    expect((await api(token, `${ISSUES}?query=sort&sort=freq`)).status).toBe(200);
    expect((await api(token, "/organizations/acme/shortids/CHECKOUT-1/")).body).toMatchObject({
      groupId: "5001",
    });
    expect((await api(token, `${ISSUES}5001/tags/`)).status).toBe(200);
  });

  it("leaves out what issues had not yet, in details and lists", async () => {
    const { switchOn, api, token } = await asAda();
    await switchOn("age", { version: "24.3" });

    const { body } = await api(token, `${ISSUES}5001/`);
    const list = await api(token, `${ISSUES}?per_page=2`);

    expect(body).toHaveProperty("priority", "high");
    expect(body).not.toHaveProperty("seerFixabilityScore");
    expect(list.link).toContain(`rel="next"; results="true"`);
    await switchOn("age", { version: "23.6" });
    expect(each((await api(token, `${ISSUES}?per_page=2`)).body, "priority")).toEqual([undefined, undefined]);
  });

  it("takes a version, grows young again on demand and with a reset", async () => {
    const { switchOn, ask } = await asAda();

    for (const [method, what] of [["DELETE", "age"], ["POST", "reset"]] as const) {
      await switchOn("age", { version: "23.6" });
      expect((await ask("/users/me/regions/")).status).toBe(404);
      await switchOn(what, undefined, method);
      // After a reset the token is gone, too.
      expect((await ask("/users/me/regions/")).status).toBe(what === "age" ? 200 : 401);
    }
    for (const version of ["old", "", 23.6]) expect((await switchOn("age", { version })).status).toBe(400);
  });
});
