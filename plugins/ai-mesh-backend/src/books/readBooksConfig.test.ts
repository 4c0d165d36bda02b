import { ConfigReader } from '@backstage/config';
import { readBooksConfig } from './readBooksConfig';

const read = (keepLinesForDays?: number) =>
  readBooksConfig(
    new ConfigReader({ aiMesh: { ledger: { keepLinesForDays } } }),
  );

it('keeps lines for ever unless it is told otherwise', () => {
  expect(read()).toEqual({});
  expect(read(400)).toEqual({ keepLinesForDays: 400 });
});

it.each([34, 0, -1, 36.5, 40_000])('refuses %d days', days => {
  expect(() => read(days)).toThrow(/a whole number of days from 35 to 36500/);
});
