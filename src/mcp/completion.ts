import { createSentryAccess, type SentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import { searchIssues } from "../sentry/issue.ts";
import { listProjects } from "../sentry/project.ts";
import type { SentryService } from "../sentry/service.ts";
import type { Caller } from "./caller.ts";

/** MCP allows no more. */
const MOST = 100;

/**
 * Values for an argument of a prompt or a resource template that begin with, or have in them, what was typed. What
 * cannot be known, or is not for this session, has none: a completion is a courtesy.
 *
 * @param context Arguments that were filled in before.
 */
export async function complete(
  argument: { readonly name: string; readonly value: string },
  context: Readonly<Record<string, string>>,
  deps: { readonly service: SentryService; readonly caller: Caller; readonly signal: AbortSignal },
): Promise<string[]> {
  const { service, caller, signal } = deps;
  const { credential, constraint } = caller;
  const sentry = createSentryAccess({ service, credential, constraint, signal });
  const values = VALUES.get(argument.name);
  if (!values) return [];
  try {
    const [found, isLive] = await Promise.all([
      values(sentry, argument.value.slice(0, 100), context),
      caller.isLive({ fresh: false }),
    ]);
    return isLive ? [...new Set(found)].slice(0, MOST) : [];
  } catch (error) {
    if (!(error instanceof SentryError)) throw error;
    return [];
  }
}

type ValuesOf = (
  sentry: SentryAccess,
  typed: string,
  context: Readonly<Record<string, string>>,
) => Promise<string[]>;

const PERIODS = ["1h", "24h", "7d", "14d", "30d", "90d"];

const issues: ValuesOf = async (sentry, typed, { organizationSlug }) => {
  const organization = sentry.organization(organizationSlug);
  const page = await searchIssues(organization, {
    query: "is:unresolved",
    sort: "date",
    period: "90d",
    limit: MOST,
  });
  return page.items.flatMap(({ shortId }) =>
    shortId?.toLowerCase().startsWith(typed.toLowerCase()) ? [shortId] : []
  );
};

const VALUES: ReadonlyMap<string, ValuesOf> = new Map(Object.entries<ValuesOf>({
  async organizationSlug(sentry, typed) {
    const { organizations } = await sentry.organizations({});
    return organizations.map(({ slug }) => slug).filter((slug) => slug.includes(typed.toLowerCase()));
  },
  async projectSlug(sentry, typed, { organizationSlug }) {
    const { items } = await listProjects(sentry.organization(organizationSlug), {
      query: typed,
      limit: MOST,
    });
    return items.map(({ slug }) => slug);
  },
  issue: issues,
  shortId: issues,
  period: async (_, typed) => PERIODS.filter((period) => period.startsWith(typed)),
}));
