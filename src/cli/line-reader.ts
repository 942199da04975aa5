interface LineReaderOptions {
  readonly maxCharacters: number;
  onLine(line: string): void;
  /** Called once for each; what is left of the line is skipped. */
  onTooLong(): void;
}

/** Cuts a stream of UTF-8 into lines, whatever the chunks are, and passes over blank ones. */
export function createLineReader(
  { maxCharacters, onLine, onTooLong }: LineReaderOptions,
): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let characters = 0;

  function take(part: string): void {
    const isFirstTooMany = characters <= maxCharacters && characters + part.length > maxCharacters;
    characters += part.length;
    if (isFirstTooMany) onTooLong();
    if (characters > maxCharacters) parts = [];
    else parts.push(part);
  }

  function endLine(): void {
    const line = parts.join("");
    parts = [];
    characters = 0;
    if (line.trim() !== "") onLine(line);
  }

  return (chunk) => {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    take(first);
    for (const part of others) {
      endLine();
      take(part);
    }
  };
}
