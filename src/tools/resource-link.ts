import { resourceAddress, type ResourceKind } from "../lib/resource-address.ts";
import type { ResourceLink } from "./define.ts";

/** What can be asked of Sentry by its address: a version may be anything, and one with something else has no link. */
const PLAIN = /^[\x20-\x2e\x30-\x5b\x5d-\x7e]{1,250}$/;

/** None without an id. */
export function linkTo(
  organizationSlug: string,
  kind: ResourceKind,
  id: string | undefined,
  title: string,
): readonly ResourceLink[] {
  if (id === undefined || !PLAIN.test(id)) return [];
  return [{ uri: resourceAddress(organizationSlug, kind, id), title }];
}
