/** Which tools a client's list shows (`tools/toolsets.ts`); the first is the default. */
export const TOOLSET_IDS = ["default", "full", "basic"] as const;

export type ToolsetId = (typeof TOOLSET_IDS)[number];

export function isToolsetId(text: string): text is ToolsetId {
  return TOOLSET_IDS.some((id) => id === text);
}
