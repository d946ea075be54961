// Règles: the threshold slider of the replay strip, played again as the form is filled in. Every
// other thing is a plain form.
import './styles/rules.css';
import { keepDraftPlayed } from './rules/draft';
import { Strip } from './rules/strip';

const played = document.getElementById('played');
if (played) {
  const strip = new Strip(played);
  const form = document.querySelector<HTMLFormElement>('[data-rule-form]');
  if (form) keepDraftPlayed(form, strip);
}
document.getElementById('summary')?.focus();
document.getElementById('diff')?.scrollIntoView({ block: 'nearest' });
