import { type Bytes, fromHex, toHex } from "../lib/crypto.ts";
import { packHexRuns, unpackHexRuns } from "../lib/hex-runs.ts";
import type { Sealer } from "../lib/seal.ts";
import { isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { SentryTokens } from "./grant.ts";

/** What a request is allowed, sealed into the token itself: checking one needs no store. */
export interface AccessToken {
  readonly grantId: string;
  /** Opens the grant's record, together with the server's key. */
  readonly secret: Bytes;
  readonly user: string;
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
  readonly constraint: Constraint;
  readonly constraintVerified: boolean;
  readonly expiresAtMs: number;
  readonly sentryToken: string;
  /** Counts Sentry's rotations in this grant, so that a newer token is recognized. */
  readonly sentryGeneration: number;
  /** What else belongs to this Sentry token, when the store did not take it: to be stored at the next use. */
  readonly unsaved?: Required<Pick<SentryTokens, "refreshToken" | "expiresAtMs" | "lifetimeSeconds">>;
}

const PREFIX = "smat_";
const MAX_LENGTH = 1024;

/** One letter each: clients keep tokens where room is short (600 characters are promised). */
const SKILL_CODES: Readonly<Record<SkillId, string>> = {
  inspect: "i",
  seer: "s",
  triage: "t",
  "project-management": "p",
};

/** What `writeAccessToken` writes, in this order. */
type Content = [
  grantId: string,
  secret: string,
  user: string,
  skills: string,
  flags: number,
  constraint: (string | 0)[],
  expiresAtSeconds: number,
  sentryToken: string,
  sentryGeneration: number,
  sentryRefreshToken?: string,
  sentryExpiresAtSeconds?: number,
  sentryLifetimeSeconds?: number,
];

const CONSTRAINT = ["organizationSlug", "organizationId", "projectSlug", "projectId", "regionUrl"] as const;

const READ_ONLY = 1;
const VERIFIED = 2;

export async function writeAccessToken(token: AccessToken, sealer: Sealer): Promise<string> {
  const { unsaved } = token;
  const content: Content = [
    token.grantId,
    toHex(token.secret),
    token.user,
    token.skills.map((skill) => SKILL_CODES[skill]).join(""),
    (token.readOnly ? READ_ONLY : 0) | (token.constraintVerified ? VERIFIED : 0),
    CONSTRAINT.map((name) => token.constraint[name] ?? 0),
    // Rounded up: `expires_in` promises at least this long.
    Math.ceil(token.expiresAtMs / 1000),
    token.sentryToken,
    token.sentryGeneration,
  ];
  if (unsaved) {
    const { refreshToken, expiresAtMs, lifetimeSeconds } = unsaved;
    content.push(refreshToken, Math.floor(expiresAtMs / 1000), lifetimeSeconds);
  }
  return PREFIX + (await sealer.seal("access", packHexRuns(JSON.stringify(content))));
}

/** Undefined when it does not open here or has expired. */
export async function readAccessToken(
  text: string,
  sealer: Sealer,
  now: () => number,
): Promise<AccessToken | undefined> {
  const token = await openAccessToken(text, sealer);
  return token && token.expiresAtMs > now() ? token : undefined;
}

/** Also opens an expired one, which is still good for revoking its grant. */
export async function openAccessToken(text: string, sealer: Sealer): Promise<AccessToken | undefined> {
  if (!text.startsWith(PREFIX) || text.length > MAX_LENGTH) return undefined;
  const opened = await sealer.open("access", text.slice(PREFIX.length));
  if (!opened) return undefined;
  // Authentic, so it is what writeAccessToken of this version of the format wrote.
  const [
    grantId,
    secret,
    user,
    skills,
    flags,
    constraint,
    expiresAtSeconds,
    sentryToken,
    sentryGeneration,
    refreshToken,
    sentryExpiresAtSeconds = 0,
    lifetimeSeconds = 0,
  ] = JSON.parse(unpackHexRuns(opened.bytes)) as Content;
  return {
    grantId,
    secret: fromHex(secret),
    user,
    skills: SKILLS.map(({ id }) => id).filter((id) => isSkillId(id) && skills.includes(SKILL_CODES[id])),
    readOnly: (flags & READ_ONLY) !== 0,
    constraint: Object.fromEntries(
      CONSTRAINT.map((name, at) => [name, constraint[at]]).filter(([, part]) => part),
    ),
    constraintVerified: (flags & VERIFIED) !== 0,
    expiresAtMs: expiresAtSeconds * 1000,
    sentryToken,
    sentryGeneration,
    ...(refreshToken !== undefined && {
      unsaved: { refreshToken, expiresAtMs: sentryExpiresAtSeconds * 1000, lifetimeSeconds },
    }),
  };
}

/** Sentry's tokens that only this access token has; undefined when the store has them. */
export function unsavedTokens(token: AccessToken): SentryTokens | undefined {
  const { unsaved, sentryToken: accessToken, sentryGeneration: generation } = token;
  return unsaved && { ...unsaved, accessToken, generation };
}
