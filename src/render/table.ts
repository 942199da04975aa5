import { lines } from "./markdown.ts";

/** A Markdown table. Cells are Markdown of one line already; what would end a cell early is escaped here. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapePipes).join(" | ")} |`;
  return lines(line(header), line(header.map(() => "---")), ...rows.map(line));
}

/** A pipe ends a cell even in a code span (GFM §4.10), unless an odd number of backslashes is before it. */
function escapePipes(cell: string): string {
  return cell.replace(/(\\*)\|/g, (_, before: string) => `${before}${before.length % 2 ? "\\\\" : "\\"}|`);
}
