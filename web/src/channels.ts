// Notifications: plain forms; a test says that it is under way, a shared secret is made here.
import './styles/rules.css';

/** 32 random bytes as Standard Webhooks writes a secret. */
function madeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

function offerSecret(row: HTMLElement): void {
  const field = document.querySelector<HTMLInputElement>('#secret');
  const shown = row.querySelector<HTMLOutputElement>('[data-made]');
  if (!field || !shown) return;
  row.hidden = false;
  row.querySelector('[data-make]')?.addEventListener('click', () => {
    field.value = madeSecret();
    shown.textContent = field.value;
  });
}

const row = document.querySelector<HTMLElement>('[data-make-secret]');
if (row) offerSecret(row);

for (const form of document.querySelectorAll<HTMLFormElement>('[data-trial]')) {
  form.addEventListener('submit', (event) => {
    const button = event.submitter as HTMLButtonElement | null;
    // The button's own value is sent first: it changes after the form has been read.
    window.setTimeout(() => {
      if (!button) return;
      button.disabled = true;
      button.textContent = button.dataset['word'] ?? button.textContent;
    });
  });
}
(document.getElementById('summary') ?? document.getElementById('tried'))?.focus();
document.getElementById('diff')?.scrollIntoView({ block: 'nearest' });
