// Lieu: a chosen hour changes what stands below the week, not the page around it.
import './styles/place.css';
import { say, toast } from './page';

const root = document.getElementById('place-page');

root?.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('.weekly a');
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  void choose(link);
});

// Arrows go from hour to hour and from day to day.
root?.addEventListener('keydown', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('.weekly a');
  const cell = link?.closest('td');
  const row = cell?.parentElement as HTMLTableRowElement | undefined;
  if (!cell || !row) return;
  const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const [across, down] = ways[event.key] ?? [0, 0];
  if (!across && !down) return;
  event.preventDefault();
  const other = (row.parentElement as HTMLTableSectionElement).rows[row.sectionRowIndex + down];
  other?.cells[cell.cellIndex + across]?.querySelector('a')?.focus();
});

async function choose(link: HTMLAnchorElement): Promise<void> {
  try {
    const answer = await fetch(link.href, { headers: { Accept: 'text/html' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('place-hour');
    const held = document.getElementById('place-hour');
    if (!fresh || !held) throw new Error('no hour');
    held.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
    for (const one of document.querySelectorAll('.weekly a[aria-current]')) one.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
    history.replaceState(null, '', link.href);
  } catch {
    toast(say('unreachable'));
  }
}
