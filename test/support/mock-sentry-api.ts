import { createHash } from "node:crypto";

const ORGANIZATIONS = ["acme", "org-a", "org-b"];
const PROJECTS = ["storefront", "checkout"];

/** One grant: both tokens change in place, as Sentry's do. */
export interface TokenRow {
  access: string;
  refresh: string;
  readonly user: string;
  readonly scopes: readonly string[];
  expiresAtMs: number;
}

/**
 * The part of Sentry's REST API that the sign-in suite touches: the account, organizations, projects and issues
 * (`STOREFRONT-1`, `CHECKOUT-7`: any number, each changeable). Paths are below `/api/0`.
 */
export function mockApi(options: {
  readonly baseUrl: string;
  readonly rowOf: (accessToken: string) => TokenRow | undefined;
}): (request: Request, path: string) => Promise<Response> {
  const issues = new Map<string, Record<string, unknown>>();

  return async (request, path) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const row = token === undefined ? undefined : options.rowOf(token);
    if (!row || row.expiresAtMs <= Date.now()) return detail("Invalid token", 401);
    const [resource = "", organization, child, id] = path.split("/").filter(Boolean);
    if (resource === "auth") {
      const { user } = row;
      return Response.json({ id: userId(user), name: user, username: user, email: `${user}@mock.example` });
    }
    if (organization === undefined) {
      return resource === "organizations" ? Response.json(ORGANIZATIONS.map(organizationOf)) : missing();
    }
    if (!ORGANIZATIONS.includes(organization)) return missing();
    if (resource === "projects") {
      return PROJECTS.includes(child ?? "") ? Response.json(projectOf(organization, child ?? "")) : missing();
    }
    if (child === undefined) return Response.json(organizationOf(organization));
    if (child === "projects") return Response.json(PROJECTS.map((slug) => projectOf(organization, slug)));
    if (child === "issues" && id !== undefined) return issue(request, { organization, id, row });
    return child === "issues" || child === "teams" ? Response.json([]) : missing();
  };

  async function issue(
    request: Request,
    { organization, id, row }: { organization: string; id: string; row: TokenRow },
  ): Promise<Response> {
    const slug = id.toLowerCase().replace(/-\w+$/, "");
    if (!PROJECTS.includes(slug)) return missing();
    const key = `${organization}/${id}`;
    if (request.method === "PUT") {
      const allowed = row.scopes.includes("event:write") || row.scopes.includes("event:admin");
      if (!allowed) return detail("You do not have permission to perform this action.", 403);
      // The product sends JSON objects here; a test that does not will see the exception.
      issues.set(key, { ...issues.get(key), ...(await request.json()) as Record<string, unknown> });
    }
    return Response.json({
      id,
      shortId: id,
      title: "Something broke",
      permalink: `${options.baseUrl}/organizations/${organization}/issues/${id}/`,
      status: "unresolved",
      statusDetails: {},
      level: "error",
      priority: "medium",
      project: projectOf(organization, slug),
      assignedTo: null,
      ...issues.get(key),
    });
  }

  function organizationOf(slug: string) {
    const links = { organizationUrl: `${options.baseUrl}/organizations/${slug}`, regionUrl: options.baseUrl };
    return { id: String(100 + ORGANIZATIONS.indexOf(slug)), slug, name: slug, links };
  }
}

function projectOf(organization: string, slug: string) {
  const id = String(1000 + 10 * ORGANIZATIONS.indexOf(organization) + PROJECTS.indexOf(slug));
  return { id, slug, name: slug, platform: "javascript", teams: [] };
}

const detail = (text: string, status: number) => Response.json({ detail: text }, { status });
const missing = () => detail("The requested resource does not exist", 404);

/** The same person has the same id in every mock. */
export function userId(user: string): string {
  return String(1 + (createHash("sha256").update(user).digest().readUInt32BE() >>> 1));
}
