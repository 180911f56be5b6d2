// Randomness that is the same in every run.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A generator of numbers from 0 up to 1 (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is drawn with one generator. */
export function makeDraw(seed) {
  const random = seeded(seed);
  const below = (limit) => Math.floor(random() * limit);
  return {
    /** A whole number from 0 up to `limit`. */
    below,
    chance: (share) => random() < share,
    of: (list) => list[below(list.length)],
    /** `ms`: the time in its first ten characters, milliseconds since 1970. */
    ulid: (ms) => encode(ms) + Array.from({ length: 16 }, () => ALPHABET[below(32)]).join(''),
  };
}

function encode(ms) {
  let text = '';
  for (let rest = ms, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32))
    text = ALPHABET[rest % 32] + text;
  return text;
}
