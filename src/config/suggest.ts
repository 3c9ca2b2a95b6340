/**
 * "Did you mean?"
 *
 * @module
 */

/** Longer names are not compared: nobody mistypes a hundred letters, and the cost grows with the square. */
const LONGEST_NAME = 100;

/**
 * The one of `knownNames` that `wantedName` was most likely meant to be, if any is near enough: the same but for case, up
 * to a third of its letters mistyped, left out, added or swapped with a neighbour, or a beginning of it.
 */
export function suggestName(
  wantedName: string,
  knownNames: Iterable<string>,
): string | undefined {
  const wanted = wantedName.toLowerCase();
  if (wanted === "" || wanted.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  // One mistake is always forgiven, however short the name.
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  const extended: string[] = [];
  for (const knownName of knownNames) {
    const known = knownName.toLowerCase();
    if (known.startsWith(wanted) || wanted.startsWith(known)) extended.push(knownName);
    if (Math.abs(known.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, known);
    if (distance < bestDistance) [best, bestDistance] = [knownName, distance];
  }
  return best ?? (extended.length === 1 ? extended[0] : undefined);
}

/** Damerau-Levenshtein distance with adjacent swaps ("optimal string alignment"). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        least = Math.min(least, beforeLast[j - 2]! + 1);
      }
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length]!;
}
