// Work that news ask for: never twice at once, at most every so often, the last asking never lost.

const sleep = (ms: number) => new Promise<void>((done) => window.setTimeout(done, ms));

/**
 * A function that asks for `work`: it runs at once, or `pace` ms after it last began. While nobody
 * sees the page it waits. The promise is done when nothing is left to do.
 */
export function paced(work: () => Promise<void>, pace: number): () => Promise<void> {
  let running: Promise<void> | null = null;
  let due = false;
  let begun = -Infinity;

  const run = async (): Promise<void> => {
    while (due && document.visibilityState !== 'hidden') {
      await sleep(Math.max(0, begun + pace - performance.now()));
      due = false;
      begun = performance.now();
      await work();
    }
    running = null;
  };
  const ask = (): Promise<void> => {
    due = true;
    running ??= run();
    return running;
  };
  document.addEventListener('visibilitychange', () => {
    if (due) void ask();
  });
  return ask;
}
