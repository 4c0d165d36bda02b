import { BookVersion } from './Price';
import { ContractBook, ContractContext } from './ContractBook';
import { contractsOf } from './PriceContract';
import { PriceTimeline } from './PriceTimeline';

/**
 * Writes contracts into the book as versions of their own, so that what was agreed and what the list says can
 * both be computed later. Each version with a discount names the list version that it was taken off. A
 * contract that is gone ends now; what it covered before stays.
 *
 * @param timeline - the book with its new list versions; what is added to it is returned too
 * @param options - `keys`: the price keys to look at
 * @returns the versions to record; none when the book says all of it already
 */
export function applyContracts(
  timeline: PriceTimeline,
  options: ContractContext & { keys: Iterable<string> },
): BookVersion[] {
  const added: BookVersion[] = [];
  for (const priceKey of options.keys) {
    const book = new ContractBook(timeline, priceKey, options, added);
    const present = contractsOf(priceKey, options.contracts);
    for (const contract of present) book.apply(contract);
    const gone = new Set(
      timeline.versionsOf(priceKey).flatMap(each => each.contractId ?? []),
    );
    for (const { id } of present) gone.delete(id);
    for (const id of gone) book.end(id);
  }
  return added;
}
