import type { Organization, Person, Project, Team } from "./model.ts";

export const ORGANIZATIONS: readonly Organization[] = [
  { id: "1001", slug: "acme", name: "Acme Mail Order", region: "us" },
  { id: "1002", slug: "bergwerk", name: "Bergwerk Software", region: "de" },
  { id: "1003", slug: "umbra", name: "CANARY-umbra-organization", region: "us" },
];

export const TEAMS: readonly Team[] = [
  { id: "2001", organization: "acme", slug: "web", name: "Web" },
  { id: "2002", organization: "acme", slug: "payments", name: "Payments" },
  { id: "2003", organization: "acme", slug: "devices", name: "Devices" },
  { id: "2011", organization: "bergwerk", slug: "miners", name: "Miners" },
  { id: "2021", organization: "umbra", slug: "canary-umbra-keepers", name: "CANARY-umbra-keepers" },
];

export const PROJECTS: readonly Project[] = [
  {
    id: "3001",
    organization: "acme",
    slug: "storefront",
    name: "Storefront",
    platform: "javascript-react",
    teams: ["web"],
    issueIdBase: 4000,
    releases: ["storefront@2.3.0", "storefront@2.4.0", "storefront@2.4.1"],
  },
  {
    id: "3002",
    organization: "acme",
    slug: "checkout",
    name: "Checkout",
    platform: "python-django",
    teams: ["payments"],
    issueIdBase: 5000,
    releases: ["checkout@1.8.0", "checkout@1.8.1", "checkout@1.9.0"],
  },
  {
    id: "3003",
    organization: "acme",
    slug: "mobile",
    name: "Mobile",
    platform: "android",
    teams: ["devices"],
    issueIdBase: 6000,
    releases: ["com.acme.mobile@5.1.0+510", "com.acme.mobile@5.2.0+520"],
  },
  {
    id: "3011",
    organization: "bergwerk",
    slug: "stollen",
    name: "Stollen",
    platform: "go",
    teams: ["miners"],
    issueIdBase: 7000,
    releases: ["stollen@0.4.0", "stollen@0.5.0"],
  },
  {
    id: "3021",
    organization: "umbra",
    slug: "vault",
    name: "CANARY-umbra-vault",
    platform: "python",
    teams: ["canary-umbra-keepers"],
    issueIdBase: 8000,
    releases: ["CANARY-umbra-release-1", "CANARY-umbra-release-2"],
  },
];

export const PEOPLE: readonly Person[] = [
  {
    id: "101",
    login: "ada",
    name: "Ada Lindqvist",
    email: "ada@example.test",
    organizations: ["acme", "bergwerk", "umbra"],
    teams: ["web", "payments", "devices", "miners", "canary-umbra-keepers"],
    canSignIn: true,
  },
  {
    id: "102",
    login: "grace",
    name: "Grace Okafor",
    email: "grace@example.test",
    organizations: ["acme"],
    teams: ["web"],
    canSignIn: true,
  },
  {
    id: "103",
    login: "niko",
    name: "Niko Brandt",
    email: "niko@example.test",
    organizations: ["acme"],
    teams: ["payments", "devices"],
    canSignIn: false,
  },
  {
    id: "104",
    login: "CANARY-umbra-login",
    name: "CANARY-umbra-member",
    email: "CANARY-umbra-member@example.test",
    organizations: ["umbra"],
    teams: ["canary-umbra-keepers"],
    canSignIn: false,
  },
];

/** Someone who may sign in, by login. */
export function personWhoSignsIn(login: unknown): Person | undefined {
  return PEOPLE.find((person) => person.canSignIn && person.login === login);
}

/** The project with this slug; slugs in the seeds are right by test. */
export function projectOf(slug: string): Project {
  const project = PROJECTS.find((project) => project.slug === slug);
  if (!project) throw new Error(`The world has no project "${slug}"`);
  return project;
}
