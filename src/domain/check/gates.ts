import { type GateRegistry, type IssueHead, isOpen } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { gateDefinition } from '../readiness.ts';
import { problemOf } from './problem-of.ts';

/** Gates that are defined under another key than their own. */
export const diagnoseRegistry = (gates: GateRegistry): readonly Problem[] =>
  Object.entries(gates).flatMap(([key, gate]): Problem[] => {
    if (gate.key === key) return [];
    const message = `defines ${key}, but says that its key is ${gate.key}`;
    const where = { file: '.jit/gates.json', path: `/${key}/key`, id: null, fix: null };
    return [{ severity: 'error', code: 'wrong-key', message, ...where }];
  });

/** Gates that an open issue requires although nobody defines them. A finished one may. */
export const diagnoseGates = (issue: IssueHead, gates: GateRegistry): readonly Problem[] =>
  !isOpen(issue)
    ? []
    : issue.gates_required.flatMap((key, index): Problem[] =>
        gateDefinition(gates, key) !== undefined
          ? []
          : [
              problemOf(issue, {
                severity: 'error',
                code: 'undefined-gate',
                path: `/gates_required/${index}`,
                message: `requires the gate ${key}, which .jit/gates.json does not define`,
                fix: 'define the gate as the log last knew it, or as a manual one',
              }),
            ],
      );
