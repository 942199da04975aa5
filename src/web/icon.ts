/** The server's own mark, in clients' lists. Our pages do without: they load nothing. */
export const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#5b3fb0"/>` +
  `<path d="M11 36h9l7-18 9 30 7-18 3 6h7" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" ` +
  `stroke-linejoin="round"/></svg>`;
