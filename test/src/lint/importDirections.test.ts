import { resolve } from 'node:path';
import { Linter } from 'eslint';

const ROOT = resolve(__dirname, '../../..');

/** The rule as the package's own ESLint configuration sets it, run on one import. */
function complaintsAbout(folder: string, imported: string): string[] {
  const config = require(resolve(ROOT, folder, '.eslintrc.js'));
  return new Linter()
    .verify(`import '@sovereign-ai-mesh/${imported}';`, {
      parserOptions: { ecmaVersion: 2022, sourceType: 'module' },
      rules: { 'no-restricted-imports': config.rules['no-restricted-imports'] },
    })
    .map(each => each.message);
}

describe('the direction of imports', () => {
  it.each([
    ['plugins/ai-mesh-backend', 'plugin-ai-mesh-gateway-backend'],
    ['plugins/ai-mesh-gateway-backend', 'plugin-ai-mesh-backend'],
    ['plugins/ai-mesh-node', 'plugin-ai-mesh-backend'],
    ['plugins/ai-mesh-common', 'plugin-ai-mesh-node'],
    ['plugins/ai-mesh', 'plugin-ai-mesh-node'],
    ['packages/model-simulator', 'plugin-ai-mesh-common'],
  ])('keeps %s from importing %s', (folder, imported) => {
    const [complaint] = complaintsAbout(folder, imported);
    expect(complaint).toContain('may import of ours only');
  });

  it.each([
    ['plugins/ai-mesh-backend', 'plugin-ai-mesh-node'],
    ['plugins/ai-mesh-gateway-backend', 'plugin-ai-mesh-common'],
    ['plugins/ai-mesh', 'plugin-ai-mesh-common'],
    ['packages/backend', 'plugin-ai-mesh-backend'],
  ])('lets %s import %s', (folder, imported) => {
    expect(complaintsAbout(folder, imported)).toEqual([]);
  });
});
