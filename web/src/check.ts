// The result of a count check: signed, and a correction accepted.
import { call, Refusal, say } from './page';

function take(form: string, field: string, wrong: string, send: (text: string) => Promise<unknown>): void {
  let sending = false;
  document.getElementById(form)?.addEventListener('submit', (event) => {
    event.preventDefault();
    if (sending) return;
    const input = document.getElementById(field) as HTMLInputElement;
    const place = document.getElementById(wrong) as HTMLElement;
    place.textContent = '';
    if (input.value.trim().length < 3) {
      place.textContent = say('needed');
      input.focus();
      return;
    }
    sending = true;
    send(input.value.trim())
      .then(() => window.location.reload())
      .catch((error: unknown) => {
        sending = false;
        if (!(error instanceof Refusal)) throw error;
        place.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
      });
  });
}

const root = document.getElementById('check');
if (root) {
  const { id } = JSON.parse(root.dataset['check'] ?? '{}') as { id: string };
  take('sign', 'signer', 'sign-wrong', (name) => call('POST', `/api/v1/checks/${id}/signature`, { name }));
  take('correct', 'why', 'correct-wrong', (reason) => call('POST', '/api/v1/corrections', { check: id, reason }));
}
