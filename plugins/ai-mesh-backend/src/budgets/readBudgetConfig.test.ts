import { ConfigReader } from '@backstage/config';
import { readBudgetConfig } from './readBudgetConfig';

const readAll = (budgets?: { timeZone?: string; notify?: string[] }) =>
  readBudgetConfig(new ConfigReader({ aiMesh: { budgets } }));
const read = (budgets?: { timeZone?: string }) =>
  readAll(budgets).calendar.timeZone;

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

  it('takes the Groups that are told of every budget, or none', () => {
    expect(readAll().notify).toEqual([]);
    expect(
      readAll({ notify: ['group:default/platform', 'finance'] }).notify,
    ).toEqual(['group:default/platform', 'group:default/finance']);
  });

  it.each(['user:default/priya', 'group:default/'])(
    'refuses to tell %s, and says what to write',
    text => {
      expect(() => readAll({ notify: ['finance', text] })).toThrow(
        `Cannot start ai-mesh: aiMesh.budgets.notify[1] is "${text}", expected a Group such as group:default/platform-engineering`,
      );
    },
  );
});
