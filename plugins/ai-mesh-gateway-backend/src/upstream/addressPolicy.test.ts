import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { refuseAddress, refuseHost } from './addressPolicy';

const PRIVATE = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.1.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '198.18.0.1',
  '240.0.0.1',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:7f00:0001',
  '::ffff:0:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::1',
  '2001:0:1::1',
  '2002:7f00:1::',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
];
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  'fd00:ec2::254',
  'fd00:0ec2:0:0:0:0:0:0254',
  'fd20:ce::254',
];
const MULTICAST = [
  '224.0.0.1',
  '255.255.255.255',
  '::ffff:224.0.0.1',
  'ff02::1',
];
const PUBLIC = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '20.42.1.1',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
  '2606:4700:4700::1111',
  '2a01:111::1',
];

describe('the address of a provider', () => {
  it.each(PRIVATE)('%s is private, and may be allowed', address => {
    expect(refuseAddress(address, false)).toBe('a private address');
    expect(refuseAddress(address, true)).toBeUndefined();
  });

  it.each(METADATA)(
    '%s hands out credentials, and is never allowed',
    address => {
      expect(refuseAddress(address, false)).toMatch('metadata');
      expect(refuseAddress(address, true)).toMatch('metadata');
    },
  );

  it.each(MULTICAST)('%s is many machines, and is never allowed', address => {
    expect(refuseAddress(address, false)).toMatch('multicast');
    expect(refuseAddress(address, true)).toMatch('multicast');
  });

  it.each(PUBLIC)('%s is public', address => {
    expect(refuseAddress(address, false)).toBeUndefined();
  });

  it.each(['', 'localhost', '1.2.3', '010.0.0.1', '::gggg', '%eth0'])(
    '"%s" is no address, and is refused',
    text => {
      expect(refuseAddress(text, true)).toBe('not an IP address');
    },
  );

  it('is judged alike in every spelling', () =>
    fc.assert(
      fc.property(fc.ipV4(), fc.boolean(), (address, isAllowed) => {
        const octets = address.split('.').map(Number);
        const [high, low] = [0, 2].map(at =>
          (octets[at] * 256 + octets[at + 1]).toString(16),
        );
        const judged = [
          address,
          `::ffff:${address}`,
          `::FFFF:${high}:${low}`,
          `0:0:0:0:0:ffff:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
        ].map(each => refuseAddress(each, isAllowed));
        expect(new Set(judged).size).toBe(1);
      }),
      { numRuns: 2000 },
    ));

  it('is judged as a URL spells it, whatever was written', () =>
    fc.assert(
      fc.property(fc.ipV4Extended(), text => {
        const { hostname } = new URL(`http://${text}/`);
        if (!isIPv4(hostname))
          throw new Error('a URL that is not brought into form');
        expect(refuseHost(hostname, false)).toBe(
          refuseAddress(hostname, false),
        );
      }),
    ));
});

describe('the host of a provider', () => {
  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://vllm/',
    'http://llama.models.svc/',
    'http://llama.models.svc.cluster.local/',
    'http://host.docker.internal/',
  ])('%s is private', text => {
    const { hostname } = new URL(text);
    expect(refuseHost(hostname, false)).toBe('a private address');
    expect(refuseHost(hostname, true)).toBeUndefined();
  });

  it.each([
    'http://metadata.google.internal/',
    'http://METADATA.google.internal./',
    'http://metadata/',
    'http://[fd00:ec2::254]/',
    'http://2852039166/', // 169.254.169.254
  ])('%s hands out credentials', text => {
    expect(refuseHost(new URL(text).hostname, true)).toMatch('metadata');
  });

  it.each(['https://api.openai.com/', 'https://x.openai.azure.com./'])(
    '%s is public, as far as its name tells',
    text => {
      expect(refuseHost(new URL(text).hostname, false)).toBeUndefined();
    },
  );
});
