import { ConfigReader } from '@backstage/config';
import { readBudgetConfig } from './readBudgetConfig';

function read(budgets: { timeZone?: string } | undefined) {
  const config = new ConfigReader({ aiMesh: { budgets } });
  return readBudgetConfig(config).calendar.timeZone;
}

describe('readBudgetConfig', () => {
  it('takes the time zone, or UTC', () => {
    expect(read({ timeZone: 'Europe/Berlin' })).toBe('Europe/Berlin');
    expect(read({})).toBe('UTC');
    expect(read(undefined)).toBe('UTC');
  });

  it('names the setting that is wrong, and what to write there', () => {
    expect(() => read({ timeZone: 'Berlin' })).toThrow(
      'Cannot start ai-mesh: aiMesh.budgets.timeZone: There is no time zone "Berlin", expected an IANA name such as Europe/Berlin',
    );
  });
});
