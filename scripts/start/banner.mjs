/** Prints what a newcomer needs: addresses, people, one call that works as it stands. */
export function printBanner(settings, { startedAt }) {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const lines = [
    '',
    `  Ready in ${seconds} s. Ctrl-C stops everything.`,
    '',
    `  Portal   ${settings.portalUrl}`,
    `  Gateway  ${settings.gatewayUrl}`,
    '',
    ...peopleLines(settings.people),
    ...callLines(settings),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function peopleLines(people = []) {
  if (people.length === 0) return [];
  const width = Math.max(...people.map(person => person.name.length));
  return [
    '  Sign in with one click as',
    ...people.map(
      ({ name, role, department }) =>
        `    ${name.padEnd(width)}  ${role}, ${department}`,
    ),
    '',
  ];
}

function callLines({ gatewayUrl, demoKey }) {
  if (!demoKey) return [];
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Where is my parcel?' }],
  });
  return [
    '  Call a model',
    `    curl ${gatewayUrl}/chat/completions -H 'Authorization: Bearer ${demoKey}' -H 'Content-Type: application/json' -d '${body}'`,
    '',
  ];
}
