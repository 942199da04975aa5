import { describe, expect, it } from "vitest";
import { randomBytes, toBase64url } from "../../src/lib/crypto.ts";
import { createSealer } from "../../src/lib/seal.ts";
import { SKILLS } from "../../src/lib/skills.ts";
import {
  type AccessToken,
  openAccessToken,
  readAccessToken,
  unsavedTokens,
  writeAccessToken,
} from "../../src/oauth/access-token.ts";

const sealer = createSealer({ keys: ["k".repeat(32)], issuer: "https://mcp.example", now: () => 0 });

const token: AccessToken = {
  grantId: toBase64url(randomBytes(16)),
  secret: randomBytes(32),
  user: "1234567890",
  skills: SKILLS.map(({ id }) => id),
  readOnly: true,
  constraint: {
    organizationSlug: "o".repeat(50),
    organizationId: "4507654321098765",
    projectSlug: "p".repeat(100),
    projectId: "4507654321098766",
    regionUrl: "https://us.sentry.io",
  },
  constraintVerified: true,
  expiresAtMs: 1_800_000_000_000,
  sentryToken: "0123456789abcdef".repeat(4),
  sentryGeneration: 3,
};

const unsaved = {
  refreshToken: "fedcba9876543210".repeat(4),
  expiresAtMs: 1_900_000_000_000,
  lifetimeSeconds: 2_591_999,
};

describe("an access token", () => {
  it("reads as it was written", async () => {
    expect(await readAccessToken(await writeAccessToken(token, sealer), sealer, () => 0)).toEqual(token);
  });

  it("leaves out of a constraint what is not known, and keeps a Sentry token of another shape", async () => {
    const plain = {
      ...token,
      constraint: {},
      constraintVerified: false,
      readOnly: false,
      sentryToken: "sntryu_AbC",
    };

    expect(await readAccessToken(await writeAccessToken(plain, sealer), sealer, () => 0)).toEqual(plain);
  });

  it("carries the rest of Sentry's tokens when the store did not take them", async () => {
    const text = await writeAccessToken({ ...token, unsaved }, sealer);
    const read = await readAccessToken(text, sealer, () => 0);

    expect(read).toEqual({ ...token, unsaved });
    expect(read && unsavedTokens(read)).toEqual({
      ...unsaved,
      accessToken: token.sentryToken,
      generation: 3,
    });
    expect(unsavedTokens(token)).toBeUndefined();
  });

  it("fits in 600 characters with the longest names that Sentry has, and all of Sentry's tokens", async () => {
    const text = await writeAccessToken({ ...token, unsaved }, sealer);

    expect(text.length).toBeLessThanOrEqual(600);
    expect(text).toMatch(/^smat_[\w-]+$/);
  });

  it("is not valid past its end, though it still tells its grant", async () => {
    const text = await writeAccessToken(token, sealer);

    expect(await readAccessToken(text, sealer, () => token.expiresAtMs)).toBeUndefined();
    expect((await openAccessToken(text, sealer))?.grantId).toBe(token.grantId);
  });

  it("does not show what is in it", async () => {
    expect(await writeAccessToken(token, sealer)).not.toContain(toBase64url(token.secret));
  });
});
