import dns from 'node:dns';
import { LookupFunction } from 'node:net';
import { Refusal, refuseAddress } from './addressPolicy';

/** A provider's name leads to an address where no provider may be. For the log: it names the address. */
export class RefusedAddressError extends Error {
  constructor(hostname: string, address: string, refusal: Refusal) {
    const way =
      refusal === 'a private address'
        ? '; a provider there needs allowPrivateAddress: true'
        : '';
    super(
      `Cannot connect to ${hostname}: ${address} is ${refusal}, where no provider may be${way}`,
    );
    this.name = 'RefusedAddressError';
  }
}

/**
 * Looks names up for a connection, and refuses the answer when any address in it is refused. The connection goes to
 * the very addresses that were judged: a name that changes its answer in between (DNS rebinding) gains nothing.
 */
export function createCheckedLookup(
  allowPrivateAddress: boolean,
  lookup: LookupFunction = dns.lookup,
): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      callback(
        error ?? refusedIn(hostname, found, allowPrivateAddress),
        found,
        family,
      );
    });
}

function refusedIn(
  hostname: string,
  found: string | dns.LookupAddress[],
  allowPrivateAddress: boolean,
): RefusedAddressError | null {
  const addresses =
    typeof found === 'string' ? [found] : found.map(each => each.address);
  for (const address of addresses) {
    const refusal = refuseAddress(address, allowPrivateAddress);
    if (refusal) return new RefusedAddressError(hostname, address, refusal);
  }
  return null;
}
