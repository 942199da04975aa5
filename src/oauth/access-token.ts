import { type Bytes, fromBase64url, fromHex, toBase64url, toHex } from "../lib/crypto.ts";
import type { Sealer } from "../lib/seal.ts";
import { isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";

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
];

const CONSTRAINT = ["organizationSlug", "organizationId", "projectSlug", "projectId", "regionUrl"] as const;

const READ_ONLY = 1;
const VERIFIED = 2;

export async function writeAccessToken(token: AccessToken, sealer: Sealer): Promise<string> {
  const content: Content = [
    token.grantId,
    toBase64url(token.secret),
    token.user,
    token.skills.map((skill) => SKILL_CODES[skill]).join(""),
    (token.readOnly ? READ_ONLY : 0) | (token.constraintVerified ? VERIFIED : 0),
    CONSTRAINT.map((name) => token.constraint[name] ?? 0),
    Math.floor(token.expiresAtMs / 1000),
    packToken(token.sentryToken),
    token.sentryGeneration,
  ];
  return PREFIX + (await sealer.seal("access", JSON.stringify(content)));
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
  const [grantId, secret, user, skills, flags, constraint, expiresAtSeconds, sentryToken, sentryGeneration] =
    JSON
      .parse(opened.text) as Content;
  const secretBytes = fromBase64url(secret);
  return secretBytes && {
    grantId,
    secret: secretBytes,
    user,
    skills: SKILLS.map(({ id }) => id).filter((id) => isSkillId(id) && skills.includes(SKILL_CODES[id])),
    readOnly: (flags & READ_ONLY) !== 0,
    constraint: Object.fromEntries(
      CONSTRAINT.map((name, at) => [name, constraint[at]]).filter(([, part]) => part),
    ),
    constraintVerified: (flags & VERIFIED) !== 0,
    expiresAtMs: expiresAtSeconds * 1000,
    sentryToken: unpackToken(sentryToken),
    sentryGeneration,
  };
}

/** Sentry's OAuth tokens are 64 hex digits, 43 characters as base64url; other shapes stay as they are. */
function packToken(token: string): string {
  return /^[0-9a-f]{64}$/.test(token) ? `h${toBase64url(fromHex(token))}` : `t${token}`;
}

function unpackToken(packed: string): string {
  const bytes = packed.startsWith("h") ? fromBase64url(packed.slice(1)) : undefined;
  return bytes ? toHex(bytes) : packed.slice(1);
}
