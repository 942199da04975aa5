import { describe, expect, it } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createSentryAccess } from "../../src/sentry/access.ts";
import { listProjects } from "../../src/sentry/project.ts";
import { createSentryService } from "../../src/sentry/service.ts";

function accessTo(
  options: { url: string; regionUrls?: readonly string[]; answer: (url: string) => unknown },
) {
  const sent: string[] = [];
  const service = createSentryService({
    url: options.url,
    regionUrls: options.regionUrls ?? [],
    fetch: async (request) => {
      sent.push(request.url);
      const answer = options.answer(request.url);
      if (answer instanceof Response) return answer;
      return answer === undefined ? Response.json({ detail: "no" }, { status: 404 }) : Response.json(answer);
    },
    now: () => 0,
    log: createLog({ level: "error", write: () => {}, now: () => 0 }),
    version: "0",
  });
  const access = (constraint = {}) =>
    createSentryAccess({
      service,
      credential: { id: "c", token: "t" },
      constraint,
      signal: new AbortController().signal,
    });
  return { access, sent };
}

const more = (cursor: string) => `<https://sentry.io/>; rel="next"; results="true"; cursor="${cursor}"`;

const LIST = { limit: 5 };
const organization = (regionUrl: string) => ({ id: "1", slug: "acme", links: { regionUrl } });

describe("regions", () => {
  it("cost no call where Sentry has one base only", async () => {
    const { access, sent } = accessTo({ url: "https://sentry.example.test", answer: () => [] });

    await listProjects(access().organization("acme"), LIST);

    expect(sent).toEqual(["https://sentry.example.test/api/0/organizations/acme/projects/?per_page=5"]);
  });

  it("are looked up once per organization, also by later requests", async () => {
    const { access, sent } = accessTo({
      url: "https://sentry.io",
      answer: (url) => (url.endsWith("/acme/") ? organization("https://de.sentry.io") : []),
    });

    await listProjects(access().organization("acme"), LIST);
    await listProjects(access().organization("ACME"), LIST);

    expect(sent).toEqual([
      "https://sentry.io/api/0/organizations/acme/",
      "https://de.sentry.io/api/0/organizations/acme/projects/?per_page=5",
      "https://de.sentry.io/api/0/organizations/ACME/projects/?per_page=5",
    ]);
  });

  it("cost no call when the constraint was sealed with one", async () => {
    const { access, sent } = accessTo({ url: "https://sentry.io", answer: () => [] });

    await listProjects(
      access({ organizationSlug: "acme", regionUrl: "https://us.sentry.io" }).organization(),
      LIST,
    );

    expect(sent).toEqual(["https://us.sentry.io/api/0/organizations/acme/projects/?per_page=5"]);
  });

  for (
    const regionUrl of ["https://evil.example.test", "http://us.sentry.io", "https://us.sentry.io.evil.test"]
  ) {
    it(`never send a token to ${regionUrl}, whoever names it`, async () => {
      const { access, sent } = accessTo({
        url: "https://sentry.io",
        answer: (url) => {
          if (url.endsWith("/regions/")) return { regions: [{ name: "x", url: regionUrl }] };
          return url.endsWith("/acme/") ? organization(regionUrl) : [];
        },
      });

      await listProjects(access().organization("acme"), LIST);
      await listProjects(access({ organizationSlug: "acme", regionUrl }).organization(), LIST);
      await access().organizations({});

      expect(sent.every((url) => url.startsWith("https://sentry.io/"))).toBe(true);
    });
  }

  it("are all asked for organizations, and the one that is down is named", async () => {
    const { access, sent } = accessTo({
      url: "https://sentry.io",
      answer: (url) => {
        if (url.endsWith("/regions/")) {
          return { regions: [{ url: "https://us.sentry.io" }, { url: "https://de.sentry.io" }] };
        }
        return url.startsWith("https://us") ? [organization("https://us.sentry.io")] : undefined;
      },
    });

    const list = await access().organizations({});

    expect(list.organizations.map(({ slug }) => slug)).toEqual(["acme"]);
    expect(list.unreachable).toEqual(["https://de.sentry.io"]);
    expect(sent).toHaveLength(3);
  });

  it("are absent on older versions: the plain list will do", async () => {
    const { access } = accessTo({
      url: "https://sentry.io",
      answer: (url) => (url.includes("/organizations/") ? [organization("https://us.sentry.io")] : undefined),
    });

    expect((await access().organizations({})).organizations).toHaveLength(1);
  });
});

describe("the organizations of all regions", () => {
  const listing = (region: string, next?: string) =>
    Response.json([{ id: "1", slug: `org-of-${region}` }], { headers: next ? { link: more(next) } : {} });

  it("go on where each region has more", async () => {
    const { access, sent } = accessTo({
      url: "https://sentry.io",
      answer: (url) => {
        if (url.includes("/users/me/regions/")) {
          return { regions: ["us", "de"].map((name) => ({ name, url: `https://${name}.sentry.io` })) };
        }
        const isNext = url.includes("cursor=");
        return url.startsWith("https://de.") ? listing("de", isNext ? undefined : "0:100:0") : listing("us");
      },
    });

    const first = await access().organizations({});
    const second = await access().organizations({ cursor: first.cursor ?? "" });

    expect(first.organizations.map(({ slug }) => slug)).toEqual(["org-of-de", "org-of-us"]);
    expect(second.organizations.map(({ slug }) => slug)).toEqual(["org-of-de"]);
    expect(second.cursor).toBeUndefined();
    expect(sent.at(-1)).toBe("https://de.sentry.io/api/0/organizations/?per_page=100&cursor=0%3A100%3A0");
  });

  it.each(["", "nonsense", "9=0:100:0", "0="])("refuse the cursor %j without asking", async (cursor) => {
    const { access, sent } = accessTo({ url: "https://sentry.io", answer: () => [] });

    await expect(access().organizations({ cursor })).rejects.toMatchObject({ kind: "invalid" });
    expect(sent).toEqual([]);
  });
});
