/**
 * Where a setting stands in the configuration, as people find it there.
 *
 * @example settingPath(['routing', 'gpt-4.1', 'fallbacks', 0]) // 'aiMesh.routing["gpt-4.1"].fallbacks[0]'
 */
export function settingPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    return /^[\w-]+$/.test(name) ? `${text}.${name}` : `${text}["${name}"]`;
  }, 'aiMesh');
}
