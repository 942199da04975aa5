/** ` (62.5 %)`, or nothing where the whole is not known. */
export function share(count: number, of: number | undefined): string {
  return of ? ` (${((count / of) * 100).toFixed(count === of ? 0 : 1)} %)` : "";
}
