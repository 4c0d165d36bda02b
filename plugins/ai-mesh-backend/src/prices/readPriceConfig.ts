import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { PriceOffer } from './Price';
import { PriceContract } from './PriceContract';
import { readConfiguredPrices } from './readConfiguredPrices';
import { readPriceContracts } from './readPriceContracts';

/** What the configuration says of prices. */
export interface PriceConfig {
  /** The company's own prices: `aiMesh.prices`. */
  prices: PriceOffer[];
  /** What was agreed with providers: `aiMesh.priceContracts`. */
  priceContracts: PriceContract[];
  /** Price lists on disk: `aiMesh.priceFiles`. */
  priceFiles: string[];
}

/** @throws InputError that says which setting is wrong and what to write there */
export function readPriceConfig(config: Config): PriceConfig {
  return {
    prices: readConfiguredPrices(config),
    priceContracts: readPriceContracts(config),
    priceFiles: readPriceFiles(config),
  };
}

function readPriceFiles(config: Config): string[] {
  const paths = config.getOptionalStringArray('aiMesh.priceFiles') ?? [];
  for (const path of paths) {
    if (/\.(csv|json)$/i.test(path)) continue;
    throw new InputError(
      `Cannot read aiMesh.priceFiles: "${path}" must end in .csv or .json`,
    );
  }
  return paths;
}
