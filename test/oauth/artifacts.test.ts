import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAccessToken, readAccessToken } from "../../src/oauth/access-token.ts";
import { findClient } from "../../src/oauth/client.ts";
import { createGrants } from "../../src/oauth/grant.ts";
import { readTicket } from "../../src/oauth/ticket.ts";
import { BROWSER_COOKIE, findTransaction, openForm } from "../../src/oauth/transaction.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  type Harness,
  locationOf,
  signedIn,
} from "./harness.ts";

const KINDS = [
  "access token",
  "refresh token",
  "code",
  "client id",
  "form",
  "transaction",
  "record",
] as const;
type Kind = (typeof KINDS)[number];

const PREFIX = /^(?:smat|smrt|smco|smc)_/;

/** One of everything that this server signs or seals, and how each is opened by any server. */
async function collect(harness: Harness) {
  const { clientId, code, tokens } = await signedIn(harness);
  const browser = createBrowser(harness);
  const { path } = await authorizePath(clientId);
  const form = formOf(await (await browser.get(path)).text());
  const state = locationOf(await browser.submit(form)).searchParams.get("state") ?? "";
  const cookies = new Map([...browser.jar].map(([name, value]) => [name.replace("__Host-", ""), value]));
  const cookieName = [...cookies.keys()].find((name) => name.startsWith("mcp_tx_")) ?? "";
  const token = await readAccessToken(tokens.access_token, harness.sealer, harness.now);
  const grants = createGrants({ ...harness, codeSeconds: 300 });
  const grant = token && (await grants.read(token.grantId));
  if (!token || !grant) throw new Error("Expected an access token that is good, and its grant");

  const artifacts: Record<Kind, string> = {
    "access token": tokens.access_token,
    "refresh token": tokens.refresh_token,
    code,
    "client id": clientId,
    form: form.get("form") ?? "",
    transaction: cookies.get(cookieName) ?? "",
    record: grant.record.sealed,
  };
  const open = async (kind: Kind, text: string, server: Harness): Promise<unknown> => {
    const { sealer, signer, now } = server;
    switch (kind) {
      case "access token":
        return openAccessToken(text, sealer);
      case "refresh token":
        return readTicket("refresh", text, clientId, sealer);
      case "code":
        return readTicket("code", text, clientId, sealer);
      case "client id":
        return findClient(text, signer);
      case "form":
        return openForm(text, { sealer, now, browser: cookies.get(BROWSER_COOKIE) });
      case "transaction":
        return findTransaction(state, { sealer, now, cookies: { [cookieName]: text } });
      case "record":
        return createGrants({ ...server, codeSeconds: 300 }).unseal(
          { ...grant.record, sealed: text },
          token.secret,
        );
    }
  };
  return { artifacts, open };
}

/** Dressed as another kind, or as its own. */
function dress(text: string, kind: Kind, artifacts: Record<Kind, string>): string {
  return (PREFIX.exec(artifacts[kind])?.[0] ?? "") + text.replace(PREFIX, "");
}

describe("whatever this server signs or seals", () => {
  const harness = createHarness();
  const otherKey = createHarness({ keys: ["x".repeat(32)], signingKeys: ["y".repeat(32)], beside: harness });
  const otherIssuer = createHarness({ baseUrl: "https://other.example", beside: harness });

  it("opens as what it is at its own server, and as nothing else, nowhere else", async () => {
    const { artifacts, open } = await collect(harness);
    for (const made of KINDS) {
      expect(await open(made, artifacts[made], harness), made).toBeDefined();
      for (const kind of KINDS) {
        const text = dress(artifacts[made], kind, artifacts);
        if (kind !== made) expect(await open(kind, text, harness), `${made} as ${kind}`).toBeUndefined();
        for (const server of [otherKey, otherIssuer]) {
          expect(await open(kind, text, server), `${made} as ${kind} elsewhere`).toBeUndefined();
        }
      }
    }
  });

  it("opens no more when any character of it is another, or when parts of two are joined", async () => {
    const { artifacts, open } = await collect(harness);
    const { artifacts: others } = await collect(harness);
    const kind = fc.constantFrom(...KINDS);
    await fc.assert(
      fc.asyncProperty(kind, kind, fc.nat(), fc.base64String(), async (made, donor, place, noise) => {
        const text = artifacts[made];
        const at = place % text.length;
        const joined = text.slice(0, at) + others[donor].slice(at);
        const noisy = text.slice(0, at) + noise.replaceAll("=", "") + text.slice(at);
        for (const changed of [joined, noisy].filter((changed) => ![text, others[made]].includes(changed))) {
          expect(await open(made, changed, harness)).toBeUndefined();
        }
      }),
    );
  });
});
