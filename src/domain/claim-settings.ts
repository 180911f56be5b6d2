import type { Config } from './issue.ts';

/** Where claims are kept. */
export interface ClaimSettings {
  /** `repository`: for all work trees of one repository; `remote`: for all clones that reach the remote. */
  readonly scope: 'repository' | 'remote';
  /** The name of a remote of the repository. */
  readonly remote: string;
  /** The beginning of the references under which the remote keeps them. */
  readonly refPrefix: string;
}

const DEFAULTS: ClaimSettings = { scope: 'repository', remote: 'origin', refPrefix: 'refs/jit/claims/' };

/** The settings under `claims` in the configuration; what is not set has its default. */
export function claimSettings(config: Config): ClaimSettings {
  const { claims } = config as { readonly claims?: Partial<ClaimSettings> };
  return { ...DEFAULTS, ...claims };
}
