type Child = Node | string | false | undefined;

/** An element with attributes and children; text stays text, whatever is in it. */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...present(children));
  return element;
}

/** In place of everything that the page shows. */
export function show(...children: readonly Child[]): void {
  document.querySelector("main")?.replaceChildren(...present(children));
}

const present = (children: readonly Child[]) =>
  children.filter((child) => child !== undefined && child !== false);
