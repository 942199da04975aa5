import type { Frame, Locator, Page } from "playwright-core";

/** How much further than the window the page reaches to the right, in CSS pixels. */
export function sidewaysScroll(page: Page | Frame): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Presses Tab until the element has the focus, and shows that a person can see where the focus is. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    const focused = await target.evaluate((element) => element === document.activeElement);
    if (focused) {
      const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
      if (outline === "none") throw new Error(`The focus cannot be seen on ${await target.ariaSnapshot()}`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${await target.ariaSnapshot()}`);
}

/**
 * The texts that are too pale or too dark for what is behind them, with their ratios.
 *
 * @see WCAG 2.2 §1.4.3 (4.5, as for small text)
 */
export function paleTexts(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string): number[] => {
      const parts = /^rgba?\(([^)]+)\)$/.exec(color)?.[1]?.split(/[\s,/]+/).map(Number);
      if (!parts) throw new Error(`Cannot read the colour "${color}"`);
      return parts;
    };
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(color).slice(0, 3).map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if ((channels(color)[3] ?? 1) === 1) return color;
      }
      return getComputedStyle(document.documentElement).colorScheme === "dark"
        ? "rgb(0,0,0)"
        : "rgb(255,255,255)";
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const pale: string[] = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim() ?? "";
      if (!element || text === "" || element.getClientRects().length === 0) continue;
      const [dark = 0, light = 0] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((
        a,
        b,
      ) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${text}`);
    }
    return pale;
  });
}

/** Buttons, links outside of text and checkboxes with their labels that are too small for a thumb. */
export function smallTargets(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, label:has(input)")]
      .filter((element) => element.getBoundingClientRect().height < 40)
      .map((element) => element.textContent?.trim() ?? "")
  );
}

/** Form fields and buttons without a name that a screen reader could say. */
export async function namelessControls(page: Page | Frame): Promise<string[]> {
  const tree = await page.locator("body").ariaSnapshot();
  return tree.split("\n").filter((line) =>
    /^\s*- (button|link|checkbox|radio|textbox|group|combobox)\b(?! ")/.test(line)
  );
}
