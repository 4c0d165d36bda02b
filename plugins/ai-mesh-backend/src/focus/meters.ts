import { ChargeClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** How a class of charge is counted and priced. */
export interface Meter {
  /** The `SkuMeter`, for people. */
  name: string;
  /** What the ledger counts (attribute UnitFormat: plural, capitalised). */
  consumedUnit: string;
  /** What a price list prices. */
  pricingUnit: string;
  /** How many consumed units one pricing unit has. */
  unitsPerPrice: bigint;
}

const MILLION = 1_000_000n;

/** Meters by class. An adjustment counts nothing, and has none. */
const METERS: Record<Exclude<ChargeClass, 'adjustment'>, Meter> = {
  input: tokens('Input Tokens'),
  'cached-input': tokens('Cached Input Tokens'),
  'cache-write': tokens('Cache Write Tokens'),
  'cache-write-hour': tokens('Cache Write Tokens, One Hour'),
  'audio-input': tokens('Audio Input Tokens'),
  'image-input': tokens('Image Input Tokens'),
  embedding: tokens('Embedding Tokens'),
  output: tokens('Output Tokens'),
  reasoning: tokens('Reasoning Tokens'),
  'audio-output': tokens('Audio Output Tokens'),
  'image-output': tokens('Image Output Tokens'),
  image: pieces('Images', 'Images'),
  'audio-second': pieces('Audio Seconds', 'Seconds'),
  character: {
    name: 'Characters',
    consumedUnit: 'Characters',
    pricingUnit: '1000000 Characters',
    unitsPerPrice: MILLION,
  },
  'tool-call': pieces('Tool Calls', 'Requests'),
  'machine-time': hours('GPU Machine Hours', 'Seconds'),
  'gpu-time': hours('GPU Machine Hours', 'GPU-Seconds'),
};

/** The meter of a class; undefined for adjustments. */
export function meterOf(chargeClass: ChargeClass): Meter | undefined {
  return chargeClass === 'adjustment' ? undefined : METERS[chargeClass];
}

function tokens(name: string): Meter {
  return {
    name,
    consumedUnit: 'Tokens',
    pricingUnit: '1000000 Tokens',
    unitsPerPrice: MILLION,
  };
}

function pieces(name: string, unit: string): Meter {
  return { name, consumedUnit: unit, pricingUnit: unit, unitsPerPrice: 1n };
}

function hours(name: string, consumedUnit: string): Meter {
  return { name, consumedUnit, pricingUnit: 'Hours', unitsPerPrice: 3_600n };
}
