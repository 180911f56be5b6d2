type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of git that stay: how to reach a remote, as whom, and the user's own settings and traces. All others go; hooks
 * set many of them (GIT_DIR, GIT_INDEX_FILE, GIT_QUARANTINE_PATH, …), and each would lead git somewhere else.
 */
const STAYS =
  /^GIT_(?:SSH(?:_.*)?|ASKPASS|PROXY_COMMAND|HTTP_.*|SSL_.*|CURL_.*|ALLOW_PROTOCOL|PROTOCOL_FROM_USER|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|PARAMETERS|COUNT|(?:KEY|VALUE)_\d+)|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)|EXEC_PATH|TRACE.*)$/;

/** The environment for a git that jit starts: it works in the directory that it is started in, whatever a hook has set. */
export function environmentForGit(env: Environment): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || STAYS.test(name))) own[name] = value;
  }
  return own;
}

/** Of the variables that go, those that say which repository, index or objects are meant. */
const LOCATIONS = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
] as const;

/** The names of those variables that are set, for example in a hook. */
export const locationsIn = (env: Environment): readonly string[] =>
  LOCATIONS.filter((name) => env[name] !== undefined);
