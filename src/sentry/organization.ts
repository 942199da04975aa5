import type { SentryClient } from "./client.ts";
import { idOf, isRecord, itemsOf, listOf, record, text } from "./decode.ts";
import { SentryError } from "./error.ts";
import { newerOrOlder } from "./older-version.ts";
import { allowedBase, type SentryService } from "./service.ts";

export interface Organization {
  readonly id?: string;
  readonly slug: string;
  readonly name?: string;
  readonly webUrl?: string;
  readonly regionUrl?: string;
}

export function decodeOrganization(raw: unknown): Organization | undefined {
  if (!isRecord(raw)) return undefined;
  const slug = text(raw.slug) ?? idOf(raw.id);
  if (!slug) return undefined;
  const links = record(raw.links);
  return {
    id: idOf(raw.id),
    slug,
    name: text(raw.name),
    webUrl: text(links.organizationUrl),
    regionUrl: text(links.regionUrl),
  };
}

export interface OrganizationList {
  readonly organizations: readonly Organization[];
  /** Where the next page of each region that has one begins; absent when there is none. */
  readonly cursor?: string;
  /** Organizations that could not be read at all. */
  readonly dropped: number;
  /** Regions that did not answer. */
  readonly unreachable: readonly string[];
}

/**
 * `GET /users/me/regions/`, then `GET /organizations/` of each region. One base, or no such endpoint: only the latter.
 *
 * @throws {SentryError} When no region answers.
 * @see https://docs.sentry.io/api/organizations/list-your-organizations/, and of getsentry/sentry
 * `src/sentry/users/api/endpoints/user_regions.py`
 */
export async function listOrganizations(
  client: SentryClient,
  options: { query?: string; cursor?: string },
): Promise<OrganizationList> {
  const starts = options.cursor === undefined
    ? (await regionBases(client)).map((base) => ({ base, cursor: undefined }))
    : readCursor(client.service, options.cursor);
  const bases = starts.map(({ base }) => base);
  const pages = await Promise.allSettled(starts.map(async ({ base, cursor: from }) => {
    const query = { per_page: 100, query: options.query, cursor: from };
    const { data, cursor } = await client.send({ base, path: ["organizations"], query });
    const list = itemsOf(data, decodeOrganization);
    if (!list) throw new SentryError("bad_answer", "Sentry's answer is not a list of organizations");
    return { base, ...list, cursor };
  }));
  const answered = pages.flatMap((page) => (page.status === "fulfilled" ? [page.value] : []));
  const failed = pages.find((page) => page.status === "rejected");
  // A refused token must be told, whatever the other regions say.
  if (failed && (answered.length === 0 || !isPassing(failed.reason))) throw failed.reason;

  const bySlug = new Map<string, Organization>();
  for (const { base, items } of answered) {
    for (const organization of items) {
      bySlug.set(organization.slug, organization);
      const region = allowedBase(client.service, organization.regionUrl ?? base);
      if (region) rememberRegion(client.service, organization.slug, region);
    }
  }
  return {
    organizations: [...bySlug.values()].sort((one, other) => (one.slug < other.slug ? -1 : 1)),
    cursor: writeCursor(client.service, answered),
    dropped: answered.reduce((sum, page) => sum + page.dropped, 0),
    unreachable: bases.filter((_, index) => pages[index]?.status === "rejected"),
  };
}

/** `0=0:100:0+2=0:100:0`: the cursor of each region that has more, by its place among the service's bases. */
function writeCursor(
  { bases }: SentryService,
  pages: readonly { readonly base: string; readonly cursor?: string }[],
): string | undefined {
  const parts = pages.flatMap(({ base, cursor }) => (cursor ? [`${bases.indexOf(base)}=${cursor}`] : []));
  return parts.length > 0 ? parts.join("+") : undefined;
}

function readCursor({ bases }: SentryService, text: string): { base: string; cursor: string }[] {
  return text.split("+").map((part) => {
    const [, index, cursor] = /^(\d{1,3})=([\w:.-]+)$/.exec(part) ?? [];
    const base = bases[Number(index)];
    if (!base || !cursor) throw new SentryError("invalid", "cursor is not one of an earlier answer");
    return { base, cursor };
  });
}

const isPassing = (error: unknown) => error instanceof SentryError && error.kind !== "unauthorized";

async function regionBases(client: SentryClient): Promise<string[]> {
  const { service } = client;
  if (service.bases.length === 1) return [service.url];
  const urls = await newerOrOlder(service, service.url, {
    feature: "regions",
    signs: ["not_found", "unsupported"],
    newer: async () =>
      decodeRegions((await client.send({ base: service.url, path: ["users", "me", "regions"] })).data),
    older: async () => [service.url],
  });
  const allowed = urls.map((url) => allowedBase(service, url)).filter((base) => base !== undefined);
  if (allowed.length < urls.length) service.log.warn("sentry_region_not_allowed", { urls });
  return allowed.length > 0 ? [...new Set(allowed)] : [service.url];
}

export function decodeRegions(raw: unknown): string[] {
  return listOf(record(raw).regions, (region) => text(record(region).url));
}

/**
 * `GET /organizations/{organization}/` at the configured base, which knows all regions.
 *
 * @see https://docs.sentry.io/api/organizations/retrieve-an-organization/
 */
export async function getOrganization(client: SentryClient, slug: string): Promise<Organization> {
  const { service } = client;
  const { data } = await client.send({ base: service.url, path: ["organizations", slug] });
  const organization = decodeOrganization(data);
  if (!organization) throw new SentryError("bad_answer", `Sentry's answer is not organization "${slug}"`);
  const url = organization.regionUrl;
  const base = url === undefined ? undefined : allowedBase(service, url);
  if (url !== undefined && !base && service.bases.length > 1) {
    service.log.warn("sentry_region_not_allowed", { url });
  }
  rememberRegion(service, slug, base ?? service.url);
  return organization;
}

/**
 * The base of an organization's region: known, or looked up once. With one base there is nothing to look up; a
 * region that no token may be sent to is passed over for the configured base, which hands the call on.
 */
export async function regionOf(client: SentryClient, slug: string): Promise<string> {
  const { service } = client;
  if (service.bases.length === 1) return service.url;
  const known = service.regions.get(slug.toLowerCase());
  if (known) return known;
  try {
    await getOrganization(client, slug);
  } catch (error) {
    // A token without org:read can still work on the organization's issues.
    if (!(error instanceof SentryError) || error.kind !== "forbidden") throw error;
  }
  return service.regions.get(slug.toLowerCase()) ?? service.url;
}

export function rememberRegion(service: SentryService, slug: string, base: string): void {
  service.regions.set(slug.toLowerCase(), base, { expiresAtMs: service.now() + 3_600_000 });
}
