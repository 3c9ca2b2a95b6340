/**
 * Points in time as AWS's tools write them into variables and files. On the token path.
 *
 * @module
 */

/**
 * The time that `text` names, `undefined` when it names none.
 *
 * ISO 8601 with seconds; the zone may be `Z`, an offset, `UTC` (older AWS CLIs wrote that) or missing, which
 * means UTC as well.
 */
export function parseIsoTime(text: string): Date | undefined {
  const match = ISO_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, date, time, fraction = "", zone = "Z"] = match;
  const offset = zone.startsWith("+") || zone.startsWith("-") ? zone : "Z";
  const parsed = new Date(`${date}T${time}${fraction}${offset}`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})? ?([Zz]|UTC|[+-]\d\d:\d\d)?$/;
