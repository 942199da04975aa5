import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const CRASH = `/projects/acme/mobile/events/${"60110001".repeat(4)}/`;
const CART = `/projects/acme/checkout/events/${"50010001".repeat(4)}/`;

async function asAda() {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf("ada");
  const get = async (path: string) => (await sandbox.api(token, path)).body;
  const download = async (path: string) => {
    const response = await sandbox.send(`/api/0${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return { headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  };
  return { ...sandbox, token, get, download };
}

type Attachment = { id: string; name: string; size: number; mimetype: string | null };

describe("attachments", () => {
  it("are listed by name with their type and size, on the newest event only", async () => {
    const { get } = await asAda();

    const attachments = await get(`${CRASH}attachments/`);

    expect(each(attachments, "name")).toEqual([
      "empty.txt",
      "notes",
      "page.html",
      "scanner/ü log.txt",
      "sensor recording.bin",
      "upload_file_minidump",
    ]);
    expect(attachments).toContainEqual(
      expect.objectContaining({
        type: "event.minidump",
        mimetype: "application/x-dmp",
        event_id: "60110001".repeat(4),
      }),
    );
    expect(each(await get(`${CRASH}attachments/?query=LOG`), "name")).toEqual(["scanner/ü log.txt"]);
    expect(await get(CRASH.replaceAll("60110001", "60110002") + "attachments/")).toEqual([]);
    expect(await get("/organizations/acme/issues/MOBILE-11/attachments/")).toEqual(attachments);
  });

  it("are as long as they say, and carry what their kind begins with", async () => {
    const { get, download } = await asAda();
    const attachments = await get(`${CRASH}attachments/`) as Attachment[];
    const picture = `/projects/acme/storefront/events/${"40130001".repeat(4)}/attachments/40131/`;

    for (const { id, size, mimetype } of attachments) {
      const { headers, bytes } = await download(`${CRASH}attachments/${id}/?download=1`);
      expect(bytes).toHaveLength(size);
      expect(headers.get("Content-Type")).toBe(mimetype ?? "application/octet-stream");
      expect(headers.get("Content-Disposition")).toMatch(/^attachment; filename/);
      if (mimetype === "application/x-dmp") {
        expect(Array.from(bytes.subarray(0, 4))).toEqual([0x4d, 0x44, 0x4d, 0x50]);
      }
    }

    expect(Math.max(...each(attachments, "size").map(Number))).toBe(5 * 1024 * 1024);
    const { bytes } = await download(`${picture}?download`);
    expect(Array.from(bytes.subarray(0, 8))).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(await get(picture)).toMatchObject({ sha1: hex });
  });

  it("are 404 under another event, another project or another id", async () => {
    const { api, token } = await asAda();

    for (
      const path of [
        CRASH.replaceAll("60110001", "60110002") + "attachments/60111/",
        `${CRASH}attachments/1/`,
        `${CRASH.replace("mobile", "checkout")}attachments/`,
        `${CRASH.replace("mobile", "kiosk")}attachments/`,
      ]
    ) expect((await api(token, path)).status).toBe(404);
  });
});

describe("suspect commits", () => {
  it("name authors with and without an account, and score those of a release", async () => {
    const { get } = await asAda();

    const { committers } = await get(`${CART}committers/`) as { committers: unknown };

    expect(committers).toMatchObject([
      {
        author: { id: "103", name: "Niko Brandt" },
        commits: [{ id: "b0a7".repeat(10), score: 3, suspectCommitType: "via commit in release" }],
      },
      { author: { name: "Pat Outside", email: "pat@elsewhere.example.test" } },
    ]);
    expect(committers).not.toHaveProperty("1.author.id");
  });

  it("are 404 where there are none", async () => {
    const { api, token } = await asAda();

    const answer = await api(token, `/projects/acme/checkout/events/${"50020001".repeat(4)}/committers/`);

    expect(answer).toMatchObject({ status: 404, body: { detail: "No Commits found for Release" } });
  });
});

describe("owners of an event", () => {
  it("are teams and people by the rules that name them, or nobody", async () => {
    const { get } = await asAda();

    expect(await get(`${CART}owners/`)).toMatchObject({
      owners: [{ type: "team", name: "payments" }, { type: "user", name: "Niko Brandt" }],
      rule: ["path", "checkout/*"],
      rules: [[["path", "checkout/*"], [["team", "2002"], ["user", "103"]]]],
    });
    expect(await get(`${CRASH}owners/`)).toEqual({ owners: [], rule: null, rules: [] });
  });
});

describe("a project's event", () => {
  it("is the issue's event, and under the rules of the project", async () => {
    const { get, api, tokenOf } = await asAda();
    const grace = await tokenOf("grace");
    const weak = await tokenOf("ada", ["org:read", "event:admin"]);

    expect(await get(CART)).toEqual(await get("/organizations/acme/issues/CHECKOUT-1/events/latest/"));
    for (const part of ["", "attachments/", "committers/", "owners/"]) {
      expect((await api(grace, CART + part)).status).toBe(403);
      expect((await api(weak, CART + part)).status).toBe(403);
      expect((await api(grace, CART.replace("acme", "umbra") + part)).status).toBe(404);
    }
    expect((await api(grace, CART, { region: "de" })).status).toBe(404);
  });

  it("names itself a canary in umbra", async () => {
    const { get, download } = await asAda();
    const canary = `/projects/umbra/vault/events/${"80010001".repeat(4)}/`;

    for (const part of ["", "attachments/", "committers/", "owners/"]) {
      expect(JSON.stringify(await get(canary + part))).toContain("CANARY-umbra-");
    }
    const { bytes } = await download(`${canary}attachments/80011/?download=1`);
    expect(new TextDecoder().decode(bytes)).toBe("CANARY-umbra-attachment-content");
  });
});
