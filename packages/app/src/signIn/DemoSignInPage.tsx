import { ProxiedSignInPage } from '@backstage/core-components';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { useState } from 'react';
import type { DemoPerson } from './demoPeople';
import { forgetOnSignOut } from './forgetOnSignOut';
import { PersonChooser } from './PersonChooser';
import { readRememberedPerson, rememberPerson } from './rememberedPerson';

/** Lets the visitor choose a person, then signs them in through the auth provider `demo`. */
export function DemoSignInPage(props: {
  people: DemoPerson[];
  onSignInSuccess: SignInPageProps['onSignInSuccess'];
}) {
  const { people, onSignInSuccess } = props;
  const [person, setPerson] = useState(() => readRememberedPerson(people));
  const [attempt, setAttempt] = useState(1);
  const choose = (chosen: DemoPerson) => {
    setPerson(chosen);
    setAttempt(attempt + 1);
  };
  if (!person) return <PersonChooser people={people} onChoose={choose} />;
  return (
    <ProxiedSignInPage
      key={attempt} // a new attempt is a new page: the old one keeps its error
      provider="demo"
      headers={{ 'x-demo-person': person.id }}
      onSignInSuccess={identity => {
        rememberPerson(person);
        onSignInSuccess(forgetOnSignOut(identity));
      }}
      ErrorComponent={({ error }) => (
        <PersonChooser people={people} error={error} onChoose={choose} />
      )}
    />
  );
}
