const NEWLINE = 0x0a;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const ULID_LENGTH = 26;

// How each line begins that jit wrote: {"ts":"…","event":"…","id":"…","eid":"…",
const TS = Buffer.from('{"ts":"');
const EVENT = Buffer.from('","event":"');
const ID = Buffer.from('","id":"');
/** Neither a time nor the name of an event is longer. Bytes. */
const LONGEST = 64;

/** Up to so many issues are searched by the system's own search, one after another: it needs no warming up, but as long again for each. */
const FEW = 2;

/**
 * So many letters of an id are searched. A text of up to 7 bytes is searched by its first one, with what the processor has for that; for longer ones a
 * table is made first, and the search is slower.
 */
const RARE = 7;
/** From here on an id is random. */
const RANDOM = 10;

/** Searches the log for the last event of each of some issues; parts of it are shown from its end on. */
export class LineSearch {
  readonly #missing: Set<string>;
  /** 1 under the mark of each id: what has another is none of them. Made where there are many. */
  #marks: Uint8Array | undefined;
  /** Issue → eid of its last event, of those that have one. */
  readonly found = new Map<string, string>();

  constructor(ids: readonly string[]) {
    this.#missing = new Set(ids);
  }

  get isOver(): boolean {
    return this.#missing.size === 0;
  }

  /** Looks at the lines of a part of the log from a place on; what comes after the part was shown before. */
  look(part: Buffer, from: number): void {
    if (this.#missing.size > FEW) this.#lookAtStarts(part, from);
    else for (const id of this.#missing) this.#lookFor(id, part, from);
  }

  /** Forward, which is faster than backwards: the last place counts. */
  #lookFor(id: string, part: Buffer, from: number): void {
    const whole = Buffer.from(`"${id}"`);
    const before = 1 + rareIn(id);
    const needle = whole.subarray(before, before + RARE);
    const places: number[] = [];
    for (let at = part.indexOf(needle, from); at !== -1; at = part.indexOf(needle, at + 1))
      if (stands(whole, part, at - before) && isNamed(part, at - before)) places.push(at);
    for (let at = places.pop(); at !== undefined && this.#missing.has(id); at = places.pop()) {
      const newline = part.indexOf(NEWLINE, at);
      const end = newline === -1 ? part.length : newline;
      const event = readEvent(part, part.lastIndexOf(NEWLINE, at) + 1, end);
      // What it says of another issue is no news: of that, what comes later in this part was not looked at.
      if (event?.id === id) this.#find(event);
    }
  }

  /**
   * Of each line no more than its start is looked at, byte by byte, since every text that is made of one takes longer than all the rest. A line that
   * does not begin as jit writes it is read.
   */
  #lookAtStarts(part: Buffer, from: number): void {
    this.#marks ??= marksOf(this.#missing);
    const lines: number[] = [];
    for (let start = from; start < part.length; ) {
      const newline = part.indexOf(NEWLINE, start);
      const end = newline === -1 ? part.length : newline;
      if (this.#mayBeWanted(part, start, end, this.#marks)) lines.push(start, end);
      start = end + 1;
    }
    for (let at = lines.length - 2; at >= 0 && !this.isOver; at -= 2) {
      const event = readEvent(part, lines[at]!, lines[at + 1]!);
      if (event !== null) this.#find(event);
    }
  }

  #mayBeWanted(part: Buffer, start: number, end: number, marks: Uint8Array): boolean {
    const ts = endOfText(part, start + TS.length);
    const event = endOfText(part, ts + EVENT.length);
    const id = event + ID.length;
    const isOurs =
      id + ULID_LENGTH < end &&
      part[id + ULID_LENGTH] === QUOTE &&
      stands(ID, part, event) &&
      stands(EVENT, part, ts) &&
      stands(TS, part, start);
    if (!isOurs) return end > start;
    return marks[markOf(part, id)] === 1 && this.#missing.has(part.toString('latin1', id, id + ULID_LENGTH));
  }

  /** Of each issue what is found first counts. */
  #find({ id, eid }: Found): void {
    if (this.#missing.delete(id)) this.found.set(id, eid);
  }
}

/** Where in an id its rarest letters begin: digits stand everywhere in the log, in times, and a K at the start of each id. */
function rareIn(id: string): number {
  const letter = id.slice(RANDOM, ULID_LENGTH - RARE + 1).search(/[A-JL-Z]/);
  return RANDOM + Math.max(0, letter);
}

/** Where the quote is that ends a text; somewhere else where the text is longer than those of jit. */
function endOfText(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] !== QUOTE && at < from + LONGEST) at += 1;
  return at;
}

function stands(text: Buffer, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text[at]) return false;
  return true;
}

const MARKS = 2 ** 15;

function marksOf(ids: Iterable<string>): Uint8Array {
  const marks = new Uint8Array(MARKS);
  for (const id of ids) marks[markOf(Buffer.from(id, 'latin1'), 0)] = 1;
  return marks;
}

/** Of the last letters of an id, which are random. */
function markOf(bytes: Buffer, id: number): number {
  const last = id + ULID_LENGTH - 1;
  return ((bytes[last]! & 31) << 10) | ((bytes[last - 1]! & 31) << 5) | (bytes[last - 2]! & 31);
}

const KEY = Buffer.from('"id"');
const COLON = 0x3a;

/**
 * Whether a text is an `id` and no dependency or the like. Quotes inside of texts are escaped, so it is none of what a text quotes; it may be that of
 * an object inside of `changes`.
 */
function isNamed(bytes: Buffer, from: number): boolean {
  const colon = skipSpaces(bytes, from - 1);
  return bytes[colon] === COLON && stands(KEY, bytes, skipSpaces(bytes, colon - 1) - KEY.length + 1);
}

/** The place of the last byte up to `from` that is no space: who formats lines anew may put some around a colon. */
function skipSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === TAB) at -= 1;
  return at;
}

interface Found {
  readonly id: string;
  readonly eid: string;
}

/** What a line says; null where it is not the event of an issue. */
function readEvent(part: Buffer, start: number, end: number): Found | null {
  try {
    const value: Partial<Found> | null = JSON.parse(part.toString('utf8', start, end).replace(/^\ufeff/, ''));
    const { id, eid } = value ?? {};
    return typeof id === 'string' && typeof eid === 'string' ? { id, eid } : null;
  } catch {
    return null;
  }
}
