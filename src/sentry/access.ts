import { createSentryClient, type SentryClient } from "./client.ts";
import { confineOrganization, insideProject, outside, type ProjectRef, sameSlug } from "./confinement.ts";
import type { Constraint } from "./constraint.ts";
import type { Credential } from "./credential.ts";
import { itemsOf } from "./decode.ts";
import { SentryError } from "./error.ts";
import { type IssueAddress, parseIssueUrl } from "./issue-url.ts";
import { type Newer, newerOrOlder } from "./older-version.ts";
import {
  getOrganization,
  listOrganizations,
  type Organization,
  type OrganizationList,
  regionOf,
  rememberRegion,
} from "./organization.ts";
import type { Query } from "./path.ts";
import { decodeProject, type Project } from "./project.ts";
import { allowedBase, type SentryService } from "./service.ts";
import { resolveShortId } from "./short-id.ts";
import { getUser, type User } from "./user.ts";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Items that could not be read at all. */
  readonly dropped: number;
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

interface Endpoint<T> {
  /** Below `/api/0/organizations/{organization}/`. */
  readonly path: readonly string[];
  readonly query?: Query;
  /** Undefined when the value is not such a thing at all. */
  readonly decode: (raw: unknown) => T | undefined;
}

interface Read<T> extends Endpoint<T> {
  /** The project a thing belongs to, or "none" for what belongs to the organization as a whole. */
  readonly projectOf: ((thing: T) => ProjectRef | undefined) | "none";
}

interface Change<T> extends Endpoint<T> {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  /** Of the thing that is changed, fetched before. */
  readonly project: ProjectRef | "none";
}

/** The door to one organization, in which every call says which project its answer belongs to. */
export interface OrganizationAccess {
  readonly slug: string;
  details(): Promise<Organization>;
  /** @throws {SentryError} `outside_constraint` when the thing belongs to another project than the session. */
  get<T>(read: Read<T>): Promise<T>;
  /** Things of other projects than the session's are left out. */
  list<T>(read: Read<T>): Promise<Page<T>>;
  /** Nothing is sent when the thing belongs to another project than the session. */
  change<T>(change: Change<T>): Promise<T>;
  /** For what older versions of Sentry lack. */
  newerOrOlder<T>(ways: Newer<T>): Promise<T>;
  projectDetails(slugOrId: string): Promise<Project>;
  /** The project asked for, or else the session's; undefined when there is neither. */
  project(slugOrId?: string): Promise<{ readonly id: string; readonly slug?: string } | undefined>;
}

/** The only way from a tool to Sentry: it never leaves the session's organization and project. */
export interface SentryAccess {
  readonly constraint: Constraint;
  user(): Promise<User>;
  /** Over all regions; only the session's own in a confined session. */
  organizations(options: { query?: string }): Promise<OrganizationList>;
  /** @param slug Absent: the session's own organization. */
  organization(slug?: string): OrganizationAccess;
  /** Reads a link that a person copied from Sentry; the organization in it is not checked yet. */
  issueAddress(url: string): IssueAddress;
  /**
   * Waits for what goes on at Sentry: the same read is then sent again.
   *
   * @param options.renewsBudget For a client that has just been told how it gets on, and waits longer for it.
   */
  pause(milliseconds: number, options: { renewsBudget: boolean }): Promise<void>;
}

/** Made for one request: identical reads within it are sent once. */
export function createSentryAccess(options: {
  service: SentryService;
  credential: Credential;
  constraint: Constraint;
  signal: AbortSignal;
}): SentryAccess {
  const { service, constraint } = options;
  const client = createSentryClient(options);
  const own = constraint.organizationSlug;
  const region = constraint.regionUrl && allowedBase(service, constraint.regionUrl);
  if (own && region) rememberRegion(service, own, region);

  const organization = (asked?: string) =>
    createOrganizationAccess(client, constraint, confineOrganization(constraint, asked));

  return {
    constraint,
    user: () => getUser(client),
    organization,
    issueAddress: (url) => parseIssueUrl(url, service.bases),
    pause: client.pause,
    async organizations({ query }) {
      if (!own && !constraint.organizationId) return listOrganizations(client, { query });
      return {
        organizations: [await organization().details()],
        hasMore: false,
        dropped: 0,
        unreachable: [],
      };
    },
  };
}

function createOrganizationAccess(
  client: SentryClient,
  constraint: Constraint,
  slug: string,
): OrganizationAccess {
  async function send(
    endpoint: Endpoint<unknown>,
    more: { method?: "POST" | "PUT" | "DELETE"; body?: unknown },
  ) {
    const base = await regionOf(client, slug);
    const at = (...path: readonly string[]) =>
      client.send({ base, path: ["organizations", slug, ...path], query: endpoint.query, ...more });
    const [things, issue, ...rest] = endpoint.path;
    if (things !== "issues" || issue === undefined || /^\d+$/.test(issue)) return at(...endpoint.path);
    return newer({
      feature: "short ids",
      signs: ["not_found", "unsupported"],
      newer: () => at(...endpoint.path),
      older: async () =>
        at("issues", await resolveShortId(client, { base, organization: slug }, issue), ...rest),
    });
  }

  async function newer<T>(ways: Newer<T>): Promise<T> {
    return newerOrOlder(client.service, `${await regionOf(client, slug)} ${slug.toLowerCase()}`, ways);
  }

  async function isInside(project: ProjectRef | undefined): Promise<boolean> {
    const inside = insideProject(constraint, project);
    return inside === "by id" ? (await identify(constraint.projectSlug ?? "")).id === project?.id : inside;
  }

  /**
   * `GET /projects/{organization}/{project}/`
   *
   * @see https://docs.sentry.io/api/projects/retrieve-a-project/
   */
  async function fetchProject(asked: string): Promise<Project> {
    const base = await regionOf(client, slug);
    const { data } = await client.send({ base, path: ["projects", slug, asked] });
    const project = decodeProject(data);
    if (!project) throw new SentryError("bad_answer", `Sentry's answer is not project "${asked}"`);
    return project;
  }

  /** A project's id, looked up once per credential and quarter of an hour. */
  async function identify(asked: string): Promise<{ id: string; slug?: string }> {
    if (/^\d+$/.test(asked)) return { id: asked };
    if (constraint.projectId && constraint.projectSlug && sameSlug(asked, constraint.projectSlug)) {
      return { id: constraint.projectId, slug: constraint.projectSlug };
    }
    const { projectIds, now } = client.service;
    const key = [client.credential.id, slug.toLowerCase(), asked.toLowerCase()].join("/");
    const known = projectIds.get(key);
    if (known) return { id: known, slug: asked };
    const project = await fetchProject(asked);
    projectIds.set(key, project.id, { expiresAtMs: now() + 900_000 });
    return project;
  }

  return {
    slug,
    details: () => getOrganization(client, slug),

    async get(read) {
      const { data } = await send(read, {});
      const thing = read.decode(data);
      if (thing === undefined) {
        throw new SentryError("bad_answer", "Sentry's answer is not what was asked for");
      }
      if (read.projectOf === "none" || (await isInside(read.projectOf(thing)))) return thing;
      throw outside("What was asked for", constraint);
    },

    async list(read) {
      const { data, cursor } = await send(read, {});
      const decoded = itemsOf(data, read.decode);
      if (!decoded) throw new SentryError("bad_answer", "Sentry's answer is not a list");
      const { items, dropped } = decoded;
      const { projectOf } = read;
      const seen = projectOf === "none" ? items : await filter(items, (item) => isInside(projectOf(item)));
      return { items: seen, dropped, cursor };
    },

    async change(change) {
      if (change.project !== "none" && !(await isInside(change.project))) {
        throw outside("What was to be changed", constraint);
      }
      const { data } = await send(change, { method: change.method, body: change.body });
      const thing = change.decode(data);
      if (thing === undefined) throw new SentryError("bad_answer", "Sentry's answer is not what was changed");
      return thing;
    },

    newerOrOlder: newer,

    async projectDetails(asked) {
      const own = constraint.projectSlug ?? constraint.projectId;
      if (own !== undefined && !sameSlug(asked, own) && asked !== constraint.projectId) {
        throw outside(`Project "${asked}"`, constraint);
      }
      return fetchProject(asked);
    },

    async project(asked) {
      const own = constraint.projectSlug ?? constraint.projectId;
      if (own === undefined) return asked === undefined ? undefined : identify(asked);
      const mine = constraint.projectId && !constraint.projectSlug
        ? { id: constraint.projectId }
        : await identify(own);
      if (asked === undefined || sameSlug(asked, own) || asked === mine.id) return mine;
      throw outside(`Project "${asked}"`, constraint);
    },
  };
}

async function filter<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
