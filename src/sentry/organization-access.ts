import type { FileStart } from "./answer.ts";
import type { SentryClient } from "./client.ts";
import { insideProject, outside, type ProjectRef, sameSlug } from "./confinement.ts";
import type { Constraint } from "./constraint.ts";
import { itemsOf } from "./decode.ts";
import { SentryError } from "./error.ts";
import { type Newer, newerOrOlder } from "./older-version.ts";
import { getOrganization, type Organization, regionOf } from "./organization.ts";
import type { Query } from "./path.ts";
import { decodeProject, type Project } from "./project.ts";
import { resolveShortId } from "./short-id.ts";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Items that could not be read at all. */
  readonly dropped: number;
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

interface Endpoint<T> {
  /** Below `/api/0/organizations/{organization}/`, or with a project below `/api/0/projects/{organization}/{project}/`. */
  readonly path: readonly string[];
  /** Slug or id; another than the session's is refused before anything is sent. */
  readonly inProject?: string;
  readonly query?: Query;
  /** Undefined when the value is not such a thing at all. */
  readonly decode: (raw: unknown) => T | undefined;
}

interface Read<T> extends Endpoint<T> {
  /**
   * The project a thing belongs to, or "none" for what belongs to the organization as a whole. A promise where
   * something that is read at the same time knows it. What shows several projects at once is seen only when every
   * one of them is the session's.
   */
  readonly projectOf:
    | ((thing: T) => ProjectRef | undefined | Promise<ProjectRef | undefined>)
    | { readonly every: ProjectsOf<T> }
    | "none";
}

type ProjectsOf<T> = (thing: T) => readonly ProjectRef[] | Promise<readonly ProjectRef[]>;

/** Something of a project that is no JSON. */
interface File {
  /** Below `/api/0/projects/{organization}/{project}/`. */
  readonly path: readonly string[];
  /** Slug or id; another than the session's is refused before anything is sent. */
  readonly inProject: string;
  readonly query?: Query;
  readonly mostBytes: number;
}

interface Change<T> extends Endpoint<T> {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  /** Of the thing that is changed, fetched before. */
  readonly project: ProjectRef | "none";
}

/** A search is asked of the session's project, or of the one that was asked for. */
interface Search<T> extends Endpoint<T> {
  /** Slug or id. */
  readonly project?: string;
}

interface RowSearch<T> extends Search<T> {
  /** Where the rows are in an answer. */
  readonly items: (raw: unknown) => unknown;
  /** Undefined for a row that sums up what was asked for, and so belongs to it. */
  readonly projectOf: (row: T) => ProjectRef | undefined;
}

interface Parts<T> {
  readonly path: readonly string[];
  readonly query?: Query;
  /** All parts of one answer, each told apart by its own project; undefined when it is no such answer. */
  readonly decode: (raw: unknown) => { readonly items: readonly T[]; readonly dropped: number } | undefined;
  readonly projectOf: (part: T) => ProjectRef | undefined;
}

interface PartsInside<T> {
  readonly items: readonly T[];
  readonly dropped: number;
  /** How many belong to other projects than the session's. */
  readonly outside: number;
}

/** The door to one organization, in which every call says which project its answer belongs to. */
export interface OrganizationAccess {
  readonly slug: string;
  /** Its pages, as a browser finds them from the configured base. */
  readonly webUrl: string;
  details(): Promise<Organization>;
  /** @throws {SentryError} `outside_constraint` when the thing belongs to another project than the session. */
  get<T>(read: Read<T>): Promise<T>;
  /** Things of other projects than the session's are left out. */
  list<T>(read: Read<T>): Promise<Page<T>>;
  /** Rows that name another project than the session's are left out. */
  search<T>(search: RowSearch<T>): Promise<Page<T> & { readonly whole: unknown }>;
  /** For an answer that sums up, and so cannot be told apart by project. */
  searchWhole<T>(search: Search<T>): Promise<T>;
  /** The first bytes of a file. */
  download(file: File): Promise<FileStart>;
  /**
   * For an answer whose parts belong to several projects: those of others than the session's are only counted.
   *
   * @throws {SentryError} `outside_constraint` when no part is the session's.
   */
  parts<T>(read: Parts<T>): Promise<PartsInside<T>>;
  /** Nothing is sent when the thing belongs to another project than the session. */
  change<T>(change: Change<T>): Promise<T>;
  /** For what older versions of Sentry lack. */
  newerOrOlder<T>(ways: Newer<T>): Promise<T>;
  projectDetails(slugOrId: string): Promise<Project>;
  /** The project asked for, or else the session's; undefined when there is neither. */
  project(slugOrId?: string): Promise<{ readonly id: string; readonly slug?: string } | undefined>;
}

/** @param slug Inside the constraint. */
export function createOrganizationAccess(
  client: SentryClient,
  constraint: Constraint,
  slug: string,
): OrganizationAccess {
  async function send(
    endpoint: Pick<Endpoint<unknown>, "path" | "query" | "inProject">,
    more: { method?: "POST" | "PUT" | "DELETE"; body?: unknown },
  ) {
    const above = endpoint.inProject === undefined
      ? ["organizations", slug]
      : ["projects", slug, await confineProject(endpoint.inProject)];
    const base = await regionOf(client, slug);
    const at = (...path: readonly string[]) =>
      client.send({ base, path: [...above, ...path], query: endpoint.query, ...more });
    const [things, issue, ...rest] = endpoint.path;
    const isOfIssue = endpoint.inProject === undefined && things === "issues";
    if (!isOfIssue || issue === undefined || /^\d+$/.test(issue)) return at(...endpoint.path);
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

  async function isSeen<T>({ projectOf }: Read<T>, thing: T): Promise<boolean> {
    if (projectOf === "none") return true;
    if (typeof projectOf === "function") return isInside(await projectOf(thing));
    if (constraint.projectSlug === undefined && constraint.projectId === undefined) return true;
    const projects = await projectOf.every(thing);
    const inside = await filter(projects, isInside);
    return projects.length > 0 && inside.length === projects.length;
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

  async function confineProject(asked: string): Promise<string> {
    const own = constraint.projectSlug ?? constraint.projectId;
    if (own === undefined || sameSlug(asked, own) || asked === constraint.projectId) return asked;
    if (constraint.projectSlug === undefined || constraint.projectId === undefined) {
      // One of the two may be an id, the other a slug.
      const { id, slug } = await fetchProject(own);
      if (asked === id || sameSlug(asked, slug)) return asked;
    }
    throw outside(`Project "${asked}"`, constraint);
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

  async function project(asked?: string): Promise<{ id: string; slug?: string } | undefined> {
    const own = constraint.projectSlug ?? constraint.projectId;
    if (own === undefined) return asked === undefined ? undefined : identify(asked);
    const mine = constraint.projectId && !constraint.projectSlug
      ? { id: constraint.projectId }
      : await identify(own);
    if (asked === undefined || sameSlug(asked, own) || asked === mine.id) return mine;
    throw outside(`Project "${asked}"`, constraint);
  }

  async function sendSearch(search: Search<unknown>) {
    const within = await project(search.project);
    return send({ ...search, query: { ...search.query, project: within?.id } }, {});
  }

  return {
    slug,
    webUrl: `${client.service.url}/organizations/${slug}`,
    details: () => getOrganization(client, slug),

    async get(read) {
      const { data } = await send(read, {});
      const thing = read.decode(data);
      if (thing === undefined) {
        throw new SentryError("bad_answer", "Sentry's answer is not what was asked for");
      }
      if (await isSeen(read, thing)) return thing;
      throw outside("What was asked for", constraint);
    },

    async list(read) {
      const { data, cursor } = await send(read, {});
      const { items, dropped } = decodeList(data, read.decode);
      return { items: await filter(items, (item) => isSeen(read, item)), dropped, cursor };
    },

    async search(search) {
      const { data, cursor } = await sendSearch(search);
      const { items, dropped } = decodeList(search.items(data), search.decode);
      const knowsSlug = !/^\d*$/.test(constraint.projectSlug ?? "");
      const seen = await filter(items, async (item) => {
        const ref = search.projectOf(item);
        // A slug says nothing to a session that knows its project by id; the search itself was asked of that one.
        return ref === undefined || (ref.id === undefined && !knowsSlug) || isInside(ref);
      });
      return { items: seen, dropped, cursor, whole: data };
    },

    async searchWhole(search) {
      const { data } = await sendSearch(search);
      const whole = search.decode(data);
      if (whole === undefined) {
        throw new SentryError("bad_answer", "Sentry's answer is not what was asked for");
      }
      return whole;
    },

    async download({ path, inProject, query, mostBytes }) {
      const base = await regionOf(client, slug);
      const above = ["projects", slug, await confineProject(inProject)];
      return client.download({ base, path: [...above, ...path], query }, { mostBytes });
    },

    async parts(read) {
      const { data } = await send(read, {});
      const decoded = read.decode(data);
      if (!decoded) throw new SentryError("bad_answer", "Sentry's answer is not what was asked for");
      const known = new Map<string, Promise<boolean>>();
      const items = await filter(decoded.items, (part) => {
        const project = read.projectOf(part);
        const key = JSON.stringify([project?.id, project?.slug]);
        const inside = known.get(key) ?? isInside(project);
        known.set(key, inside);
        return inside;
      });
      const outsiders = decoded.items.length - items.length;
      if (items.length === 0 && outsiders > 0) throw outside("What was asked for", constraint);
      return { items, dropped: decoded.dropped, outside: outsiders };
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

    project,
  };
}

function decodeList<T>(raw: unknown, decode: (item: unknown) => T | undefined) {
  const decoded = itemsOf(raw, decode);
  if (!decoded) throw new SentryError("bad_answer", "Sentry's answer is not a list");
  return decoded;
}

async function filter<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
