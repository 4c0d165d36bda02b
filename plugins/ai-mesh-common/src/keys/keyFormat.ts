/** The id of a gateway key. Not a secret: it stands in lists, logs and the ledger. @public */
export type KeyId = string & { readonly __id: 'gateway key' };

/** The parts of a well-formed gateway key. @public */
export interface ParsedKey {
  id: KeyId;
  /** The whole text, as the caller sent it. Never logged. */
  secret: string;
}

const PREFIX = 'sk-mesh-';
const ID_LENGTH = 12;
const BODY_LENGTH = 40;
const CHECKSUM_LENGTH = 6;
const ALPHABET =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PATTERN = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${ID_LENGTH}})-([0-9A-Za-z]{${BODY_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);
const KEY_LENGTH =
  PREFIX.length + ID_LENGTH + 1 + BODY_LENGTH + CHECKSUM_LENGTH;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

/** Random bytes that {@link formatKey} needs. @public */
export const KEY_RANDOM_BYTES = ID_LENGTH + BODY_LENGTH;

/**
 * Builds a key: `sk-mesh-<id>-<40 random characters><checksum>`, about 238 bits of secret.
 *
 * @param randomBytes - {@link KEY_RANDOM_BYTES} bytes, each below 248 (62 × 4), so that no character
 *   is likelier than another
 * @public
 */
export function formatKey(randomBytes: Uint8Array): ParsedKey {
  if (
    randomBytes.length !== KEY_RANDOM_BYTES ||
    randomBytes.some(byte => byte >= 248)
  ) {
    throw new RangeError(
      `Cannot format a key: expected ${KEY_RANDOM_BYTES} bytes below 248`,
    );
  }
  const characters = Array.from(randomBytes, byte => ALPHABET[byte % 62]).join(
    '',
  );
  const id = characters.slice(0, ID_LENGTH) as KeyId;
  const body = characters.slice(ID_LENGTH);
  return { id, secret: `${PREFIX}${id}-${body}${checksum(`${id}-${body}`)}` };
}

/**
 * Takes a key apart. A typing error is caught by the checksum, before any look-up.
 *
 * @returns undefined when the text is no key of ours: wrong form, or wrong checksum
 * @public
 */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length !== KEY_LENGTH) return undefined;
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, id, body, sum] = match;
  if (checksum(`${id}-${body}`) !== sum) return undefined;
  return { id: id as KeyId, secret: text };
}

/** CRC-32 (IEEE 802.3) in six base-62 digits: finds typing errors, protects nothing. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc = CRC_TABLE[(crc ^ text.charCodeAt(index)) & 0xff] ^ (crc >>> 8);
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let digits = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    digits = ALPHABET[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
