import type { TraceContext } from "../lib/trace-context.ts";
import { createSentryAccess, type SentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import { searchIssues } from "../sentry/issue.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { listProjects } from "../sentry/project.ts";
import { findReleases } from "../sentry/release.ts";
import type { SentryService } from "../sentry/service.ts";
import type { Caller } from "./caller.ts";

/** MCP allows no more. */
const MOST = 100;

interface Completion {
  readonly values: string[];
  /** There are others. */
  readonly hasMore: boolean;
}

const NONE: Completion = { values: [], hasMore: false };

/**
 * Values for an argument of a prompt or a resource template that begin with, or have in them, what was typed. What
 * cannot be known, or is not for this session, has none: a completion is a courtesy.
 *
 * @param context Arguments that were filled in before.
 */
export async function complete(
  argument: { readonly name: string; readonly value: string },
  context: Readonly<Record<string, string>>,
  deps: {
    readonly service: SentryService;
    readonly caller: Caller;
    readonly signal: AbortSignal;
    readonly trace?: TraceContext | undefined;
  },
): Promise<Completion> {
  const { service, caller, signal, trace } = deps;
  const { credential, constraint } = caller;
  const sentry = createSentryAccess({ service, credential, constraint, signal, ...(trace && { trace }) });
  const values = VALUES.get(argument.name);
  if (!values) return NONE;
  try {
    const [found, isLive] = await Promise.all([
      values(sentry, argument.value.slice(0, 100), context),
      caller.isLive({ fresh: false }),
    ]);
    if (!isLive) return NONE;
    const distinct = [...new Set(found.values)];
    return {
      values: distinct.slice(0, MOST),
      hasMore: (found.hasMore ?? false) || distinct.length > MOST,
    };
  } catch (error) {
    if (!(error instanceof SentryError)) throw error;
    return NONE;
  }
}

type ValuesOf = (
  sentry: SentryAccess,
  typed: string,
  context: Readonly<Record<string, string>>,
) => Promise<{ readonly values: readonly string[]; readonly hasMore?: boolean }>;

const PERIODS = ["1h", "24h", "7d", "14d", "30d", "90d"];

/** The one that was filled in, the session's, or the only one there is: some prompts ask for an issue first. */
async function organizationOf(
  sentry: SentryAccess,
  { organizationSlug }: Readonly<Record<string, string>>,
): Promise<OrganizationAccess> {
  const isKnown = organizationSlug || sentry.constraint.organizationSlug || sentry.constraint.organizationId;
  if (isKnown) return sentry.organization(organizationSlug || undefined);
  const { organizations, cursor } = await sentry.organizations({});
  const [only, ...others] = organizations;
  return sentry.organization(others.length === 0 && cursor === undefined ? only?.slug : undefined);
}

const issues: ValuesOf = async (sentry, typed, context) => {
  const page = await searchIssues(await organizationOf(sentry, context), {
    query: "is:unresolved",
    sort: "date",
    period: "90d",
    limit: MOST,
  });
  const values = page.items.flatMap(({ shortId }) =>
    shortId?.toLowerCase().startsWith(typed.toLowerCase()) ? [shortId] : []
  );
  return { values, hasMore: page.cursor !== undefined };
};

const releases: ValuesOf = async (sentry, typed, context) => {
  const page = await findReleases(await organizationOf(sentry, context), { query: typed, most: MOST });
  return { values: page.items.map(({ version }) => version), hasMore: page.cursor !== undefined };
};

const VALUES: ReadonlyMap<string, ValuesOf> = new Map(Object.entries<ValuesOf>({
  async organizationSlug(sentry, typed) {
    const { organizations, cursor } = await sentry.organizations({});
    const slugs = organizations.map(({ slug }) => slug);
    return {
      values: slugs.filter((slug) => slug.includes(typed.toLowerCase())),
      hasMore: cursor !== undefined,
    };
  },
  async projectSlug(sentry, typed, context) {
    const { items, cursor } = await listProjects(await organizationOf(sentry, context), {
      query: typed,
      limit: MOST,
    });
    return { values: items.map(({ slug }) => slug), hasMore: cursor !== undefined };
  },
  issue: issues,
  shortId: issues,
  release: releases,
  version: releases,
  period: async (_, typed) => ({ values: PERIODS.filter((period) => period.startsWith(typed)) }),
}));
