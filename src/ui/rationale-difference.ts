/** What changed between two rationales: step by step, and word by word within a step that was rewritten. */

/** Words that both sides share, that only the first has, or that only the second has. */
export interface WordDifference {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface StepDifference {
  readonly kind: 'same' | 'removed' | 'added' | 'changed';
  readonly words: readonly WordDifference[];
}

/** Pairs of elements that are compared at most; two texts beyond it count as different from end to end. */
const MOST_PAIRS = 400_000;
/** Shared share of the words from which two steps are one step that was changed. */
const SAME_STEP = 0.4;

/** One side's element, or both where they are equal. */
interface Aligned {
  readonly kind: WordDifference['kind'];
  readonly text: string;
}

/**
 * Aligns two sequences along a longest common subsequence; where sides differ, what was removed comes first. Takes
 * time and memory in proportion to the product of the lengths, hence the bound.
 */
function align(before: readonly string[], after: readonly string[]): Aligned[] {
  const width = after.length + 1;
  const known = before.length * after.length <= MOST_PAIRS;
  // `common[i * width + j]` is the length of a longest common subsequence of what follows i and j.
  const common = new Uint16Array(known ? (before.length + 1) * width : 0);
  if (known)
    for (let i = before.length - 1; i >= 0; i--)
      for (let j = after.length - 1; j >= 0; j--)
        common[i * width + j] =
          before[i] === after[j]
            ? 1 + (common[(i + 1) * width + j + 1] ?? 0)
            : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const aligned: Aligned[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [removed, added] = [before[i], after[j]];
    if (known && removed !== undefined && removed === added) {
      aligned.push({ kind: 'same', text: removed });
      i++;
      j++;
    } else if (
      removed !== undefined &&
      (added === undefined ||
        (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      aligned.push({ kind: 'removed', text: removed });
      i++;
    } else if (added !== undefined) {
      aligned.push({ kind: 'added', text: added });
      j++;
    }
  }
  return aligned;
}

/** Words, numbers, spaces and single signs, which together are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}]+(?:[.,'’]\p{N}+)*|[^]/gu) ?? [];
}

function differWords(before: string, after: string): WordDifference[] {
  const joined: { kind: WordDifference['kind']; text: string }[] = [];
  for (const { kind, text } of align(wordsOf(before), wordsOf(after))) {
    const last = joined.at(-1);
    if (last?.kind === kind) last.text += text;
    else joined.push({ kind, text });
  }
  return joined;
}

/** The share of the longer text that two steps have in common, 0..1. */
function likeness(words: readonly WordDifference[]): number {
  let [same, before, after] = [0, 0, 0];
  for (const { kind, text } of words) {
    const length = text.trim().length;
    if (kind !== 'added') before += length;
    if (kind !== 'removed') after += length;
    if (kind === 'same') same += length;
  }
  return same / Math.max(1, before, after);
}

const whole = (kind: WordDifference['kind'], text: string): StepDifference => ({
  kind,
  words: [{ kind, text }],
});

/** Pairs what was removed with what was added at the same place, in order, where they are alike. */
function pair(removed: readonly string[], added: readonly string[]): StepDifference[] {
  const differences: StepDifference[] = [];
  let next = 0;
  for (const text of removed) {
    const candidate = added[next];
    const words = candidate === undefined ? [] : differWords(text, candidate);
    if (candidate !== undefined && likeness(words) >= SAME_STEP) {
      differences.push({ kind: 'changed', words });
      next++;
    } else differences.push(whole('removed', text));
  }
  return [...differences, ...added.slice(next).map((text) => whole('added', text))];
}

/**
 * What changed from one list of steps to another. The parts of all kinds but `added` give the first list, those of
 * all kinds but `removed` the second.
 */
export function differ(before: readonly string[], after: readonly string[]): StepDifference[] {
  const differences: StepDifference[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const settle = (): void => {
    differences.push(...pair(removed, added));
    [removed, added] = [[], []];
  };
  for (const { kind, text } of align(before, after)) {
    if (kind === 'removed') removed.push(text);
    else if (kind === 'added') added.push(text);
    else {
      settle();
      differences.push(whole('same', text));
    }
  }
  settle();
  return differences;
}
