/** A person at a browser, as far as HTTP shows: cookies, forms, redirects that stop where the test says. */
export interface Browser {
  /** Follows redirects until a page, or a location that `stopAt` accepts. */
  open(url: string): Promise<Page>;
  /** Submits the page's first form; `choose` overrides fields by name, `press` names the button. */
  submit(page: Page, options: { press: RegExp; choose?: Fields }): Promise<Page>;
  readonly cookies: ReadonlyMap<string, string>;
}

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export function createBrowser(options: { stopAt: (url: string) => boolean; fetch?: typeof fetch }): Browser {
  const send = options.fetch ?? fetch;
  const cookies = new Map<string, string>();

  async function go(url: string, init: RequestInit = {}): Promise<Page> {
    for (let hop = 0; hop < 10; hop += 1) {
      if (options.stopAt(url)) return { url, status: 302, headers: new Headers(), text: "" };
      const headers = new Headers(init.headers);
      headers.set("accept", "text/html,application/xhtml+xml");
      if (cookies.size > 0) {
        headers.set(
          "cookie",
          [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        );
      }
      const response = await send(url, { ...init, headers, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) keep(line);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) {
        return { url, status: response.status, headers: response.headers, text: await response.text() };
      }
      await response.body?.cancel();
      url = new URL(location, url).href;
      init = {};
    }
    throw new Error(`Too many redirects, last to ${url}`);
  }

  function keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const expired = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (expired) cookies.delete(name);
    else cookies.set(name, pair.slice(at + 1).trim());
  }

  return {
    cookies,
    open: (url) => go(url),
    submit(page, { press, choose = {} }) {
      const form = readForm(page, press);
      for (const [name, value] of Object.entries(choose)) {
        form.fields.delete(name);
        for (const each of [value].flat()) if (each !== undefined) form.fields.append(name, each);
      }
      return go(form.action, {
        method: "POST",
        body: form.fields,
        headers: { origin: new URL(page.url).origin, "sec-fetch-site": "same-origin" },
      });
    },
  };
}

/** What a browser would send when the button of the first form that says `press` is pressed. */
export function readForm(
  page: Pick<Page, "url" | "status" | "text">,
  press: RegExp,
): { action: string; fields: URLSearchParams } {
  const forms = [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)];
  const form = forms.find(([, , body = ""]) => buttonOf(body, press));
  if (!form) {
    throw new Error(
      `Cannot find a form with a button that says ${press} on ${page.url} (${page.status}):\n${
        page.text.slice(0, 2000)
      }`,
    );
  }
  const [, attributes = "", body = ""] = form;
  const fields = new URLSearchParams();
  for (const [, raw = ""] of body.matchAll(/<input\b([^>]*)>/gi)) {
    const type = attribute(raw, "type") ?? "text";
    const name = attribute(raw, "name");
    if (name === undefined || type === "submit") continue;
    if ((type === "checkbox" || type === "radio") && !/\schecked\b/i.test(raw)) continue;
    fields.append(name, attribute(raw, "value") ?? (type === "checkbox" ? "on" : ""));
  }
  const button = buttonOf(body, press) ?? "";
  const name = attribute(button, "name");
  if (name !== undefined) fields.append(name, attribute(button, "value") ?? "");
  return { action: new URL(attribute(attributes, "action") ?? "", page.url).href, fields };
}

/** The attributes of the first button that says so. */
function buttonOf(form: string, press: RegExp): string | undefined {
  const buttons = [...form.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)];
  return buttons.find(([, , label = ""]) => press.test(label))?.[1];
}

function attribute(raw: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, "i").exec(raw)?.[1];
  return value?.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll(
    "&gt;",
    ">",
  )
    .replaceAll("&amp;", "&");
}
