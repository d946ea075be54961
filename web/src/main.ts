// What every page needs: styles, htmx with the CSRF token, dialogs, theme without a reload, clock.
import htmx from 'htmx.org';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/charts.css';
import './styles/editor.css';
import './styles/count.css';
import './styles/accounts.css';
import './styles/print.css';
import { csrf } from './page';
import { openDialogs } from './dialog';
import { examineMachine } from './machine';
import { takeKeys } from './keys';
import { takeOrders } from './orders';
import { acceptViews } from './views';
import { keepCount } from './waiting';

document.body.addEventListener('htmx:configRequest', (event) => {
  (event as CustomEvent).detail.headers['X-CSRF-Token'] = csrf();
});
// A refused answer is still an answer: it is shown where the good one would be.
document.body.addEventListener('htmx:beforeSwap', (event) => {
  const detail = (event as CustomEvent).detail;
  if (detail.xhr.status === 422 || detail.xhr.status === 409) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
htmx.config.timeout = 20000;

openDialogs();
takeOrders();
takeKeys();
acceptViews();
examineMachine();
keepCount();

for (const choice of document.querySelectorAll<HTMLAnchorElement>('a[data-theme-choice]')) {
  choice.addEventListener('click', (event) => {
    event.preventDefault();
    const theme = choice.dataset['themeChoice'] ?? 'auto';
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    for (const other of document.querySelectorAll('a[data-theme-choice]')) {
      if ((other as HTMLElement).dataset['themeChoice'] === theme) other.setAttribute('aria-current', 'true');
      else other.removeAttribute('aria-current');
    }
    document.dispatchEvent(new CustomEvent('theme'));
    // The server draws the next page with the same theme.
    void fetch(choice.href, { redirect: 'manual' });
  });
}

// Printed tables are open: paper has no summary to press.
window.addEventListener('beforeprint', () => {
  for (const twin of document.querySelectorAll<HTMLDetailsElement>('main details')) twin.open = true;
});

// Only one sheet of the phone's tabs; it closes when the page below is touched.
document.addEventListener('click', (event) => {
  for (const sheet of document.querySelectorAll<HTMLDetailsElement>('.tabs details[open]')) {
    if (!sheet.contains(event.target as Node)) sheet.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const sheet of document.querySelectorAll<HTMLDetailsElement>('.tabs details[open]')) {
    sheet.open = false;
    sheet.querySelector('summary')?.focus();
  }
});
