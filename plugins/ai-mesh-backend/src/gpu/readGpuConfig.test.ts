import { ConfigReader } from '@backstage/config';
import { readGpuConfig } from './readGpuConfig';

const read = (unallocatedTo?: string) =>
  readGpuConfig(new ConfigReader({ aiMesh: { gpu: { unallocatedTo } } }));

it.each([
  ['group:default/platform', 'group:default/platform'],
  ['Group:Platform', 'group:default/platform'],
  ['platform', 'group:default/platform'],
])('reads the Group %s', (text, unallocatedTo) => {
  expect(read(text)).toEqual({ unallocatedTo });
});

it('charges nobody when nobody is named', () => {
  expect(readGpuConfig(new ConfigReader({}))).toEqual({});
});

it.each(['user:default/dana', 'component:shop', 'group:default/'])(
  'refuses %s, and says what to write',
  text => {
    expect(() => read(text)).toThrow(
      /aiMesh\.gpu\.unallocatedTo is ".*", expected a Group such as/,
    );
  },
);
