/** 128 kbit/s, as most MP3 files have. */
const BYTES_PER_SECOND = 16_000;
const WAV_HEADER_BYTES = 44;
const WAV_BYTE_RATE_AT = 28;

/** Length of a sound: what a WAV file says of itself; of any other as if it were MP3 of 128 kbit/s. */
export function secondsOfSound(bytes: Buffer): number {
  const wav =
    bytes.length > WAV_HEADER_BYTES &&
    bytes.toString('latin1', 0, 4) === 'RIFF' &&
    bytes.toString('latin1', 8, 12) === 'WAVE';
  const rate = wav ? bytes.readUInt32LE(WAV_BYTE_RATE_AT) : 0;
  return rate > 0
    ? (bytes.length - WAV_HEADER_BYTES) / rate
    : bytes.length / BYTES_PER_SECOND;
}
