interface Commit {
  readonly sha: string;
  readonly organization: string;
  readonly repository: string;
  readonly message: string;
  /** Someone with an account has a login here; others only wrote a commit. */
  readonly author: { readonly login?: string; readonly name: string; readonly email: string };
  readonly hoursAgo: number;
}

const NIKO = { login: "niko", name: "Niko Brandt", email: "niko@example.test" };
const OUTSIDER = { name: "Pat Outside", email: "pat@elsewhere.example.test" };

/** `[sha, organization, repository, message, author, hours ago]`. */
type Row = readonly [string, string, string, string, Commit["author"], number];

const ROWS: readonly Row[] = [
  [
    "b0a7".repeat(10),
    "acme",
    "acme/checkout",
    "Ask the cart cache three times (#287)\n\nFixes the time-outs of last week.\n",
    NIKO,
    230,
  ],
  ["d1ce".repeat(10), "acme", "acme/checkout", "cache: back off", OUTSIDER, 240],
  ["c0ffee17".repeat(5), "acme", "acme/checkout", 'Revert "Ask carriers one after another"', NIKO, 600],
  ["50f7".repeat(10), "acme", "acme/shop", "Show the total below the basket", OUTSIDER, 500],
  ["5701".repeat(10), "bergwerk", "bergwerk/shaft", "Lower lifts by level", OUTSIDER, 100],
  [
    "0b5c".repeat(10),
    "umbra",
    "CANARY-umbra-repository",
    "CANARY-umbra-commit",
    { login: "CANARY-umbra-login", name: "CANARY-umbra-author", email: "CANARY-umbra-author@example.test" },
    10,
  ],
];

export const COMMITS: readonly Commit[] = ROWS.map((
  [sha, organization, repository, message, author, hoursAgo],
) => ({
  sha,
  organization,
  repository,
  message,
  author,
  hoursAgo,
}));

interface Suspects {
  readonly shas: readonly string[];
  /** By the files of a release, or by asking the code host who wrote the line. */
  readonly from: "via commit in release" | "via SCM integration";
}

/** Commits that may have caused an issue, by short id. */
export const SUSPECTS: Readonly<Record<string, Suspects>> = {
  "CHECKOUT-1": { shas: ["b0a7".repeat(10), "d1ce".repeat(10)], from: "via commit in release" },
  "STOREFRONT-1": { shas: ["50f7".repeat(10)], from: "via SCM integration" },
  "STOLLEN-1": { shas: ["5701".repeat(10)], from: "via SCM integration" },
  "VAULT-1": { shas: ["0b5c".repeat(10)], from: "via SCM integration" },
};

/** `[pattern, owners]`, owners as `user:<id>` or `team:<id>`. */
type Rule = readonly [string, readonly string[]];

/** Ownership rules by project slug; projects without have no owners for an event. */
export const OWNERSHIP: Readonly<Record<string, readonly Rule[]>> = {
  checkout: [["checkout/*", ["team:2002", "user:103"]]],
  storefront: [["*", ["team:2001"]]],
  vault: [["CANARY-umbra-path/*", ["team:2021", "user:104"]]],
};
