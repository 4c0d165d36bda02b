/** Longer names, and what follows on a longer path, are left out. */
const MAX_NAME_BYTES = 40;
const MAX_PATH_CHARACTERS = 120;

/**
 * The way to a member for an error message: `messages[].content`. Names that are long or not printable become an
 * ellipsis, so that the message cannot be abused to carry text.
 *
 * @param parts - from the outermost object on: the bytes of a name as they stand, or undefined for an array
 */
export function writePath(parts: readonly (Buffer | undefined)[]): string {
  let path = '';
  for (const part of parts) {
    if (part === undefined) path += '[]';
    else path += (path === '' ? '' : '.') + printable(part);
    if (path.length > MAX_PATH_CHARACTERS) {
      return `${path.slice(0, MAX_PATH_CHARACTERS)}…`;
    }
  }
  return path;
}

function printable(name: Buffer): string {
  const isShort = name.length > 0 && name.length <= MAX_NAME_BYTES;
  return isShort && name.every(isPrintable) ? name.toString('latin1') : '…';
}

/** ASCII, without what would need an escape in JSON. */
function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== 0x22;
}
