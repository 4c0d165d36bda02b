import { Config } from '@backstage/config';
import { InputError, isError } from '@backstage/errors';
import { checkKey, parseTime } from './checkOffer';
import { parseDiscount, PriceContract } from './PriceContract';
import { readPriceEntries } from './readConfiguredPrices';
import { SOURCE_IDS } from './sourceRank';

const MAX_NAME_LENGTH = 200;

/**
 * What was agreed with providers: `aiMesh.priceContracts`.
 *
 * @throws InputError that names the contract and what is wrong with it
 */
export function readPriceContracts(config: Config): PriceContract[] {
  const entries = config.getOptionalConfigArray('aiMesh.priceContracts') ?? [];
  const contracts: PriceContract[] = [];
  for (const [index, entry] of entries.entries()) {
    const where = `aiMesh.priceContracts[${index}]`;
    let contract: PriceContract;
    try {
      contract = readContract(entry, where);
    } catch (error) {
      throw new InputError(
        `Cannot read ${where}: ${isError(error) ? error.message : error}`,
      );
    }
    for (const other of contracts) refuseRival(contract, other, where);
    contracts.push(contract);
  }
  return contracts;
}

function readContract(entry: Config, where: string): PriceContract {
  const id = entry.getString('name');
  if (id.length > MAX_NAME_LENGTH) {
    throw new InputError(`"name" has more than ${MAX_NAME_LENGTH} characters`);
  }
  const validFrom = parseTime(entry.getString('validFrom'), '"validFrom"');
  const validTo = parseTime(entry.getOptionalString('validTo'), '"validTo"');
  if (validFrom === undefined || (validTo && validTo <= validFrom)) {
    throw new InputError('it ends before it begins');
  }
  const priceKeys = entry.getOptionalStringArray('models') ?? [];
  priceKeys.forEach(checkKey);
  const prefixes = entry.getOptionalStringArray('prefixes') ?? [];
  if (prefixes.some(prefix => !/^[^\s/]+\/\S*$/.test(prefix))) {
    throw new InputError(
      '"prefixes" must be beginnings of price keys with the provider, such as azure/',
    );
  }
  const discount = readDiscount(entry);
  const offers = readPriceEntries(
    entry.getOptionalConfigArray('prices') ?? [],
    {
      where: `${where}.prices`,
      sourceId: SOURCE_IDS.contract,
      source: `contract ${id}`,
      contractId: id,
    },
  ).map(offer => ({
    ...offer,
    validFrom: offer.validFrom ?? validFrom,
    validTo: offer.validTo ?? validTo,
  }));
  const isForSome = priceKeys.length + prefixes.length > 0;
  if (isForSome !== (discount !== undefined)) {
    throw new InputError(
      '"discountPercent" goes with "prefixes" or "models": what is it taken off?',
    );
  }
  if (!discount && offers.length === 0) {
    throw new InputError('it has neither "discountPercent" nor "prices"');
  }
  return { id, prefixes, priceKeys, discount, offers, validFrom, validTo };
}

function readDiscount(entry: Config) {
  const percent: unknown = entry.getOptional('discountPercent');
  if (percent === undefined) return undefined;
  if (typeof percent !== 'string') {
    throw new InputError(
      `"discountPercent" must be text in quotes such as '12.5', because a number in YAML is not exact`,
    );
  }
  return parseDiscount(percent);
}

/** Of two contracts for one price at one time nobody could say which holds. */
function refuseRival(a: PriceContract, b: PriceContract, where: string): void {
  if (a.id === b.id) {
    throw new InputError(
      `Cannot read ${where}: there is a contract "${a.id}" already`,
    );
  }
  const isAtOnce =
    (a.validTo === undefined || a.validTo > b.validFrom) &&
    (b.validTo === undefined || b.validTo > a.validFrom);
  const shared =
    namedKeys(a).find(key => namedKeys(b).includes(key)) ??
    a.prefixes.find(prefix =>
      b.prefixes.some(
        other => prefix.startsWith(other) || other.startsWith(prefix),
      ),
    );
  if (isAtOnce && shared !== undefined) {
    throw new InputError(
      `Cannot read ${where}: "${a.id}" and "${b.id}" both hold for "${shared}" at the same time`,
    );
  }
}

function namedKeys({ priceKeys, offers }: PriceContract): string[] {
  return [...priceKeys, ...offers.map(each => each.priceKey)];
}
