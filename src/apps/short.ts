import { clean, cut } from "../render/markdown.ts";

/** One line of foreign text: drawn as text, and without what reorders or hides it. */
export const short = (text: string, maximum: number) =>
  cut(clean(text.slice(0, maximum * 4)).replace(/\s+/g, " ").trim(), maximum);
