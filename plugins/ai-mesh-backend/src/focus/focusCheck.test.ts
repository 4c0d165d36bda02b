import { createMockDirectory } from '@backstage/backend-test-utils';
import { focusCharge } from './__testUtils__/focusCharges';
import { exportCharges } from './__testUtils__/focusFiles';
import { focusCheck } from './focusCheck';

describe('npm run focus:check', () => {
  const folder = createMockDirectory();

  async function run(...args: string[]) {
    const [out, error]: string[][] = [[], []];
    const code = await focusCheck(args, {
      out: text => out.push(text),
      error: text => error.push(text),
    });
    return { code, out: out.join(''), error: error.join('') };
  }

  it.each(['csv', 'parquet'] as const)(
    'finds nothing in an export, %s',
    async format => {
      const bytes = await exportCharges([focusCharge()], {
        version: '1.3',
        format,
      });
      folder.setContent({ [`export.${format}`]: Buffer.from(bytes) });
      await expect(
        run(folder.resolve(`export.${format}`), '--version', '1.3'),
      ).resolves.toEqual({
        code: 0,
        out: '',
        error: '1 rows hold every rule of FOCUS 1.3\n',
      });
    },
  );

  it('says rule, column, row, what was found, and what to do', async () => {
    const bytes = await exportCharges([focusCharge(), focusCharge()], {
      version: '1.4',
      format: 'csv',
    });
    const text = Buffer.from(bytes).toString().replace('USD', 'Tokens');
    folder.setContent({ 'export.csv': text });
    const { code, out, error } = await run(folder.resolve('export.csv'));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^BillingCurrency-iso-4217\tBillingCurrency\trow 1\t"Tokens"\tBillingCurrency MUST .*Write a code such as USD\n$/,
    );
    expect(error).toBe('1 findings in 2 rows\n');
  });

  it('takes an export of another version for one with the wrong columns', async () => {
    const bytes = await exportCharges([focusCharge()], {
      version: '1.3',
      format: 'csv',
    });
    folder.setContent({ 'export.csv': Buffer.from(bytes) });
    const { out } = await run(folder.resolve('export.csv'), '--version', '1.4');
    expect(out.match(/^\S+\t\S+\t\S+\t\S+/gm)).toEqual([
      'columns-known\t*\tfile\tProviderName',
      'columns-known\t*\tfile\tPublisherName',
    ]);
  });

  it.each([
    [[]],
    [['a.csv', 'b.csv']],
    [['a.csv', '--version', '2.0']],
    [['--what']],
  ])('shows how it is called: %j', async args => {
    const { code, error } = await run(...args);
    expect(code).toBe(2);
    expect(error).toContain('npm run focus:check -- FILE');
  });

  it('says which file it cannot read', async () => {
    const path = folder.resolve('none.csv');
    const { code, error } = await run(path);
    expect(code).toBe(2);
    expect(error).toContain(`Cannot check "${path}"`);
    folder.setContent({ 'broken.parquet': 'no parquet' });
    await expect(run(folder.resolve('broken.parquet'))).resolves.toMatchObject({
      code: 2,
    });
  });
});
