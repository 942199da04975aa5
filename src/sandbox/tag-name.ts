export function tagName(key: string): string {
  const words = key.replaceAll(/[._]/g, " ");
  return key.startsWith("CANARY") ? key : words.charAt(0).toUpperCase() + words.slice(1);
}
