/** The value below which this share of the sorted values lies, by linear interpolation. NaN of nothing. */
export function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted.length === 0 ? Number.NaN : sorted[below] + (next - sorted[below]) * (place - below);
}

/** Median and quartiles, and how many values there were. */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  return { n: sorted.length, q1, median, q3, worst: sorted.at(-1) ?? Number.NaN };
}

/**
 * Pairs of samples, each `{base, own}` with `wall` in microseconds and `cpu` in milliseconds, as ratios: each is taken within its
 * pair, so that a machine that slows down in the meantime does to both the same.
 * `milliseconds` and `base`: medians. `later`: by how many milliseconds one takes longer than the other of its pair.
 */
export const summarizePairs = (pairs) => ({
  wall: summarize(pairs.map(({ own, base }) => own.wall / base.wall)),
  cpu: summarize(pairs.filter(({ base }) => base.cpu > 0).map(({ own, base }) => own.cpu / base.cpu)),
  milliseconds: summarize(pairs.map(({ own }) => own.wall / 1000)).median,
  later: summarize(pairs.map(({ own, base }) => (own.wall - base.wall) / 1000)),
  base: summarize(pairs.map(({ base }) => base.wall / 1000)).median,
});
