// « La nouvelle vue est la bonne »: a technician accepts what a moved camera shows.
import { call, Refusal, say } from './page';

export function acceptViews(): void {
  document.addEventListener('click', async (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[data-accept-view]');
    if (!button) return;
    button.disabled = true;
    const told = document.createElement('span');
    told.setAttribute('role', 'status');
    try {
      await call('POST', `/api/v1/cameras/${encodeURIComponent(button.dataset['acceptView'] ?? '')}/view`);
      told.textContent = say('view-accepted');
      button.replaceWith(told);
      told.tabIndex = -1;
      told.focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      told.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
      button.after(told);
      button.disabled = false;
    }
  });
}
