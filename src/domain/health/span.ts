const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const;

/** A length of time in its largest unit, rounded down: `3m`. Milliseconds; what is shorter than a second is `0s`. */
export function spanOf(milliseconds: number): string {
  const [size, name] = UNITS.find(([unit]) => milliseconds >= unit) ?? ([1_000, 's'] as const);
  return `${Math.floor(milliseconds / size)}${name}`;
}
