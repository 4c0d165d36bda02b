import { gpuSplitMethodSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { GpuTarget, gpuTargetIdOf, readGpuTarget } from './gpuTarget';

/** Pools as people may call them, also those that look like the end of a target. */
const pool = () =>
  fc.oneof(
    fc.constantFrom('h100', 'a100/west', 'mig', 'h100/mig', 'x/used', '/'),
    fc.string({ minLength: 1 }),
  );

const target = (): fc.Arbitrary<GpuTarget> =>
  fc.oneof(
    fc.record({
      pool: pool(),
      method: fc.constantFrom(...gpuSplitMethodSchema.options),
      ledger: fc.constantFrom('used' as const, 'idle' as const),
    }),
    fc.record({ pool: pool(), ledger: fc.constant('unallocated' as const) }),
  );

describe('the target of GPU time', () => {
  it('is read as it was written, whatever the pool is called', () =>
    fc.assert(
      fc.property(target(), each =>
        expect(readGpuTarget(gpuTargetIdOf(each))).toEqual(each),
      ),
    ));

  it.each(['h100', 'used', 'mig/used', 'h100/used', 'h100/shared/idle'])(
    'is refused when it is that of something else: %s',
    targetId => expect(() => readGpuTarget(targetId)).toThrow('names no'),
  );
});
