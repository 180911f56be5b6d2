import type { GateRegistry } from './issue.ts';

/** The gates of the first design: one that a person passes, three that automation may. */
export const COMMON_GATES: GateRegistry = {
  review: {
    key: 'review',
    title: 'Review',
    description: 'A person has read the change and agrees with it.',
    auto: false,
  },
  'unit-tests': {
    key: 'unit-tests',
    title: 'Unit tests',
    description: 'The unit tests pass.',
    auto: true,
    example_integration: 'run the unit tests, then: jit gate pass ID unit-tests --by ci:NAME',
  },
  'integration-tests': {
    key: 'integration-tests',
    title: 'Integration tests',
    description: 'The integration tests pass.',
    auto: true,
    example_integration: 'run the integration tests, then: jit gate pass ID integration-tests --by ci:NAME',
  },
  'security-scan': {
    key: 'security-scan',
    title: 'Security scan',
    description: 'The security scan finds nothing that must be mended first.',
    auto: true,
    example_integration: 'run the scanner, then: jit gate pass ID security-scan --by ci:NAME',
  },
};
