// What is written in the form is played again as it stands, before anything is saved.
import { paced } from '../paced';
import type { Strip } from './strip';

const PACE_MS = 600;

export function keepDraftPlayed(form: HTMLFormElement, strip: Strip): void {
  const play = paced(async () => {
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    body.set('act', 'play');
    try {
      const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
      // What makes no sense yet is not played: somebody is still writing.
      if (answer.ok && !answer.redirected) strip.take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      // The strip stays that of before, and says what it was played with.
    }
  }, PACE_MS);
  form.addEventListener('change', () => void play());
  const button = form.querySelector<HTMLButtonElement>('[data-play-draft]');
  if (button) button.hidden = true;
}
