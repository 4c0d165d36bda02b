const ZONES: Record<string, readonly string[]> = {
  'datazone-eu': [
    'francecentral',
    'germanywestcentral',
    'italynorth',
    'northeurope',
    'polandcentral',
    'spaincentral',
    'swedencentral',
    'westeurope',
  ],
  'datazone-us': [
    'centralus',
    'eastus',
    'eastus2',
    'northcentralus',
    'southcentralus',
    'westcentralus',
    'westus',
    'westus2',
    'westus3',
  ],
};

/**
 * The data zone that a region is in, as targets name it in `region`: `datazone-eu` or `datazone-us`.
 *
 * @returns undefined for a region that is in none that we know
 */
export function zoneOf(armRegionName: string): string | undefined {
  return Object.keys(ZONES).find(zone => ZONES[zone].includes(armRegionName));
}
