import { LookupAddress } from 'node:dns';
import { LookupFunction } from 'node:net';
import { createCheckedLookup, RefusedAddressError } from './checkedLookup';

/** A name server that gives its answers one after the other. */
function answering(...answers: (string | string[] | Error)[]): LookupFunction {
  return (_hostname, _options, callback) => {
    const answer = answers.shift() ?? new Error('No more answers');
    if (answer instanceof Error) callback(answer, '');
    else if (typeof answer === 'string') callback(null, answer, 4);
    else
      callback(
        null,
        answer.map(address => ({ address, family: 4 })),
      );
  };
}

function resolve(lookup: LookupFunction) {
  return new Promise<string | LookupAddress[]>((done, failed) =>
    lookup('models.example.com', {}, (error, found) =>
      error ? failed(error) : done(found),
    ),
  );
}

describe('looking a provider up', () => {
  it('judges every answer, also of a name that was good before', async () => {
    const lookup = createCheckedLookup(
      false,
      answering('1.1.1.1', '127.0.0.1', '169.254.169.254'),
    );
    await expect(resolve(lookup)).resolves.toBe('1.1.1.1');
    await expect(resolve(lookup)).rejects.toThrow(
      'Cannot connect to models.example.com: 127.0.0.1 is a private address, where no provider may be; a provider there needs allowPrivateAddress: true',
    );
    await expect(resolve(lookup)).rejects.toThrow('metadata');
  });

  it('refuses all when one of many is refused', async () => {
    const lookup = createCheckedLookup(
      false,
      answering(['1.1.1.1', '10.0.0.1']),
    );
    await expect(resolve(lookup)).rejects.toThrow(RefusedAddressError);
  });

  it('lets private addresses pass where they are allowed, but no metadata', async () => {
    const lookup = createCheckedLookup(
      true,
      answering(['10.0.0.1'], ['169.254.169.254']),
    );
    await expect(resolve(lookup)).resolves.toEqual([
      { address: '10.0.0.1', family: 4 },
    ]);
    await expect(resolve(lookup)).rejects.toThrow('metadata');
  });

  it('passes on what the name server complains of', async () => {
    const lookup = createCheckedLookup(
      false,
      answering(new Error('ENOTFOUND')),
    );
    await expect(resolve(lookup)).rejects.toThrow('ENOTFOUND');
  });
});
