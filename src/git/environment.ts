/**
 * What git puts into the environment of hooks, and reads before it looks at the directory it was started in. Only names that say
 * which repository, index or objects are meant: settings of `git -c` are the user's own, and stay.
 */
const LOCATIONS = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX',
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment for a git that jit starts: without what would lead it to another repository than the directory it is
 * started in. A hook, and whatever runs in one, has such variables.
 */
export function environmentForGit(env: Environment): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = { ...env };
  for (const name of LOCATIONS) delete own[name];
  return own;
}

/** The names of those variables that are set, for example in a hook. */
export const locationsIn = (env: Environment): readonly string[] =>
  LOCATIONS.filter((name) => env[name] !== undefined);
