/**
 * The outcome of `work`, or `late()` when it takes longer. The work goes on, and what comes of it then is nobody's.
 */
export async function withinTime<T>(
  work: Promise<T>,
  { limitMs, late }: { limitMs: number; late: () => T },
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    return await Promise.race([work, limit.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
