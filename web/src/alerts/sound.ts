// A short sound for what is new, made here: off until somebody asks for it.

const KEPT = 'parvis-sound';
let context: AudioContext | null = null;

export function soundIsOn(): boolean {
  return localStorage.getItem(KEPT) === 'on';
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

export function wireSound(): () => void {
  const button = document.getElementById('sound') as HTMLButtonElement | null;
  if (!button) return () => undefined;
  const show = () => {
    const on = soundIsOn();
    button.setAttribute('aria-pressed', String(on));
    for (const [key, wanted] of [['on', on], ['off', !on]] as const) {
      const word = button.querySelector<HTMLElement>(`[data-${key}]`);
      if (word) word.hidden = !wanted;
    }
  };
  const toggle = () => {
    localStorage.setItem(KEPT, soundIsOn() ? 'off' : 'on');
    show();
    ring(false);
  };
  button.hidden = false;
  button.addEventListener('click', toggle);
  show();
  return toggle;
}
