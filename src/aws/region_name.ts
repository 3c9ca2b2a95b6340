/**
 * Names of regions: how they are spelt, and what pseudo regions stand for. On the token path.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/**
 * The region behind a pseudo region: `fips-us-east-1` and `us-east-1-fips` are `us-east-1` with FIPS on.
 *
 * @throws `region_invalid` when what remains is not a region name
 */
export function realRegion(
  region: string,
): { readonly region: string; readonly isFips: boolean } {
  const withoutFips = region.replaceAll("fips-", "").replaceAll("-fips", "");
  assertRegion(withoutFips);
  return { region: withoutFips, isFips: withoutFips !== region };
}

/**
 * Checks that `region` is spelt like a region: it becomes a part of host names.
 *
 * The syntax is AWS's own: 1 to 63 letters, digits and hyphens, no hyphen at either end, not a mere number.
 *
 * @throws `region_invalid` when it is not
 */
export function assertRegion(region: string): void {
  if (isRegionName(region)) return;
  throw new EksauthError(
    "region_invalid",
    `Cannot use region "${region}": it is not a region name`,
    {
      hint: "Give a name such as us-east-2 with --region",
    },
  );
}

/** Letter by letter: the token path comes here, and its first regular expression would cost more than all the rest. */
function isRegionName(region: string): boolean {
  let hasOtherThanDigits = false;
  for (const character of region) {
    const isDigit = character >= "0" && character <= "9";
    const isLetter = (character >= "a" && character <= "z") ||
      (character >= "A" && character <= "Z");
    if (!isDigit && !isLetter && character !== "-") return false;
    hasOtherThanDigits ||= !isDigit;
  }
  return hasOtherThanDigits && region.length <= 63 && !region.startsWith("-") &&
    !region.endsWith("-");
}
