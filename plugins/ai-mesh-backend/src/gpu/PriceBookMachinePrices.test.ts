import { machineOfPriceKey, priceKeyOf } from './PriceBookMachinePrices';

it.each([
  ['azure-vm/Standard_NC40ads_H100_v5', 'on-demand'],
  ['azure-vm/Standard_NC40ads_H100_v5/spot', 'spot'],
] as const)('reads back the machine of %s', (key, priority) => {
  const machine = {
    provider: 'azure',
    vmSize: 'Standard_NC40ads_H100_v5',
    priority,
  } as const;
  expect(priceKeyOf(machine)).toBe(key);
  expect(machineOfPriceKey(key)).toEqual(machine);
});

it.each(['azure/gpt-4o', 'azure-vm/', 'azure-vm/a/b', 'spot', ''])(
  'takes %p for no machine',
  key => {
    expect(machineOfPriceKey(key)).toBeUndefined();
  },
);
