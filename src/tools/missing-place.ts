import * as v from "valibot";
import { oneLine } from "../render/markdown.ts";
import { SentryError } from "../sentry/error.ts";
import { listProjects } from "../sentry/project.ts";
import type { Tool, ToolContext } from "./define.ts";
import { Declined, Question } from "./question.ts";

type Args = Readonly<Record<string, unknown>>;
export type PlaceParameter = "organizationSlug" | "projectSlug";

interface Place {
  readonly slug: string;
  readonly name?: string;
}

interface Places {
  readonly found: readonly Place[];
  /** There are no others. */
  readonly isComplete: boolean;
}

/** More than a person looks through. */
const MOST_OPTIONS = 50;

/** The place, when nothing but places is missing. */
export function missingPlace(issues: readonly v.BaseIssue<unknown>[]): PlaceParameter | undefined {
  const missing = issues.map((issue) => issue.received === "undefined" ? v.getDotPath(issue) : undefined);
  const isPlace = (name: unknown): name is PlaceParameter =>
    name === "organizationSlug" || name === "projectSlug";
  // Organizations first: projects are found in them.
  return missing.every(isPlace) ? missing.toSorted()[0] : undefined;
}

/**
 * The organization or project that a call leaves out: the only one there is, or the one that the user chooses.
 *
 * @returns Undefined when it cannot be known.
 * @throws {Question} To have the user asked.
 * @throws {Declined} The user chose none.
 */
export async function findPlace(
  parameter: PlaceParameter,
  { tool, args, context }: { tool: Tool; args: Args; context: ToolContext },
): Promise<string | undefined> {
  const what = parameter === "organizationSlug" ? "organization" : "project";
  const answer = context.ask?.answerTo(parameter);
  if (answer?.action === "accept" && answer.value) return answer.value;
  if (answer) throw new Declined(`${parameter} is missing, and the user chose no ${what}`);

  const places = await listPlaces(parameter, args, context);
  const [first, ...others] = places?.found ?? [];
  if (!places || !first) return undefined;
  if (others.length === 0 && places.isComplete) return first.slug;
  if (!context.ask || !places.isComplete || places.found.length > MOST_OPTIONS) return undefined;
  throw new Question(parameter, `Which ${what} is "${tool.title}" for?`, {
    choice: {
      title: what === "project" ? "Project" : "Organization",
      options: places.found.map(({ slug, name }) => ({ value: slug, title: titleOf(slug, name) })),
    },
  });
}

/** Undefined when Sentry does not say: then the call is refused as if nobody had looked. */
async function listPlaces(
  parameter: PlaceParameter,
  args: Args,
  { sentry }: ToolContext,
): Promise<Places | undefined> {
  try {
    if (parameter === "organizationSlug") {
      const { organizations, cursor, dropped, unreachable } = await sentry.organizations({});
      const isComplete = cursor === undefined && dropped === 0 && unreachable.length === 0;
      return { found: organizations, isComplete };
    }
    const organization = sentry.organization(String(args.organizationSlug).trim());
    const { items, cursor, dropped } = await listProjects(organization, { limit: MOST_OPTIONS + 1 });
    return { found: items, isComplete: cursor === undefined && dropped === 0 };
  } catch (error) {
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    return undefined;
  }
}

const titleOf = (slug: string, name = slug) => name === slug ? slug : `${oneLine(name, 60)} (${slug})`;
