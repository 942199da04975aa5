import { type Fields, isFields } from "./host.ts";

/** Takes over the host's colours, fonts, theme and insets (Apps, Theming). What it does not say stays as it is. */
export function applyContext({ theme, styles, displayMode, safeAreaInsets }: Fields): void {
  const { style, dataset } = document.documentElement;
  if (theme === "light" || theme === "dark") style.colorScheme = theme;
  if (typeof displayMode === "string") dataset.mode = displayMode;
  const variables = isFields(styles) && isFields(styles.variables) ? styles.variables : {};
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith("--") && typeof value === "string") style.setProperty(name, value);
  }
  if (!isFields(safeAreaInsets)) return;
  for (const side of ["top", "right", "bottom", "left"]) {
    const inset = safeAreaInsets[side];
    if (typeof inset === "number") style.setProperty(`--inset-${side}`, `${inset}px`);
  }
}
