import type { ConfigSettings } from '../../domain/git-setup/config-block.ts';
import type { GitSetupResult } from '../../operations/git-setup.ts';
import type { GitWorkshop } from '../../operations/git-workshop.ts';
import { describeChanges, textOfChange } from '../../render/git-setup.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Output } from '../command.ts';

/** What a setup, or taking it back, has changed: files and settings, before and after. */
export function reportSetup(
  action: 'setup' | 'unsetup',
  result: GitSetupResult,
  applied: boolean,
  workshop: GitWorkshop,
): Output {
  const files = describeChanges(result.changes, workshop);
  const settings = settingsOf(result.settings);
  const { place } = result;
  const hooks = result.hooks.map(({ hook, path, form }) => ({ hook, path: workshop.nameOf(path), form }));
  const document = {
    kind: 'git-setup',
    action,
    applied,
    changed: files.length > 0,
    store: workshop.store,
    program: result.program,
    files,
    settings,
    hooks:
      place === null
        ? null
        : { directory: workshop.nameOf(place.directory), manager: place.manager, installed: hooks },
    notes: result.notes,
  };
  const lines = [headline(action, applied, files.length > 0), ...files.flatMap(textOfChange)];
  for (const { key, before, after } of settings) {
    if (before !== null && after !== null && before !== after) lines.push(`  ${key} was ${before}`);
  }
  for (const { hook, path, form } of hooks) lines.push(`  ${hook} is checked in ${path} (${form})`);
  lines.push(...result.notes.map((note) => `note: ${note}`));
  return { document, text: lines.map(safeLine).join('\n'), ...noteFor(action, applied, files.length > 0) };
}

function headline(action: 'setup' | 'unsetup', applied: boolean, changed: boolean): string {
  if (!changed) {
    return action === 'setup'
      ? 'git merges the files of this store by jit already'
      : 'nothing of jit is set up in git here';
  }
  const what = action === 'setup' ? 'set up git for this store' : 'took the setup of jit out of git';
  return applied ? what : `would have ${what}`;
}

function noteFor(action: 'setup' | 'unsetup', applied: boolean, changed: boolean): Pick<Output, 'note'> {
  if (!applied || !changed) return {};
  return {
    note:
      action === 'setup'
        ? 'next: commit .jit/.gitattributes; every clone runs jit git setup once'
        : 'next: commit .jit/.gitattributes, if that was committed',
  };
}

const NOTHING: ConfigSettings = { driver: '', textconv: '', hooks: null };

function settingsOf({ before, after }: GitSetupResult['settings']) {
  const [old, young] = [before ?? NOTHING, after ?? NOTHING];
  const keys = {
    'merge.jit.driver': 'driver',
    'diff.jit.textconv': 'textconv',
    'jit.hooks': 'hooks',
  } as const;
  return Object.entries(keys)
    .map(([key, field]) => ({ key, before: old[field] || null, after: young[field] || null }))
    .filter((setting) => setting.before !== null || setting.after !== null);
}
