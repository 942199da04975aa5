import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./binaries.ts";

export interface Visit {
  readonly page: Page;
  /** What the browser has reported so far: CSP violations, failed loads, script errors. Should stay empty. */
  readonly complaints: readonly string[];
}

export interface VisitOptions {
  /** CSS pixels; the height follows. */
  readonly width: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScript?: boolean;
}

/** The real thing, without a window and without the errands that a browser runs for itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A fresh person at the browser: no cookies, one tab. Everything is closed after `use`. */
export async function withVisit(
  browser: Browser,
  options: VisitOptions,
  use: (visit: Visit) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.width > 600 ? 800 : 667 },
    colorScheme: options.colorScheme ?? "light",
    javaScriptEnabled: options.javaScript ?? true,
  });
  context.setDefaultTimeout(5000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    await use({ page, complaints });
  } finally {
    await context.close();
  }
}
