export * from './PicoUsd';
export { divideHalfEven } from './divideHalfEven';
export { parseUsd, formatUsd, formatUsdExact } from './formatUsd';
export {
  DEAREST_PLAUSIBLE_PIECE_RATE,
  DEAREST_PLAUSIBLE_RATE,
  parseRate,
  parseRatePerMillion,
  formatRate,
  formatRatePerMillion,
} from './Rate';
export type { Rate } from './Rate';
export { costOf, costCeiling } from './costOf';
export { allocate } from './allocate';
export { decimalText } from './decimalText';
