const createBackstageConfig = require('@backstage/cli/config/eslint-factory');
const path = require('node:path');

const SCOPE = '@sovereign-ai-mesh/';

/**
 * Which of our packages each package may import. Packages that are not listed (the example portal and
 * the tests) may import all of them. The two planes never import each other: they meet over HTTP only.
 * @see docs/architecture.md
 */
const MAY_IMPORT = {
  'packages/model-simulator': [],
  'plugins/ai-mesh-common': [],
  'plugins/ai-mesh-node': ['plugin-ai-mesh-common'],
  'plugins/ai-mesh': ['plugin-ai-mesh-common'],
  'plugins/ai-mesh-backend': ['plugin-ai-mesh-common', 'plugin-ai-mesh-node'],
  'plugins/ai-mesh-backend-module-azure-pricing': [
    'plugin-ai-mesh-common',
    'plugin-ai-mesh-node',
  ],
  'plugins/ai-mesh-backend-module-clickhouse': [
    'plugin-ai-mesh-common',
    'plugin-ai-mesh-node',
  ],
  'plugins/ai-mesh-backend-module-kafka': ['plugin-ai-mesh-node'],
  'plugins/ai-mesh-gateway-backend': [
    'plugin-ai-mesh-common',
    'plugin-ai-mesh-node',
  ],
};

const ALL = [
  'model-simulator',
  'plugin-ai-mesh',
  'plugin-ai-mesh-common',
  'plugin-ai-mesh-node',
  'plugin-ai-mesh-backend',
  'plugin-ai-mesh-backend-module-azure-pricing',
  'plugin-ai-mesh-backend-module-clickhouse',
  'plugin-ai-mesh-backend-module-kafka',
  'plugin-ai-mesh-gateway-backend',
];

/** Backstage's ESLint configuration with the rules of this repository: import directions and sizes. */
function createConfig(directory, options = {}) {
  const folder = path
    .relative(path.resolve(__dirname, '../..'), directory)
    .split(path.sep)
    .join('/');
  return createBackstageConfig(directory, {
    restrictedSrcImports: restrictedImports(folder),
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': [
        'error',
        { max: 120, skipBlankLines: true, skipComments: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      ...(folder.startsWith('plugins/') && { 'no-console': 'error' }),
      ...options.rules,
    },
    testRules: {
      'max-lines-per-function': 'off',
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', 'fc.assert', '**.expect*'] },
      ],
    },
  });
}

function restrictedImports(folder) {
  const allowed = MAY_IMPORT[folder];
  if (!allowed) return [];
  return ALL.filter(name => !allowed.includes(name)).map(name => ({
    name: `${SCOPE}${name}`,
    message: `${folder} may import of ours only: ${
      allowed.join(', ') || 'nothing'
    }. See docs/architecture.md, "Direction of imports".`,
  }));
}

module.exports = { createConfig };
