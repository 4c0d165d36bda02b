import type { DemoPerson } from './demoPeople';

const STORAGE_KEY = 'ai-mesh.demo-person';

/** Who signed in before this tab was reloaded. */
export function readRememberedPerson(
  people: readonly DemoPerson[],
): DemoPerson | undefined {
  const id = window.sessionStorage.getItem(STORAGE_KEY);
  return people.find(person => person.id === id);
}

/** Remembers a person for this tab only, so that two tabs can be two people. */
export function rememberPerson(person: DemoPerson): void {
  window.sessionStorage.setItem(STORAGE_KEY, person.id);
}

/** The next load of the page asks again. */
export function forgetPerson(): void {
  window.sessionStorage.removeItem(STORAGE_KEY);
}
