import type { Declaration, Input, Output } from './command.ts';
import { SCRIPTS } from './completion/scripts.ts';

export const declaration: Declaration = {
  path: ['completion'],
  summary: 'Print a script that lets a shell complete jit: commands, options, values and issues.',
  positionals: [
    {
      name: 'shell',
      type: 'string',
      required: true,
      values: Object.keys(SCRIPTS),
      description: 'Which shell.',
    },
  ],
  storeless: true,
  reads: 'Nothing.',
  writes: 'Nothing.',
  examples: [
    ['eval "$(jit completion bash)"', 'in ~/.bashrc; the same with zsh in ~/.zshrc'],
    ['jit completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  kinds: ['completion-script'],
};

export async function run({ shell }: Input): Promise<Output> {
  const script = SCRIPTS[shell as string]!;
  return { document: { kind: 'completion-script', shell, script }, text: script };
}
