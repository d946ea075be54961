// Links with data-dialog open the same page in a dialog; without a script they open the page.
import htmx from 'htmx.org';

export function openDialogs(): void {
  const dialog = document.getElementById('dialog') as HTMLDialogElement | null;
  if (!dialog) return;
  document.addEventListener('click', async (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>('a[data-dialog]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await fetch(link.dataset['dialog'] ?? link.href, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok) {
      window.location.href = link.href;
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = page.querySelector('[data-dialog-content]');
    if (!content) {
      window.location.href = link.href;
      return;
    }
    dialog.replaceChildren(...content.childNodes);
    htmx.process(dialog);
    dialog.showModal();
  });
  dialog.addEventListener('click', (event) => {
    const target = event.target as Element;
    if (target === dialog || target.closest('[data-close]')) {
      event.preventDefault();
      dialog.close();
    }
  });
}
