const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const { imul } = Math;

/**
 * Whether a caller is on the candidate's side of a release. The same caller always is, as long as the share does
 * not fall: growing it only moves callers over.
 *
 * @param caller - what makes a caller the same: its session, or its key
 * @param share - of the callers, 0 to 1
 */
export function isCandidateCall(
  model: string,
  caller: string,
  share: number,
): boolean {
  if (share <= 0) return false;
  return hash(`${model}\n${caller}`) / 2 ** 32 < share;
}

/** FNV-1a, 32 bits, with a last mix as its low bits are the better ones. */
function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    value = imul(value ^ text.charCodeAt(index), FNV_PRIME);
  }
  value = imul(value ^ (value >>> 16), 0x85ebca6b);
  value = imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
