// « Tout arrêter… »: two steps and a reason, then what the order did.
import { call, Refusal, say } from './page';

export function takeOrders(): void {
  const armed = new Set<HTMLDialogElement>();
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-order]')) {
    const dialog = document.getElementById(`order-${button.dataset['order']}`) as HTMLDialogElement | null;
    if (!dialog) continue;
    // Several buttons of a page open one dialog, which gives its order once.
    if (!armed.has(dialog)) arm(dialog, button.dataset['order'] ?? 'stop');
    armed.add(dialog);
    button.addEventListener('click', () => {
      show(dialog, 1);
      dialog.showModal();
      dialog.querySelector<HTMLElement>('select')?.focus();
    });
  }
}

function show(dialog: HTMLDialogElement, step: number): void {
  for (const part of dialog.querySelectorAll<HTMLElement>('[data-step]')) {
    part.hidden = part.dataset['step'] !== String(step);
  }
  for (const wrong of dialog.querySelectorAll('[data-wrong]')) wrong.textContent = '';
  dialog.querySelector<HTMLElement>('h2')?.focus();
}

function arm(dialog: HTMLDialogElement, order: string): void {
  const form = dialog.querySelector('form') as HTMLFormElement;
  const target = form.elements.namedItem('target') as HTMLSelectElement;
  const reason = form.elements.namedItem('reason') as HTMLTextAreaElement;
  const echo = (name: string, text: string) => {
    const place = dialog.querySelector(`[data-echo="${name}"]`);
    if (place) place.textContent = text;
  };
  let done = false;
  const next = () => {
    if (reason.value.trim().length < 3) {
      reason.setAttribute('aria-invalid', 'true');
      const wrong = dialog.querySelector('[data-step="1"] [data-wrong]');
      if (wrong) wrong.textContent = say('order-reason');
      reason.focus();
      return;
    }
    reason.removeAttribute('aria-invalid');
    echo('target', target.selectedOptions[0]?.text ?? '');
    echo('reason', reason.value.trim());
    show(dialog, 2);
  };
  dialog.querySelector('[data-next]')?.addEventListener('click', next);
  dialog.querySelector('[data-back]')?.addEventListener('click', () => show(dialog, 1));
  for (const close of dialog.querySelectorAll('[data-cancel]')) close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    if (done) window.location.reload();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const submit = form.querySelector<HTMLButtonElement>('[type=submit]');
    if (submit?.closest('[hidden]') || !submit) return next();
    submit.disabled = true;
    const began = performance.now();
    const label = submit.textContent;
    const counter = window.setInterval(() => {
      submit.textContent = say(`${order}-counting`, { time: seconds(performance.now() - began) });
    }, 100);
    try {
      const answer = await call('POST', `/api/v1/${order}`, { ...asked(target.value), reason: reason.value.trim() });
      const told = (await answer.json()) as { confirmed: boolean; took_s: number };
      done = true;
      show(dialog, 3);
      const place = dialog.querySelector('[data-told]');
      if (place) place.textContent = say(order === 'start' ? 'start-done' : told.confirmed ? 'stop-done' : 'stop-pending', { time: seconds(told.took_s * 1000) });
      dialog.querySelector<HTMLElement>('[data-step="3"] button')?.focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const wrong = dialog.querySelector('[data-step="2"] [data-wrong]');
      if (wrong) wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    } finally {
      window.clearInterval(counter);
      submit.textContent = label;
      submit.disabled = false;
    }
  });
}

// The API takes what an option stands for: `all`, `camera:quai`, `place:marche`, `use:alerts.density`.
function asked(value: string): Record<string, string> {
  const at = value.indexOf(':');
  return at < 0 ? { camera: value } : { [value.slice(0, at)]: value.slice(at + 1) };
}

function seconds(ms: number): string {
  const said = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${said.format(ms / 1000)}\u00a0s`;
}
