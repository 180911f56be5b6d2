import { appendFileSync } from 'node:fs';
import { PROVE } from './size.ts';

/**
 * Says what a proof came to: printed, and when JIT_PROOFS names a file added to it as a line of JSON, from which
 * `npm run prove` makes docs/proofs.md. Give nothing that differs between machines but durations.
 */
export function report(proof: string, figures: Readonly<Record<string, string | number>>): void {
  const file = process.env.JIT_PROOFS;
  const line = { proof, size: PROVE ? 'full' : 'small', ...figures };
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  console.log(`${proof}: ${shown.join(', ')}`);
}
