/** In UTC, as in the text of every tool, and as Sentry cuts its days. */
const format = (options: Intl.DateTimeFormatOptions) => {
  const formatter = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  return (atMs: number) => (Math.abs(atMs) <= 8.64e15 ? formatter.format(atMs) : "");
};

const month = { day: "numeric", month: "short" } as const;
const clock = { hour: "2-digit", minute: "2-digit" } as const;

/** `12 Jan` */
export const day = format(month);

/** `12 Jan 2026` */
export const date = format({ ...month, year: "numeric" });

/** `09:00` */
export const hour = format(clock);

/** `Mon 12 Jan` */
export const weekday = format({ ...month, weekday: "short" });

/** `12 Jan, 09:00` */
export const dayAndTime = format({ ...month, ...clock });
