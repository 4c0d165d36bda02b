const { createConfig } = require('../scripts/lint/createConfig');

module.exports = createConfig(__dirname, {
  rules: {
    // never built, so __dirname is always the folder of the source
    'no-restricted-syntax': 'off',
    // starts every backend of the workspace
    '@backstage/no-mixed-plugin-imports': 'off',
  },
});
