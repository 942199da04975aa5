import { describe, expect, it } from "vitest";
import { findProjects } from "../../src/tools/find-projects.ts";
import { Question } from "../../src/tools/question.ts";
import { openSession, textOf } from "./session.ts";

const UNASKED = { ask: { answerTo: () => undefined } };

/** Sentry with these organizations instead of its own. */
function openSessionWith(organizations: readonly object[]) {
  const rewrite = (json: unknown) => Array.isArray(json) ? organizations : json;
  return openSession({ rewrite });
}

async function questionOf(organizations: readonly object[]): Promise<Question> {
  const session = await openSessionWith(organizations);
  const asked: unknown = await session.call(findProjects, {}, UNASKED).catch((error: unknown) => error);
  if (!(asked instanceof Question)) throw new Error("Nothing was asked");
  return asked;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: String(at), slug: `org-${at}`, name: `Org ${at}` }));

describe("an organization that is missing", () => {
  it("is chosen from up to fifty", async () => {
    const { choice } = await questionOf(numbered(50));

    expect(choice?.options).toHaveLength(50);
  });

  it("is not chosen from more", async () => {
    const session = await openSessionWith(numbered(51));

    const result = await session.call(findProjects, {}, UNASKED);

    expect(textOf(result)).toBe("Cannot run `find_projects`:\n- `organizationSlug` is missing");
  });

  it("is offered under a name of one short line, with its slug, or by its slug alone", async () => {
    const { choice } = await questionOf([
      { id: "1", slug: "one", name: "Say\n\u202eyes  to\u0007 everything" },
      { id: "2", slug: "three" },
      { id: "3", slug: "two", name: "x".repeat(5000) },
    ]);

    expect(choice?.options).toEqual([
      { value: "one", title: "Say yes to everything (one)" },
      { value: "three", title: "three" },
      { value: "two", title: `${"x".repeat(60)}… (two)` },
    ]);
  });
});
