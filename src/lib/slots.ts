/** Places for what is held for a while: so many for each key, and so many for all. */
export interface Slots {
  /** What gives the place back; undefined when none is free. Without a key only all are counted. */
  take(key: string | undefined): (() => void) | undefined;
}

export function createSlots({ each, all }: { each: number; all: number }): Slots {
  const taken = new Map<string, number>();
  let total = 0;

  function leave(key: string | undefined): void {
    total -= 1;
    if (key === undefined) return;
    const left = (taken.get(key) ?? 0) - 1;
    if (left > 0) taken.set(key, left);
    else taken.delete(key);
  }

  return {
    take(key) {
      const own = key === undefined ? 0 : taken.get(key) ?? 0;
      if (total >= all || own >= each) return undefined;
      total += 1;
      if (key !== undefined) taken.set(key, own + 1);
      let isHeld = true;
      return () => {
        if (isHeld) leave(key);
        isHeld = false;
      };
    },
  };
}
