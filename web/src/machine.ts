// « Examiner la machine »: doctor begins, and the page follows it.
import htmx from 'htmx.org';
import { call, Refusal, toast } from './page';

export function examineMachine(): void {
  document.addEventListener('click', async (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[data-examine]');
    if (!button) return;
    button.disabled = true;
    try {
      await call('POST', '/api/v1/doctor');
      htmx.trigger(document.body, 'examined', {});
    } catch (error) {
      button.disabled = false;
      if (!(error instanceof Refusal)) throw error;
      toast([error.title, error.detail, error.remedy].filter(Boolean).join(' '));
    }
  });
}
