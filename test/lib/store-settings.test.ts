import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { chooseStore, type StoreKind, storeVariables } from "../../src/lib/store-settings.ts";

const MACHINE: readonly StoreKind[] = ["sqlite", "redis", "upstash", "memory"];
const VERCEL: readonly StoreKind[] = ["upstash", "memory"];
const WORKER: readonly StoreKind[] = ["durable-object", "workers-kv", "memory"];

const UPSTASH = { UPSTASH_REDIS_REST_URL: "https://one.upstash.io", UPSTASH_REDIS_REST_TOKEN: "token" };
const VERCEL_KV = { KV_REST_API_URL: "https://one.upstash.io", KV_REST_API_TOKEN: "token" };

function choose(env: Record<string, string>, offered: readonly StoreKind[]) {
  const read = v.safeParse(v.object(storeVariables), env);
  if (!read.success) return { problems: read.issues.map(({ message }) => `expected ${message}`) };
  return chooseStore(read.output, offered);
}

describe("chooseStore()", () => {
  it.each<[what: string, env: Record<string, string>, offered: readonly StoreKind[], settings: object]>([
    ["a file where nothing is named", {}, MACHINE, { kind: "sqlite" }],
    ["Durable Objects where they are bound", {}, WORKER, { kind: "durable-object" }],
    ["what STORE says", { STORE: "workers-kv" }, WORKER, { kind: "workers-kv" }],
    ["memory when it is asked for", { STORE: "memory" }, VERCEL, { kind: "memory" }],
    ["Redis by its address", { REDIS_URL: "redis://user:pw@db:6379/2" }, MACHINE, {
      kind: "redis",
      urls: ["redis://user:pw@db:6379/2"],
      rejectUnauthorized: true,
    }],
    [
      "Redis over TLS by REDIS_TLS",
      {
        REDIS_URL: "redis://a:1,redis://b:2",
        REDIS_TLS: "1",
        REDIS_TLS_REJECT_UNAUTHORIZED: "0",
      },
      MACHINE,
      { kind: "redis", urls: ["rediss://a:1", "rediss://b:2"], rejectUnauthorized: false },
    ],
    ["Upstash by its address and token", UPSTASH, MACHINE, {
      kind: "upstash",
      url: "https://one.upstash.io",
      token: "token",
    }],
    [
      "Upstash as Vercel names it, whatever else the integration sets",
      { ...VERCEL_KV, ...UPSTASH, REDIS_URL: "rediss://one.upstash.io:6379" },
      VERCEL,
      { kind: "upstash", url: "https://one.upstash.io", token: "token" },
    ],
    [
      "one of two that are configured, when STORE says which the platform has",
      {
        ...UPSTASH,
        STORE: "upstash",
      },
      MACHINE,
      { kind: "upstash", url: "https://one.upstash.io", token: "token" },
    ],
  ])("takes %s", (_, env, offered, settings) => {
    expect(choose(env, offered)).toEqual({ settings });
  });

  it.each<[what: string, env: Record<string, string>, offered: readonly StoreKind[], problem: RegExp]>([
    ["an unknown store", { STORE: "postgres" }, MACHINE, /^expected one of sqlite, redis/],
    ["an address of another engine", { REDIS_URL: "mysql://db" }, MACHINE, /^expected redis:/],
    ["no store at all", {}, ["memory"], /^STORE: expected one of memory, which forgets/],
    ["no database where one is needed", {}, VERCEL, /^UPSTASH_REDIS_REST_URL: .*STORE=memory forgets/],
    [
      "a store that the platform lacks",
      { STORE: "sqlite" },
      WORKER,
      /^STORE: expected one of durable-object/,
    ],
    [
      "Redis where there is no TCP",
      { REDIS_URL: "redis://db" },
      VERCEL,
      /^REDIS_URL: .* redis cannot be reached/,
    ],
    [
      "two stores at once",
      { REDIS_URL: "redis://db", ...UPSTASH },
      MACHINE,
      /^UPSTASH_REDIS_REST_URL: expected/,
    ],
    [
      "a store beside the one STORE names",
      { STORE: "sqlite", REDIS_URL: "redis://db" },
      MACHINE,
      /^REDIS_URL:/,
    ],
    [
      "STORE=redis without an address",
      { STORE: "redis" },
      MACHINE,
      /^REDIS_URL: expected the address/,
    ],
    [
      "TLS that the address contradicts",
      { REDIS_URL: "rediss://db", REDIS_TLS: "0" },
      MACHINE,
      /^REDIS_TLS:/,
    ],
    ["TLS to some nodes alone", { REDIS_URL: "rediss://a,redis://b" }, MACHINE, /^REDIS_TLS:/],
    [
      "a certificate rule without TLS",
      { REDIS_URL: "redis://db", REDIS_TLS_REJECT_UNAUTHORIZED: "0" },
      MACHINE,
      /^REDIS_TLS_REJECT_UNAUTHORIZED:/,
    ],
    ["TLS without Redis", { REDIS_TLS: "1" }, MACHINE, /^REDIS_TLS: expected REDIS_URL/],
    [
      "Upstash without its token",
      { UPSTASH_REDIS_REST_URL: "https://one" },
      MACHINE,
      /^UPSTASH_REDIS_REST_TOKEN:/,
    ],
    ["a token without its address", { KV_REST_API_TOKEN: "token" }, MACHINE, /^KV_REST_API_URL:/],
    [
      "two databases at Upstash",
      { ...UPSTASH, ...VERCEL_KV, KV_REST_API_URL: "https://two" },
      VERCEL,
      /^KV_REST_API_URL:/,
    ],
  ])("refuses %s", (_, env, offered, problem) => {
    const choice = choose(env, offered);

    expect("problems" in choice && choice.problems).toEqual([expect.stringMatching(problem)]);
  });

  it("never repeats a password", () => {
    const choice = choose({ REDIS_URL: "redis://u:hunter2@db", STORE: "sqlite" }, MACHINE);

    expect(JSON.stringify(choice)).not.toContain("hunter2");
  });
});
