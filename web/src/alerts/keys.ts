// The inbox by keyboard: J K A C X, 1 to 5, N Z S; Escape leaves what was begun.
import { singleKeysAct, writing } from '../keys';
import type { Inbox } from './inbox';

export function takeKeys(box: Inbox, toggleSound: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') return escape(box, event.target);
    if (!singleKeysAct() || writing(event.target)) return;
    const key = event.key.toLowerCase();
    const reasons = box.detail.reasons();
    if (key === 'j') box.step(1);
    else if (key === 'k') box.step(-1);
    else if (key === 'a') box.detail.act('acknowledge');
    else if (key === 'c') box.detail.act('confirm');
    else if (key === 'z') box.detail.act('undo');
    else if (key === 'n') box.detail.note();
    else if (key === 's') toggleSound();
    else if (key === 'x' && reasons) {
      reasons.open = !reasons.open;
      if (reasons.open) reasons.querySelector('button')?.focus();
    } else if (/^[1-5]$/.test(key) && reasons?.open) {
      reasons.querySelectorAll<HTMLButtonElement>('button')[Number(key) - 1]?.click();
    } else return;
    event.preventDefault();
  });
  // The reasons close when the page beside them is touched.
  document.addEventListener('click', (event) => {
    const reasons = box.detail.reasons();
    if (reasons?.open && !reasons.contains(event.target as Node)) reasons.open = false;
  });
}

function escape(box: Inbox, target: EventTarget | null): void {
  const reasons = box.detail.reasons();
  if (reasons?.open) {
    reasons.open = false;
    reasons.querySelector('summary')?.focus();
  } else if (target instanceof HTMLTextAreaElement) target.blur();
}
