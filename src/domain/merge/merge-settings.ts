import { canonicalConfig, canonicalGates } from '../canonical-json.ts';
import type { Config, GateDefinition, GateRegistry, Index } from '../issue.ts';
import type { Decision } from './decision.ts';
import { judgeByContent } from './judge.ts';
import { mergeValue, mergeWhole } from './merge-value.ts';
import { mergeMap, settle, type Three } from './three-way.ts';

/** What a merge of a file that is not an issue came to; undefined: there is no such file. */
export interface MergedSettings<T> {
  readonly value: T | undefined;
  readonly decided: readonly Decision[];
}

/**
 * Merges gates.json gate by gate, and a gate field by field. These files do not say when they were changed: where both sides
 * changed a field, a number wins that is greater, `auto` that asks for a person, any other value that is the greater text. A
 * gate that one side changed and the other removed stays.
 */
export function mergeRegistry(three: Three<GateRegistry>): MergedSettings<GateRegistry> {
  const settled = settle(three);
  if (settled !== null) return { value: settled.value, decided: [] };
  const { judge, decided } = judgeByContent();
  if (three.ours === undefined || three.theirs === undefined) {
    return { value: mergeWhole('', three, judge), decided };
  }
  const gates = mergeMap<GateDefinition>(three, (key, gate) => {
    if (gate.ours === undefined || gate.theirs === undefined) return mergeWhole(key, gate, judge);
    const fields = gate as unknown as Three<Readonly<Record<string, unknown>>>;
    const merged = mergeMap(fields, (field, item) => mergeWhole(`${key}.${field}`, item, judge));
    return merged as unknown as GateDefinition;
  });
  return { value: canonicalGates(gates), decided };
}

/** Merges config.json key by key, by the rules of `mergeRegistry`. */
export function mergeConfig(three: Three<Config>): MergedSettings<Config> {
  const merged = mergeByKey(three);
  return { ...merged, value: merged.value && canonicalConfig(merged.value) };
}

/** Merges index.json: the newer schema version. */
export const mergeIndex = (three: Three<Index>): MergedSettings<Index> => mergeByKey(three);

function mergeByKey<T extends object>(three: Three<T>): MergedSettings<T> {
  const { judge, decided } = judgeByContent();
  return { value: mergeValue('', three, judge) as T | undefined, decided };
}
