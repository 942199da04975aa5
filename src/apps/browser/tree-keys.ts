/**
 * Folding and moving in a flat list of `treeitem`s, told apart by `aria-level`: one of them takes the focus.
 *
 * @see WAI-ARIA Authoring Practices, Tree View, Keyboard Interaction
 */
export function treeKeys(
  tree: HTMLElement,
  rows: readonly HTMLElement[],
  onChoose: (row: HTMLElement) => void,
): void {
  const levelOf = (row: HTMLElement) => Number(row.getAttribute("aria-level"));
  const isOpen = (row: HTMLElement) => row.getAttribute("aria-expanded") === "true";
  const isFoldable = (row: HTMLElement) => row.hasAttribute("aria-expanded");

  function layOut(): void {
    let foldedAt = Infinity;
    for (const row of rows) {
      const level = levelOf(row);
      row.hidden = level > foldedAt;
      if (!row.hidden) foldedAt = isFoldable(row) && !isOpen(row) ? level : Infinity;
    }
  }

  function fold(row: HTMLElement, open: boolean): void {
    if (!isFoldable(row)) return;
    row.setAttribute("aria-expanded", String(open));
    layOut();
  }

  function choose(row: HTMLElement | undefined): void {
    if (!row) return;
    for (const other of rows) {
      other.tabIndex = other === row ? 0 : -1;
      other.setAttribute("aria-selected", String(other === row));
    }
    row.focus();
    onChoose(row);
  }

  const shown = () => rows.filter((row) => !row.hidden);
  const beside = (row: HTMLElement, step: number) => shown()[shown().indexOf(row) + step];
  const parentOf = (row: HTMLElement) =>
    rows.slice(0, rows.indexOf(row)).findLast((other) => levelOf(other) < levelOf(row));

  const keys: Readonly<Record<string, (row: HTMLElement) => void>> = {
    ArrowDown: (row) => choose(beside(row, 1)),
    ArrowUp: (row) => choose(beside(row, -1)),
    ArrowRight: (row) => (isFoldable(row) && !isOpen(row) ? fold(row, true) : choose(below(row))),
    ArrowLeft: (row) => (isOpen(row) ? fold(row, false) : choose(parentOf(row))),
    Home: () => choose(shown()[0]),
    End: () => choose(shown().at(-1)),
    Enter: (row) => fold(row, !isOpen(row)),
    " ": (row) => fold(row, !isOpen(row)),
  };
  const below = (row: HTMLElement) => (isOpen(row) ? beside(row, 1) : undefined);

  const rowAt = (target: EventTarget | null) =>
    rows.find((row) => target instanceof Node && row.contains(target));
  tree.addEventListener("keydown", (event) => {
    const row = rowAt(event.target);
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!row || !act) return;
    event.preventDefault();
    act(row);
  });
  tree.addEventListener("click", ({ target }) => {
    const row = rowAt(target);
    if (!row) return;
    if (target instanceof Element && target.matches(".fold")) fold(row, !isOpen(row));
    choose(row);
  });
  const [first] = rows;
  if (first) first.tabIndex = 0;
  layOut();
}
