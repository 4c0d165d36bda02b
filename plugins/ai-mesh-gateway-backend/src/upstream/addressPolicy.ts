import { BlockList, isIP, isIPv6 } from 'node:net';

type Subnet = readonly [network: string, prefix: number];

/** Hands out credentials of the machine to whoever asks: no provider is ever there. */
const METADATA: readonly Subnet[] = [
  ['169.254.169.0', 24], // AWS, Azure, Google, Oracle, DigitalOcean
  ['169.254.170.0', 24], // AWS containers
  ['169.254.0.23', 32], // Tencent
  ['100.100.100.200', 32], // Alibaba
  ['168.63.129.16', 32], // Azure's wire server
  ['192.0.0.192', 32], // Oracle, of old
  ['fd00:ec2::', 32], // AWS
  ['fd20:ce::254', 128], // Google
];

const MULTICAST: readonly Subnet[] = [
  ['224.0.0.0', 4],
  ['255.255.255.255', 32], // broadcast
  ['ff00::', 8],
];

/** What IANA lists as not globally reachable, and the tunnels that could hide such an address. */
const PRIVATE: readonly Subnet[] = [
  ['0.0.0.0', 8], // unspecified: this machine
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['240.0.0.0', 4], // reserved
  ['::', 96], // unspecified, loopback, IPv4-compatible
  ['64:ff9b:1::', 48], // local NAT64
  ['100::', 64], // discarded
  ['2001::', 32], // Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['3fff::', 20], // documentation
  ['5f00::', 16], // segment routing
  ['fc00::', 7], // unique-local
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local
];

/**
 * IPv6 addresses that end in an IPv4 address and lead there: NAT64, and the translated form. The mapped form
 * `::ffff:0:0/96` is known to `BlockList` itself.
 */
const TRANSLATIONS = ['64:ff9b::', '::ffff:0:'];

const METADATA_NAMES = new Set([
  'instance-data',
  'instance-data.ec2.internal',
  'metadata',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.tencentyun.com',
]);

const PRIVATE_SUFFIXES = ['.internal', '.local', '.localhost', '.svc'];

const metadata = toBlockList(METADATA);
const multicast = toBlockList(MULTICAST);
const privateAddresses = toBlockList(PRIVATE);

/** Why a provider may not be at an address; ends the sentence "it is …". */
export type Refusal =
  | 'a metadata address of a cloud'
  | 'a multicast address'
  | 'a private address'
  | 'not an IP address';

/**
 * Judges an IP address of a provider.
 *
 * @param address - IPv4 or IPv6 in any spelling, without brackets
 * @returns undefined when a provider may be there
 */
export function refuseAddress(
  address: string,
  allowPrivateAddress: boolean,
): Refusal | undefined {
  const [bare] = address.split('%', 1); // a zone names a network card, and BlockList takes none
  const version = isIP(bare);
  if (version === 0) return 'not an IP address'; // BlockList would let it pass
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (metadata.check(bare, family)) return 'a metadata address of a cloud';
  if (multicast.check(bare, family)) return 'a multicast address';
  if (!allowPrivateAddress && privateAddresses.check(bare, family)) {
    return 'a private address';
  }
  return undefined;
}

/**
 * Judges the host of a provider before it is looked up. A name that passes is judged again by what it resolves to.
 *
 * @param hostname - of a parsed URL, which has brought every spelling of an IP address into one
 * @returns undefined when a provider may be there
 */
export function refuseHost(
  hostname: string,
  allowPrivateAddress: boolean,
): Refusal | undefined {
  const name = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isIP(name) !== 0) return refuseAddress(name, allowPrivateAddress);
  if (METADATA_NAMES.has(name)) return 'a metadata address of a cloud';
  if (!allowPrivateAddress && isPrivateName(name)) return 'a private address';
  return undefined;
}

/** A name without a dot, or of a network of one's own, means nothing outside. */
function isPrivateName(name: string): boolean {
  return (
    !name.includes('.') ||
    PRIVATE_SUFFIXES.some(suffix => name.endsWith(suffix))
  );
}

function toBlockList(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    if (isIPv6(network)) {
      list.addSubnet(network, prefix, 'ipv6');
      continue;
    }
    list.addSubnet(network, prefix, 'ipv4');
    for (const translation of TRANSLATIONS) {
      list.addSubnet(translation + network, 96 + prefix, 'ipv6');
    }
  }
  return list;
}
