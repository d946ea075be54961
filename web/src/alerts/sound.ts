// A short sound for what is new, made here: off until somebody asks for it.

const KEPT = 'parvis-sound';
let context: AudioContext | null = null;
let cut = false;

export function soundIsOn(): boolean {
  return !cut && localStorage.getItem(KEPT) === 'on';
}

/** While the stream is cut no sound can tell of anything: it is off, and comes back as it was. */
export function silence(now: boolean): void {
  if (cut === now) return;
  cut = now;
  showSound();
}

/** Two notes; three, higher, for what is grave. */
export function ring(grave: boolean): void {
  if (!soundIsOn()) return;
  context ??= new AudioContext();
  void context.resume();
  const notes = grave ? [880, 988, 1175] : [587, 784];
  notes.forEach((pitch, i) => {
    const at = (context as AudioContext).currentTime + 0.02 + i * 0.16;
    const tone = (context as AudioContext).createOscillator();
    const loud = (context as AudioContext).createGain();
    tone.type = 'sine';
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.15);
    tone.connect(loud).connect((context as AudioContext).destination);
    tone.start(at);
    tone.stop(at + 0.16);
  });
}

function showSound(): void {
  const button = document.getElementById('sound') as HTMLButtonElement | null;
  if (!button) return;
  const on = soundIsOn();
  button.hidden = false;
  button.disabled = cut;
  button.setAttribute('aria-pressed', String(on));
  for (const [key, wanted] of [['on', on], ['off', !on]] as const) {
    const word = button.querySelector<HTMLElement>(`[data-${key}]`);
    if (word) word.hidden = !wanted;
  }
}

export function wireSound(): () => void {
  const toggle = () => {
    if (cut) return;
    localStorage.setItem(KEPT, soundIsOn() ? 'off' : 'on');
    showSound();
    ring(false);
  };
  document.getElementById('sound')?.addEventListener('click', toggle);
  showSound();
  return toggle;
}
