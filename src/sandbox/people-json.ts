import { isoTime } from "./world/parts.ts";
import { PEOPLE, PROJECTS, TEAMS } from "./world/directory.ts";
import type { Caller, Desk } from "./access.ts";
import { canOpen } from "./access.ts";
import type { Json, Organization, Person, Project, Team } from "./world/model.ts";

const DAY_MS = 86_400_000;

const NO_AVATAR = { avatarType: "letter_avatar", avatarUuid: null };

/** Everything that was there before the first issue is a year and a bit old. */
export function foundedAt(desk: Desk): string {
  return isoTime(desk.state.seededAtMs - 400 * DAY_MS);
}

export function personJson(person: Person): Json {
  return { id: person.id, name: person.name, username: person.login, email: person.email, avatarUrl: null };
}

export function accountJson(desk: Desk, { person }: Caller): Json {
  return {
    ...personJson(person),
    isActive: true,
    isManaged: false,
    isStaff: false,
    isSuperuser: false,
    has2fa: false,
    hasPasswordAuth: true,
    dateJoined: foundedAt(desk),
    lastLogin: isoTime(desk.state.seededAtMs),
    emails: [{ id: person.id, email: person.email, is_verified: true }],
    avatar: NO_AVATAR,
    options: { language: "en", timezone: "UTC" },
  };
}

/** Who an issue is assigned to, from `user:<id>` or `team:<id>`. */
export function actorJson(actor: string | undefined): Json | null {
  const [type, id] = actor?.split(":") ?? [];
  const team = TEAMS.find((team) => type === "team" && team.id === id);
  if (team) return { type: "team", id: team.id, name: team.slug };
  const person = PEOPLE.find((person) => type === "user" && person.id === id);
  return person ? { type: "user", id: person.id, name: person.name, email: person.email } : null;
}

export function organizationJson(desk: Desk, organization: Organization): Json {
  return {
    id: organization.id,
    slug: organization.slug,
    name: organization.name,
    status: { id: "active", name: "active" },
    dateCreated: foundedAt(desk),
    isEarlyAdopter: false,
    require2FA: false,
    avatar: NO_AVATAR,
    features: [],
    links: {
      organizationUrl: `${desk.baseUrl}/organizations/${organization.slug}`,
      regionUrl: `${desk.baseUrl}/${organization.region}`,
    },
  };
}

export function teamJson(desk: Desk, caller: Caller, team: Team): Json {
  const isMember = caller.person.teams.includes(team.slug);
  return {
    id: team.id,
    slug: team.slug,
    name: team.name,
    dateCreated: foundedAt(desk),
    isMember,
    teamRole: isMember ? "contributor" : null,
    hasAccess: isMember,
    isPending: false,
    memberCount: PEOPLE.filter(({ teams }) => teams.includes(team.slug)).length,
    avatar: NO_AVATAR,
    flags: { "idp:provisioned": false },
    access: [],
  };
}

export function memberJson(desk: Desk, person: Person): Json {
  return {
    id: `1${person.id}`,
    email: person.email,
    name: person.name,
    user: personJson(person),
    role: "member",
    orgRole: "member",
    roleName: "Member",
    pending: false,
    expired: false,
    flags: { "sso:linked": false, "sso:invalid": false, "member-limit:restricted": false },
    dateCreated: foundedAt(desk),
    inviteStatus: "approved",
    inviterName: null,
  };
}

/** As other resources carry it. */
export function projectReference(project: Project): Json {
  return { id: project.id, name: project.name, slug: project.slug, platform: project.platform };
}

export function projectJson(desk: Desk, caller: Caller, project: Project): Json {
  const teams = TEAMS.filter(({ slug }) => project.teams.includes(slug))
    .map(({ id, slug, name }) => ({ id, slug, name }));
  const hasAccess = canOpen(caller, project);
  return {
    ...projectReference(project),
    dateCreated: foundedAt(desk),
    firstEvent: foundedAt(desk),
    status: "active",
    isMember: hasAccess,
    hasAccess,
    isBookmarked: false,
    isPublic: false,
    isInternal: false,
    features: ["releases"],
    access: [],
    environments: project.organization === "umbra" ? ["CANARY-umbra-environment"] : ["production", "staging"],
    team: teams[0],
    teams,
    latestRelease: { version: project.releases.at(-1) },
  };
}

/** A week apart, the newest a week ago. */
export function releasedAtMs(desk: Desk, version: string): number {
  const releases = PROJECTS.find(({ releases }) => releases.includes(version))?.releases ?? [];
  return desk.state.seededAtMs - (releases.length - releases.indexOf(version)) * 7 * DAY_MS;
}

export function releaseJson(desk: Desk, version: string): Json {
  const projects = PROJECTS.filter(({ releases }) => releases.includes(version));
  const releases = projects[0]?.releases ?? [];
  const at = isoTime(releasedAtMs(desk, version));
  const [name, raw = version] = version.split("@");
  return {
    id: 700 + Number(projects[0]?.id ?? 0) * 10 + releases.indexOf(version),
    version,
    shortVersion: raw,
    versionInfo: {
      package: raw === version ? null : name,
      version: { raw },
      buildHash: null,
      description: raw,
    },
    status: "open",
    ref: null,
    url: null,
    dateCreated: at,
    dateReleased: at,
    firstEvent: at,
    lastEvent: isoTime(desk.state.seededAtMs),
    newGroups: 1,
    owner: null,
    commitCount: 0,
    lastCommit: null,
    deployCount: 0,
    lastDeploy: null,
    authors: [],
    data: {},
    projects: projects.map(projectReference),
  };
}
