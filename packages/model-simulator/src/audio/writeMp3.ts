import { createRandom } from '../random/createRandom';

/** MPEG 1, layer III, 32 kbit/s, 32 kHz, mono, no checksum. */
const FRAME_HEADER = Buffer.from('fffb18c0', 'hex');
const FRAME_BYTES = 144;
export const FRAMES_PER_SECOND = 32_000 / 1_152;

/** Sound in the frames of an MP3 file; what is in them is noise, the same for the same seed. */
export function writeMp3(options: { frames: number; seed: number }): Buffer {
  const random = createRandom(options.seed);
  const bytes = Buffer.alloc(options.frames * FRAME_BYTES);
  for (let start = 0; start < bytes.length; start += FRAME_BYTES) {
    FRAME_HEADER.copy(bytes, start);
    for (let place = FRAME_HEADER.length; place < FRAME_BYTES; place++) {
      // Below 0xff, so that no frame seems to begin inside another.
      bytes[start + place] = Math.floor(random() * 0xff);
    }
  }
  return bytes;
}
