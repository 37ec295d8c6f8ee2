// The bench's tones: told apart by pitch and rhythm, not by loudness. WebAudio; the first needs a key or a touch.

const MELODIES = {
  success: [[880, 0, 0.09], [1320, 0.1, 0.14]],
  notice: [[620, 0, 0.12], [620, 0.18, 0.12]],
  danger: [[220, 0, 0.22], [165, 0.26, 0.34]],
  neutral: [[520, 0, 0.07]],
};
const BUZZES = { success: 40, notice: [60, 60, 60], danger: [180, 80, 180], neutral: 20 };
const KEY = "bench-sound";

let audio;

export const soundIsOn = () => localStorage.getItem(KEY) !== "off";

export function setSound(on) {
  localStorage.setItem(KEY, on ? "on" : "off");
}

/** Sound and shake one of success, notice, danger, neutral. */
export function play(tone) {
  if (!soundIsOn() || !MELODIES[tone]) return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZES[tone]);
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
  for (const [pitch, after, length] of MELODIES[tone]) note(pitch, audio.currentTime + after, length);
}

function note(pitch, start, length) {
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  voice.type = pitch < 300 ? "square" : "sine";
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.22, start + 0.012);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + length + 0.02);
}
