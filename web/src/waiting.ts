// How many alerts wait, beside *Alertes* in the rail and the tabs: current on every page.
import { follow } from './feed';
import { paced } from './paced';

const PACE_MS = 1000;
const MOST_SAID = 99;

const places = () => [...document.querySelectorAll<HTMLElement>('[data-alert-count]')];

/** Follow the alerts where the reader has an inbox; the inbox itself counts with its own list. */
export function keepCount(): void {
  if (!places().length || document.getElementById('inbox')) return;
  const ask = paced(async () => {
    const waiting = await asked();
    if (waiting !== null) sayCount(waiting);
  }, PACE_MS);
  follow((news) => {
    // After a cut the stream greets anew: what happened meanwhile is asked for.
    if (news.event === 'alerts' || news.event === 'hello') void ask();
  });
}

async function asked(): Promise<number | null> {
  try {
    const answer = await fetch('/api/v1/alerts?limit=1', { headers: { Accept: 'application/json' } });
    return answer.ok ? ((await answer.json()) as { waiting: number }).waiting : null;
  } catch {
    return null;
  }
}

function sayCount(waiting: number): void {
  for (const place of places()) {
    if (place.firstChild) place.firstChild.textContent = waiting > MOST_SAID ? `${MOST_SAID}+` : String(waiting);
    place.hidden = waiting === 0;
  }
}
