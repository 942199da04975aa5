/** Whether a client takes an answer of this type: the closest range counts (RFC 9110 §12.5.1). Without the header, any. */
export function accepts(request: Request, type: "application/json" | "text/event-stream"): boolean {
  const header = request.headers.get("accept");
  if (header === null) return true;
  const ranges = new Map(header.toLowerCase().split(",").map(readRange));
  return ranges.get(type) ?? ranges.get(type.replace(/\/.*/, "/*")) ?? ranges.get("*/*") ?? false;
}

function readRange(text: string): [range: string, isWanted: boolean] {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim());
  return [range, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))];
}
