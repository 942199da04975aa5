import {
  type Bytes,
  concatBytes,
  equalSecrets,
  fromBase64url,
  randomBytes,
  sha256,
  toBase64url,
  toBytes,
  toHex,
  toText,
} from "./crypto.ts";
import { BoundedCache } from "./bounded-cache.ts";

/** What is encrypted. Nothing sealed for one purpose opens for another. */
export type SealPurpose =
  | "access"
  | "form"
  | "transaction"
  | "record"
  | "index"
  | "visit"
  | "tokens"
  | "handle"
  | "session";

/** What is only signed or derived. */
export type MacPurpose = "code" | "refresh" | "grant" | "client" | "client-secret";

export interface Opened {
  readonly bytes: Bytes;
  readonly text: string;
  /** Names the key of the ring that sealed it. */
  readonly keyId: string;
}

interface Binding {
  /** Needed as well to open it again: neither it nor the key alone is enough. */
  readonly secret?: Bytes;
  /** No secret, but has to be the same to open it again. */
  readonly context?: string;
}

export interface Sealer {
  seal(purpose: SealPurpose, content: string | Bytes, options?: Binding): Promise<string>;
  /** Undefined when it does not open, whatever the reason. */
  open(purpose: SealPurpose, sealed: string, options?: Binding): Promise<Opened | undefined>;
  /** `key id | MAC | message`; `context` is covered by the MAC and has to be known to verify it. */
  sign(purpose: MacPurpose, message: Bytes, options?: { context?: string }): Promise<Bytes>;
  /** The message, or undefined. */
  verify(purpose: MacPurpose, signed: Bytes, options?: { context?: string }): Promise<Bytes | undefined>;
  /** A value that only this server can compute, under the ring's key of that id; undefined when it has none. */
  derive(purpose: MacPurpose, input: string, keyId: string): Promise<Bytes | undefined>;
  /** Names the key of the ring that made a signed message. */
  keyIdOf(signed: Bytes): string;
}

const VERSION = 1;
const KEY_ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** version 1 | key id 4 | day 2 | iv 12 */
const HEADER_BYTES = 1 + KEY_ID_BYTES + 2 + IV_BYTES;
const DAY_MS = 86_400_000;

/** Strangers choose the key id and the day of what they send, so the number of derived keys has to be bounded. */
const MAX_CACHED_KEYS = 512;

interface RingKey {
  readonly id: string;
  readonly idBytes: Bytes;
  readonly root: CryptoKey;
}

/**
 * AES-256-GCM and HMAC-SHA-256 under keys that HKDF derives from a ring, one for each purpose.
 *
 * Encryption keys also change every day: random 96-bit IVs are safe for 2^32 messages under one key
 * (NIST SP 800-38D §8.3). Purpose, version, key id and issuer are in the associated data, so that what another
 * deployment sealed with the same key does not open here.
 *
 * Resolved keys are cached, never promises: on Workers one request may not await another's promise.
 *
 * @param options `keys`: the first seals, all open; at least 32 characters each.
 */
export function createSealer(
  options: { keys: readonly string[]; issuer: string; now: () => number },
): Sealer {
  const { issuer, now } = options;
  if (options.keys.length === 0 || options.keys.some((key) => key.length < 32)) {
    throw new RangeError("Cannot seal: a key needs at least 32 characters");
  }
  let ring: readonly RingKey[] | undefined;
  const derived = new BoundedCache<CryptoKey>({ limit: MAX_CACHED_KEYS, now });

  async function openRing(): Promise<readonly RingKey[]> {
    ring ??= await Promise.all(options.keys.map(importRoot));
    return ring;
  }

  async function current(): Promise<RingKey> {
    const [first] = await openRing();
    if (!first) throw new RangeError("Cannot seal: the ring has no key");
    return first;
  }

  async function keyOf(idBytes: Uint8Array): Promise<RingKey | undefined> {
    const id = toHex(idBytes);
    return (await openRing()).find((key) => key.id === id);
  }

  async function encryptionKey(
    key: RingKey,
    purpose: SealPurpose,
    day: number,
    secret?: Bytes,
  ): Promise<CryptoKey> {
    const salt = secret ?? new Uint8Array();
    const derive = () =>
      crypto.subtle.deriveKey(
        { name: "HKDF", hash: "SHA-256", salt, info: toBytes(`seal|${purpose}|${day}`) },
        key.root,
        { name: "AES-GCM", length: 256 },
        false,
        ["encrypt", "decrypt"],
      );
    return secret ? derive() : cached(`${key.id}|${purpose}|${day}`, derive);
  }

  function macKey(key: RingKey, purpose: MacPurpose): Promise<CryptoKey> {
    return cached(`${key.id}|mac|${purpose}`, () =>
      crypto.subtle.deriveKey(
        { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: toBytes(`mac|${purpose}`) },
        key.root,
        { name: "HMAC", hash: "SHA-256", length: 256 },
        false,
        ["sign"],
      ));
  }

  async function cached(name: string, make: () => Promise<CryptoKey>): Promise<CryptoKey> {
    const known = derived.get(name);
    if (known) return known;
    const key = await make();
    derived.set(name, key, { expiresAtMs: Infinity });
    return key;
  }

  async function mac(key: RingKey, purpose: MacPurpose, context: string, message: Bytes): Promise<Bytes> {
    // NUL cannot occur in an issuer or a context, so no two inputs run together.
    const input = concatBytes(toBytes(`${VERSION}\0${issuer}\0${context}\0`), message);
    const full = await crypto.subtle.sign("HMAC", await macKey(key, purpose), input);
    return new Uint8Array(full);
  }

  const associatedData = (purpose: SealPurpose, key: RingKey, context?: string) =>
    toBytes(`${purpose}\0${VERSION}\0${key.id}\0${issuer}${context === undefined ? "" : `\0${context}`}`);

  return {
    async seal(purpose, content, { secret, context } = {}) {
      const key = await current();
      const day = Math.floor(now() / DAY_MS) & 0xffff;
      const iv = randomBytes(IV_BYTES);
      const encrypted = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: associatedData(purpose, key, context) },
        await encryptionKey(key, purpose, day, secret),
        typeof content === "string" ? toBytes(content) : content,
      );
      const header = Uint8Array.of(VERSION, ...key.idBytes, day >> 8, day & 0xff, ...iv);
      return toBase64url(concatBytes(header, new Uint8Array(encrypted)));
    },

    async open(purpose, sealed, { secret, context } = {}) {
      const bytes = fromBase64url(sealed);
      if (!bytes || bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined;
      const key = await keyOf(bytes.subarray(1, 1 + KEY_ID_BYTES));
      if (!key) return undefined;
      const day = new DataView(bytes.buffer).getUint16(1 + KEY_ID_BYTES);
      const iv = bytes.subarray(HEADER_BYTES - IV_BYTES, HEADER_BYTES);
      try {
        const plain = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv, additionalData: associatedData(purpose, key, context) },
          await encryptionKey(key, purpose, day, secret),
          bytes.subarray(HEADER_BYTES),
        );
        const content = new Uint8Array(plain);
        return { bytes: content, text: toText(content), keyId: key.id };
      } catch {
        // WebCrypto has one OperationError for every way in which a text is not authentic.
        return undefined;
      }
    },

    async sign(purpose, message, { context = "" } = {}) {
      const key = await current();
      const tag = (await mac(key, purpose, context, message)).subarray(0, TAG_BYTES);
      return concatBytes(key.idBytes, tag, message);
    },

    async verify(purpose, signed, { context = "" } = {}) {
      if (signed.length < KEY_ID_BYTES + TAG_BYTES) return undefined;
      const key = await keyOf(signed.subarray(0, KEY_ID_BYTES));
      if (!key) return undefined;
      const message = signed.slice(KEY_ID_BYTES + TAG_BYTES);
      const tag = (await mac(key, purpose, context, message)).slice(0, TAG_BYTES);
      return equalSecrets(tag, signed.slice(KEY_ID_BYTES, KEY_ID_BYTES + TAG_BYTES)) ? message : undefined;
    },

    async derive(purpose, input, keyId) {
      const key = (await openRing()).find(({ id }) => id === keyId);
      return key && mac(key, purpose, "derive", toBytes(input));
    },

    keyIdOf: (signed) => toHex(signed.subarray(0, KEY_ID_BYTES)),
  };
}

async function importRoot(key: string): Promise<RingKey> {
  const idBytes = (await sha256(`key id\0${key}`)).slice(0, KEY_ID_BYTES);
  const root = await crypto.subtle.importKey("raw", toBytes(key), "HKDF", false, ["deriveKey"]);
  return { id: toHex(idBytes), idBytes, root };
}
