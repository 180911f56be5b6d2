import type { LeftPath, MergedPath, MergeReport } from '../domain/merge/report.ts';
import { counted } from './count.ts';
import { joinLines, type Page } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** What a merge of the files of a store came to: a line a file, what the rules decided, what is left, and how to go on. */
export function renderMerge(report: MergeReport, { style }: Page): string {
  const { files, left, others, next } = report;
  const lines = [headline(report)];
  for (const file of files) lines.push('', ...describeFile(file, report));
  if (left.length > 0) lines.push('', style.paint('bad', 'left alone:'));
  for (const item of left) lines.push(...describeLeft(item));
  if (others.length > 0) lines.push('', 'also unmerged, and none of the store:');
  lines.push(...others.map((path) => `  ${safeLine(path)}`));
  if (others.length > 0)
    lines.push('these come first: mend and git add them; git status then says how to go on');
  if (next.length > 0) lines.push('', 'next:', ...next.map((command) => `  ${safeLine(command)}`));
  return joinLines(lines);
}

function headline({ operation, commit, applied, files, left }: MergeReport): string {
  const what = counted(files.filter(({ outcome }) => outcome !== 'staged').length, 'file');
  if (commit !== null) {
    const name = commit.slice(0, 12);
    if (files.length > 0) return `merged again into ${what} what ${name} had dropped; it is staged`;
    return left.length > 0
      ? `nothing of ${name} could be merged again`
      : `${name} dropped nothing that is missing now`;
  }
  if (files.length === 0) {
    if (left.length > 0) return 'no file could be merged';
    return 'nothing of the store is unmerged, and no file has conflict markers';
  }
  const stopped = operation === null ? '' : ` of the ${OPERATIONS[operation]} that stopped`;
  return applied ? `merged ${what}${stopped}` : `${what}${stopped} can be merged`;
}

const OPERATIONS: Readonly<Record<NonNullable<MergeReport['operation']>, string>> = {
  merge: 'merge',
  rebase: 'rebase',
  am: 'git am',
  'cherry-pick': 'cherry-pick',
  revert: 'revert',
  stash: 'stash',
  other: 'merge',
};

const VERBS: Readonly<Record<MergedPath['outcome'], readonly [string, string]>> = {
  merged: ['merged', 'would merge'],
  removed: ['removed', 'would remove'],
  staged: ['staged', 'would stage'],
};

const WHENCE: Readonly<Partial<Record<MergedPath['from'], string>>> = {
  markers: ', from its conflict markers',
  file: ', as it is: the log tells of it',
};

function describeFile({ file, title, outcome, from, decided }: MergedPath, { applied }: MergeReport) {
  const name = title === null ? file : `${file}  ${title}`;
  const verb = VERBS[outcome][applied ? 0 : 1];
  const whence = WHENCE[from] ?? '';
  return [
    `${verb} ${safeLine(name)}${whence}`,
    ...decided.map(({ field, rule, kept, dropped }) =>
      safeLine(`  ${field === '' ? 'all' : field}: ${shorten(kept)} over ${shorten(dropped)} (rule ${rule})`),
    ),
  ];
}

function describeLeft({ file, reason, hint }: LeftPath): readonly string[] {
  const about = reason.includes(file) ? reason : `${file}: ${reason}`;
  return [`  ${safeLine(about)}`, `    ${safeLine(hint)}`];
}

/** Characters of a value. */
const MOST = 60;

function shorten(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
