/**
 * Stands in for `zod/v4` (`wrangler.jsonc`, alias), in which the MCP SDK writes its schemas: zod's functions, of which
 * the bundle has those that are called, and on their schemas the methods that the SDK calls. The checks are the same,
 * they are zod's core. Without JSON Schema, which the Worker never makes of these. Saves 17 KB.
 */
import { _coercedNumber, _isoDateTime } from "zod/v4/core";
import en from "zod/v4/locales/en.js";
import * as z from "zod/mini";

export * from "zod/mini";

type Schema = z.ZodMiniType;
type Check = Parameters<typeof z.superRefine>[0];

z.config(en());

// What is on the prototype of a kind of schema, zod binds to each schema of that kind.
Object.assign(z.ZodMiniType.prototype, {
  optional(this: Schema) {
    return z.optional(this);
  },
  array(this: Schema) {
    return z.array(this);
  },
  or(this: Schema, other: Schema) {
    return z.union([this, other]);
  },
  default(this: Schema, value: unknown) {
    return z._default(this, value);
  },
  catch(this: Schema, value: unknown) {
    return new z.ZodMiniCatch({ type: "catch", innerType: this, catchValue: () => value });
  },
  refine(this: Schema, holds: (value: unknown) => unknown, params?: { message: string }) {
    return this.check(z.refine(holds, params));
  },
  superRefine(this: Schema, check: Check) {
    return this.check(z.superRefine(check));
  },
  transform(this: Schema, change: (value: unknown) => unknown) {
    return z.pipe(this, z.transform(change));
  },
  pipe(this: Schema, next: Schema) {
    return z.pipe(this, next);
  },
  describe(this: Schema) {
    return this;
  },
});
Object.assign(z.ZodMiniOptional.prototype, {
  unwrap(this: z.ZodMiniOptional) {
    return this.def.innerType;
  },
});
Object.assign(z.ZodMiniString.prototype, {
  startsWith(this: z.ZodMiniString, prefix: string) {
    return this.check(z.startsWith(prefix));
  },
  url(this: z.ZodMiniString) {
    return this.check(z.url());
  },
});
Object.assign(z.ZodMiniNumber.prototype, {
  int(this: z.ZodMiniNumber) {
    return this.check(z.int());
  },
  min(this: z.ZodMiniNumber, least: number) {
    return this.check(z.minimum(least));
  },
  max(this: z.ZodMiniNumber, most: number) {
    return this.check(z.maximum(most));
  },
  nonnegative(this: z.ZodMiniNumber) {
    return this.check(z.nonnegative());
  },
});
Object.assign(z.ZodMiniArray.prototype, {
  max(this: z.ZodMiniArray, most: number) {
    return this.check(z.maxLength(most));
  },
});
Object.assign(z.ZodMiniObject.prototype, {
  extend(this: z.ZodMiniObject, shape: z.core.$ZodShape) {
    return z.extend(this, shape);
  },
  merge(this: z.ZodMiniObject, other: z.ZodMiniObject) {
    return z.merge(this, other);
  },
  pick(this: z.ZodMiniObject, mask: Record<string, true>) {
    return z.pick(this, mask);
  },
  catchall(this: z.ZodMiniObject, rest: Schema) {
    return z.catchall(this, rest);
  },
  loose(this: z.ZodMiniObject) {
    return z.catchall(this, z.unknown());
  },
  strip(this: z.ZodMiniObject) {
    return this.clone({ ...this.def, catchall: undefined });
  },
  strict(this: z.ZodMiniObject) {
    return z.catchall(this, z.never());
  },
});

export const preprocess = (change: (value: unknown) => unknown, next: Schema) =>
  z.pipe(z.transform(change), next);
// Both have a whole namespace behind them otherwise.
export const iso = {
  datetime: (params: object) => _isoDateTime(z.ZodMiniISODateTime, params),
  date: unavailable,
};
export const coerce = { number: () => _coercedNumber(z.ZodMiniNumber) };
export const ZodIssueCode = { custom: "custom" };

export { unavailable as email, unavailable as toJSONSchema };

function unavailable(): never {
  throw new Error("Cannot convert to JSON Schema: this bundle leaves that out");
}
