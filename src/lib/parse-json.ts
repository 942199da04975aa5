/** More than any message has, and little enough that whoever looks at a value whole stays within the stack. */
export const MAX_NESTING = 100;

/**
 * JSON from outside.
 *
 * @throws {SyntaxError} For what is none, and for lists and objects too deep inside one another (RFC 8259 §9).
 */
export function parseJson(text: string): unknown {
  if (isNestedDeeper(text, MAX_NESTING)) throw new SyntaxError(`Expected at most ${MAX_NESTING} levels`);
  return JSON.parse(text);
}

/** Read from the text, because engines differ in what they do with such JSON. */
function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === "[" || character === "{") {
      if (++depth > limit) return true;
    } else if (character === "]" || character === "}") {
      depth--;
    }
  }
  return false;
}
