import type { Browser, Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppVisit, type HostOptions, type Shown, withApp } from "../support/app-host.ts";
import { launchChromium } from "../support/chromium.ts";
import { namelessControls, paleTexts, sidewaysScroll, smallTargets, tabTo } from "../support/page-checks.ts";
import { rpc } from "../support/rpc.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

const CAPABILITIES = {
  extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } },
};

let server: RunningServer;
let browser: Browser;
let token: string;
const pictures: Record<"trace" | "awkward" | "issue", Shown> = Object.create(null);

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer("node");
  token = (await signIn({ baseUrl: server.baseUrl })).access_token;
  const traceOf = (digits: string) => ({
    organizationSlug: "acme",
    traceId: digits.repeat(32 / digits.length),
  });
  pictures.trace = await shown("get_trace_details", traceOf("7e57"));
  pictures.awkward = await shown("get_trace_details", traceOf("0d"));
  pictures.issue = await shown("get_issue_details", { organizationSlug: "acme", issueId: "CHECKOUT-1" });
});
afterAll(() => Promise.all([server?.stop(), browser?.close()]));

/** What a host gets for a tool: the document that the tool's description names, and the result of a call. */
async function shown(name: string, args: Record<string, unknown>): Promise<Shown> {
  const _meta = { "io.modelcontextprotocol/clientCapabilities": CAPABILITIES };
  const ask = async (method: string, params: Record<string, unknown> = {}) => {
    const peer = { baseUrl: server.baseUrl, token };
    const { body } = await rpc(peer, method, { ...params, _meta });
    if (!body.result) throw new Error(JSON.stringify(body));
    return body.result;
  };
  const tool = (await ask("tools/list")).tools?.find((one) => one.name === name);
  // The three answers are what the protocol says, or the pages stay empty.
  const { _meta: { ui } } = tool as unknown as { _meta: { ui: { resourceUri: string } } };
  const { contents: [document] } = (await ask("resources/read", { uri: ui.resourceUri })) as unknown as {
    contents: [{ text: string; _meta: { ui: Pick<Shown["document"], "csp"> } }];
  };
  const result = await ask("tools/call", { name, arguments: args });
  return { document: { text: document.text, csp: document._meta.ui.csp }, result };
}

const AWKWARD_TRACE = {
  kind: "trace-waterfall",
  trace: "a".repeat(32),
  url: "https://sentry.example/",
  durationMs: 1,
  moreSpans: 0,
  strayIssues: 0,
};
const AWKWARD_DAYS = { startsAtMs: Date.UTC(2026, 1, 1), stepMs: 86_400_000, counts: Array(30).fill(5) };
const AWKWARD_ISSUE = {
  kind: "issue-frequency",
  issue: "WEB-1",
  url: "https://sentry.example/",
  days: AWKWARD_DAYS,
  moreReleases: 0,
  withoutReleases: false,
};

/** The document of one that Sentry has, with a picture that it has not. */
function withPicture(like: "trace" | "issue", picture: object): Shown {
  return { ...pictures[like], result: { content: [], _meta: { "sentry-mcp-edge/picture": picture } } };
}

/** Shows it, and sees that nothing was reported and nothing was loaded. */
async function visit(
  picture: keyof typeof pictures,
  options: HostOptions,
  use: (visit: AppVisit) => Promise<void>,
): Promise<void> {
  await withApp(browser, pictures[picture], options, async (visit) => {
    await use(visit);
    expect(visit.complaints).toEqual([]);
    expect(visit.strayRequests).toEqual([]);
  });
}

async function faults(app: Frame): Promise<string[]> {
  const sideways = await sidewaysScroll(app);
  return [
    ...(sideways > 0 ? [`scrolls sideways by ${sideways} px`] : []),
    ...(await paleTexts(app)),
    ...(await smallTargets(app)),
    ...(await namelessControls(app)),
  ];
}

for (const width of [760, 320]) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const picture of ["trace", "awkward", "issue"] as const) {
      it(`${picture}: fits ${width} px and is readable in the ${colorScheme} colours`, async () => {
        await visit(picture, { width, colorScheme }, async ({ app }) => {
          expect(await faults(app)).toEqual([]);
          const paper = await app.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
          expect(paper).toBe(colorScheme === "dark" ? "rgb(26, 20, 38)" : "rgb(255, 255, 255)");
        });
      });
    }
  }
}

describe("an App", () => {
  it("takes the host's theme and colours over the browser's, and their change", async () => {
    const styles = { variables: { "--color-background-primary": "light-dark(#eeeeee, #111111)" } };
    await visit("issue", { width: 760, context: { theme: "dark", styles } }, async ({ app, say }) => {
      const paper = () => app.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      expect(await paper()).toBe("rgb(17, 17, 17)");

      await say({ method: "ui/notifications/host-context-changed", params: { theme: "light" } });

      await expect.poll(paper).toBe("rgb(238, 238, 238)");
    });
  });

  it("tells its host how high it is, and so is shown whole", async () => {
    await visit("issue", { width: 320 }, async ({ app, page }) => {
      const fits = () => app.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
      await expect.poll(fits).toBe(true);
      const before = await page.locator("iframe").evaluate((frame) => frame.clientHeight);

      await app.getByText("As a table").click();

      await expect.poll(() => page.locator("iframe").evaluate((frame) => frame.clientHeight))
        .toBeGreaterThan(before + 300);
      await expect.poll(fits).toBe(true);
    });
  });

  it("asks its host to open Sentry, at an address of the Sentry that was asked", async () => {
    await visit("trace", { width: 760 }, async ({ app, sent }) => {
      await app.getByRole("button", { name: "Open in Sentry" }).click();

      await expect.poll(() => sent("ui/open-link")).toMatchObject([{
        params: {
          url: `${server.baseUrl}/sandbox/organizations/acme/performance/trace/${"7e57".repeat(8)}/`,
        },
      }]);
    });
  });

  it("answers a teardown, and refuses what it does not know", async () => {
    await visit("issue", { width: 760 }, async ({ page, say }) => {
      await say({ id: "bye", method: "ui/resource-teardown", params: { reason: "over" } });
      await say({ id: "what", method: "ui/surprise" });

      const answers = () => page.evaluate<unknown[]>("sent.filter(({ id }) => ['bye', 'what'].includes(id))");
      await expect.poll(answers).toEqual([
        { jsonrpc: "2.0", id: "bye", result: {} },
        { jsonrpc: "2.0", id: "what", error: { code: -32601, message: "Method not found" } },
      ]);
    });
  });

  it("says so when there is nothing to draw", async () => {
    await visit("issue", { width: 320 }, async ({ app, say }) => {
      await say({ method: "ui/notifications/tool-result", params: { content: [], isError: true } });
      const status = app.getByRole("status");
      await expect.poll(() => status.innerText()).toMatch(/nothing to draw/);

      await say({ method: "ui/notifications/tool-cancelled", params: { reason: "changed my mind" } });
      await expect.poll(() => status.innerText()).toBe("The call was cancelled.");
    });
  });

  it("does not hear what other windows say", async () => {
    await visit("issue", { width: 320 }, async ({ app }) => {
      await app.evaluate(() => {
        postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-cancelled", params: {} }, "*");
        return new Promise((resolve) => setTimeout(resolve));
      });

      expect(await app.getByRole("status").count()).toBe(0);
    });
  });
});

describe("the waterfall", () => {
  it("has a bar for every span, within the axis, and marks the one with an error", async () => {
    await visit("trace", { width: 760 }, async ({ app }) => {
      const rows = app.getByRole("treeitem");
      expect(await rows.count()).toBe(46);
      expect(await app.locator(".bar").count()).toBe(46);
      expect(await app.locator(".bar.has-issue").count()).toBe(1);
      expect(await app.getByRole("treeitem", { name: "1 issue: CHECKOUT-1" }).count()).toBe(1);

      const within = await app.locator(".bar").evaluateAll((bars) =>
        bars.every((bar) => {
          const track = bar.parentElement?.getBoundingClientRect();
          const { left, right } = bar.getBoundingClientRect();
          return track !== undefined && left >= track.left - 1 && right <= track.right + 4;
        })
      );
      expect(within).toBe(true);
    });
  });

  it("is walked, folded and opened with the keyboard alone", async () => {
    await visit("trace", { width: 320 }, async ({ page, app }) => {
      const rows = app.getByRole("treeitem");
      const focused = () => app.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
      await tabTo(page, rows.first());

      await page.keyboard.press("ArrowDown");
      expect(await focused()).toMatch(
        /^http\.client POST \/api\/carts\/c-20881\/payments, 4\.7 s, after 40 ms, in storefront$/,
      );
      expect(await app.locator(".details").innerText()).toContain("POST /api/carts/c-20881/payments");

      await page.keyboard.press("ArrowLeft");
      expect(await rows.count()).toBe(2);
      await page.keyboard.press("Enter");
      expect(await rows.count()).toBe(46);

      await page.keyboard.press("End");
      expect(await focused()).toContain("psp.example.test");
      await page.keyboard.press("ArrowLeft");
      expect(await focused()).toContain("http.server");
      await page.keyboard.press("Home");
      expect(await focused()).toContain("ui.action.click");
    });
  });

  it("folds where it is clicked", async () => {
    await visit("trace", { width: 760 }, async ({ app }) => {
      await app.locator(".fold").nth(1).click();

      expect(await app.getByRole("treeitem").count()).toBe(2);
      expect(await app.getByRole("treeitem").nth(1).getAttribute("aria-expanded")).toBe("false");
    });
  });

  it("begins folded where a large trace is deep, and says what is not drawn", async () => {
    const spanAt = (depth: number) => ({ depth, op: "task", startsAfterMs: depth, durationMs: 10 - depth });
    const branch = [spanAt(1), ...Array.from({ length: 10 }, () => spanAt(2))];
    const picture = {
      kind: "trace-waterfall",
      trace: "a".repeat(32),
      url: "https://sentry.example/",
      durationMs: 10,
      spans: [{ ...spanAt(0), hidden: 5000 }, ...Array.from({ length: 10 }, () => branch).flat()],
      moreSpans: 5000,
      strayIssues: 2,
    };
    const result = { content: [], _meta: { "sentry-mcp-edge/picture": picture } };

    await withApp(browser, { ...pictures.trace, result }, { width: 760 }, async ({ app }) => {
      expect(await app.getByRole("treeitem").count()).toBe(11);
      expect(await app.locator("header").innerText()).toContain(
        "5,111 spans · 10 ms · 2 issues · 111 drawn, the most telling ones",
      );
      expect(await app.getByRole("treeitem").first().innerText()).toContain("+5,000");

      await app.getByRole("treeitem").nth(1).press("ArrowRight");
      expect(await app.getByRole("treeitem").count()).toBe(21);
    });
  });

  it("has the steps of a calendar where a trace takes days, and a bar for what takes no time", async () => {
    const dayMs = 86_400_000;
    const picture = {
      ...AWKWARD_TRACE,
      durationMs: 3 * dayMs,
      spans: [
        { depth: 0, op: "task", startsAfterMs: 0, durationMs: 3 * dayMs },
        { depth: 1, op: "db", startsAfterMs: dayMs },
        { depth: 1, op: "db", startsAfterMs: dayMs, durationMs: -5 },
      ],
    };

    await withApp(browser, withPicture("trace", picture), { width: 320 }, async ({ app }) => {
      expect(await app.locator(".axis span").allInnerTexts()).toEqual(["0", "1 d", "2 d"]);
      expect(await app.locator(".track").nth(1).innerText()).toBe("no duration");
      const widths = await app.locator(".bar").evaluateAll((bars) => bars.map((bar) => bar.clientWidth));
      expect(widths.slice(1)).toEqual([3, 3]);
    });
  });

  it("has slivers, not whole bars, where a trace takes no time at all", async () => {
    const span = { depth: 0, op: "db", startsAfterMs: 0, durationMs: 0 };

    await withApp(
      browser,
      withPicture("trace", { ...AWKWARD_TRACE, durationMs: 0, spans: [span] }),
      { width: 760 },
      async ({ app }) => {
        expect(await app.locator(".bar").evaluate((bar) => bar.clientWidth)).toBe(3);
        expect(await app.locator(".track").innerText()).toBe("0 ms");
      },
    );
  });

  it("leaves room for a span's name beside what else its row says", async () => {
    const issues = ["A-VERY-LONG-PROJECT-SLUG-THAT-IS-LO-1234", "B-2"];
    const span = {
      depth: 0,
      op: "http.server",
      name: "POST /api/carts",
      durationMs: 1,
      hidden: 123_456,
      issues,
    };

    await withApp(
      browser,
      withPicture("trace", { ...AWKWARD_TRACE, spans: [span] }),
      { width: 320 },
      async ({ app }) => {
        const shareOf = (selector: string) =>
          app.locator(selector).evaluate((part) => part.clientWidth / (part.parentElement?.clientWidth ?? 0));
        expect(await shareOf(".name span")).toBeGreaterThan(0.2);
        expect(await shareOf(".name em")).toBeGreaterThan(0.3);
      },
    );
  });

  it("shows names with HTML as what they are", async () => {
    await visit("awkward", { width: 760 }, async ({ app }) => {
      expect(await app.getByText("<script>alert(1)</script>").count()).toBe(1);
      expect(await app.locator("main script").count()).toBe(0);
      expect(await app.getByText("no start").count()).toBe(1);
    });
  });
});

describe("the frequency", () => {
  it("has a bar for every day and a flag for every release, which are named", async () => {
    await visit("issue", { width: 760 }, async ({ app }) => {
      expect(await app.locator(".bar").count()).toBe(30);
      expect(await app.locator(".mark .flag").allInnerTexts()).toEqual(["1", "2", "3"]);
      expect(await app.getByRole("list", { name: "Releases" }).getByRole("listitem").allInnerTexts()).toEqual(
        [
          expect.stringMatching(/^1\s*checkout@1\.8\.0/),
          expect.stringMatching(/^2\s*checkout@1\.8\.1/),
          expect.stringMatching(/^3\s*checkout@1\.9\.0/),
        ],
      );
    });
  });

  it("lets releases that are close together share a flag, and marks each with a line", async () => {
    const dayMs = 86_400_000;
    const startsAtMs = Date.UTC(2026, 1, 1);
    const releaseOn = (day: number) => ({ version: `web@<b>${day}</b>`, atMs: startsAtMs + day * dayMs });
    const picture = {
      kind: "issue-frequency",
      issue: "WEB-1",
      url: "https://sentry.example/",
      days: { startsAtMs, stepMs: dayMs, counts: Array.from({ length: 30 }, (_, day) => day) },
      releases: [2.5, 3.5, 3.6, 4, 20].map(releaseOn),
      moreReleases: 0,
      withoutReleases: false,
    };
    const result = { content: [], _meta: { "sentry-mcp-edge/picture": picture } };

    await withApp(browser, { ...pictures.issue, result }, { width: 320 }, async ({ app, page }) => {
      const list = app.getByRole("list", { name: "Releases" }).getByRole("listitem");
      expect(await app.locator(".mark").count()).toBe(5);
      expect(await list.allInnerTexts()).toEqual([
        expect.stringMatching(
          /^1\s*web@<b>2\.5<\/b>, web@<b>3\.5<\/b>, web@<b>3\.6<\/b> and 1 more\s*from 3 Feb, 12:00 UTC$/,
        ),
        expect.stringMatching(/^2\s*web@<b>20<\/b>\s*21 Feb, 00:00 UTC$/),
      ]);

      const chart = app.getByRole("slider");
      await chart.press("Home");
      for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowRight");
      expect(await chart.getAttribute("aria-valuetext")).toBe(
        "Wed 4 Feb: 3 events · released: web@<b>3.5</b>, web@<b>3.6</b>",
      );
      expect(await app.locator("main b").count()).toBe(0);
    });
  });

  it("keeps names of another direction of writing apart from what stands beside them", async () => {
    const releases = [{ version: "שלום 1.0", atMs: AWKWARD_DAYS.startsAtMs }];
    const picture = { ...AWKWARD_ISSUE, releases };

    await withApp(browser, withPicture("issue", picture), { width: 760 }, async ({ app }) => {
      const item = app.getByRole("listitem");
      const edges = await item.evaluate((element) => {
        const [name, when] = ["bdi", "small"].map((part) =>
          element.querySelector(part)?.getBoundingClientRect()
        );
        return { nameEnds: name?.right, whenBegins: when?.left };
      });

      expect(edges.nameEnds).toBeLessThanOrEqual(edges.whenBegins ?? 0);
      await app.getByRole("slider").press("Home");
      expect(await app.locator(".reading bdi").innerText()).toBe("שלום 1.0");
    });
  });

  it("has dates that stand apart, the last of them too", async () => {
    const picture = { ...AWKWARD_ISSUE, releases: [] };

    await withApp(browser, withPicture("issue", picture), { width: 320 }, async ({ app }) => {
      const boxes = await app.locator(".dates span").evaluateAll((dates) =>
        dates.map((one) => one.getBoundingClientRect().toJSON() as DOMRect)
      );

      const gaps = boxes.slice(1).map(({ left }, index) => left - (boxes[index]?.right ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThan(8);
      expect(boxes.at(-1)?.right).toBeLessThan(320);
    });
  });

  it("does not let the flag of a first day cover the scale", async () => {
    const releases = [{ version: "web@1", atMs: AWKWARD_DAYS.startsAtMs }];

    await withApp(
      browser,
      withPicture("issue", { ...AWKWARD_ISSUE, releases }),
      { width: 320 },
      async ({ app }) => {
        const boxOf = (selector: string) =>
          app.locator(selector).evaluate((part) => part.getBoundingClientRect().toJSON() as DOMRect);
        const flag = await boxOf(".mark .flag");
        const top = await boxOf(".grid:nth-child(2) span");
        expect(flag.bottom <= top.top || flag.left >= top.right).toBe(true);
      },
    );
  });

  it("is read bar by bar with the keyboard, releases included", async () => {
    await visit("issue", { width: 320 }, async ({ page, app }) => {
      const chart = app.getByRole("slider", { name: "Events of each day" });
      await tabTo(page, chart);
      const said: (string | null)[] = [];
      for (let presses = 0; presses < 30; presses += 1) {
        said.push(await chart.getAttribute("aria-valuetext"));
        await page.keyboard.press("ArrowLeft");
      }

      expect(new Set(said).size).toBe(30);
      expect(said.filter((text) => text?.includes("released: checkout@"))).toHaveLength(3);
      expect(await app.locator(".reading").innerText()).toBe(said.at(-1));
      await page.keyboard.press("End");
      expect(await chart.getAttribute("aria-valuenow")).toBe("30");
    });
  });

  it("changes to hours with the keyboard, and has all of it as a table", async () => {
    await visit("issue", { width: 760 }, async ({ page, app }) => {
      await app.getByLabel("30 days").focus();
      await page.keyboard.press("ArrowRight");
      expect(await app.locator(".bar").count()).toBe(24);

      await app.getByText("As a table").press("Enter");

      const table = app.getByRole("table");
      expect(await table.getByRole("row").count()).toBe(25);
      expect(await table.getByRole("rowheader").first().innerText()).toMatch(
        /^\w{3} \d+ \w{3}, \d\d:00 UTC$/,
      );
    });
  });
});
