// A finger that rests where it is.
const LONG_PRESS_MS = 650;

/**
 * Tell once a finger has rested; the answer gives it up.
 *
 * A browser hands over a finger's moves with its next frame. On a page that is busy, a map being drawn on a
 * phone, the time is over before a move of long ago is heard: so that move's frame is waited for.
 */
export function longPress(held: () => void): () => void {
  let frame = 0;
  const timer = window.setTimeout(() => {
    frame = window.requestAnimationFrame(held);
  }, LONG_PRESS_MS);
  return () => {
    window.clearTimeout(timer);
    window.cancelAnimationFrame(frame);
  };
}
