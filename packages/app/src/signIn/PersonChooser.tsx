import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { Alert } from '@backstage/ui';
import { RiArrowRightLine } from '@remixicon/react';
import { MeshMark } from '../brand/MeshMark';
import type { DemoPerson } from './demoPeople';
import styles from './PersonChooser.module.css';

/** Offers the demo's people, one click each. */
export function PersonChooser(props: {
  people: DemoPerson[];
  /** Why the last choice did not work. */
  error?: Error;
  onChoose(person: DemoPerson): void;
}) {
  const config = useApi(configApiRef);
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <MeshMark size={36} />
        <span>{config.getOptionalString('app.title')}</span>
      </div>
      <h1 className={styles.heading}>Sign in to the demo</h1>
      <p className={styles.lead}>
        {config.getOptionalString('organization.name')} is an invented company.
        Choose whose work you want to see; you can change at any time.
      </p>
      {props.error && (
        <Alert
          className={styles.alert}
          status="danger"
          icon
          title="That did not work"
          description={`${props.error.message} Is the portal still starting? Choose again in a moment.`}
        />
      )}
      <ul className={styles.people}>
        {props.people.map(person => (
          <li key={person.id}>
            <PersonCard
              person={person}
              onChoose={() => props.onChoose(person)}
            />
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        No password is asked: this page exists only while auth.environment is
        development.
      </p>
    </main>
  );
}

function PersonCard(props: { person: DemoPerson; onChoose(): void }) {
  const { person } = props;
  return (
    <button
      type="button"
      className={styles.card}
      aria-label={`Sign in as ${person.name}, ${person.role}`}
      onClick={props.onChoose}
    >
      <span className={styles.initials} aria-hidden="true">
        {initialsOf(person.name)}
      </span>
      <span className={styles.name}>{person.name}</span>
      <span className={styles.role}>{person.role}</span>
      <span className={styles.department}>{person.department}</span>
      <span className={styles.purpose}>{person.purpose}</span>
      <span className={styles.action} aria-hidden="true">
        Sign in <RiArrowRightLine size={16} />
      </span>
    </button>
  );
}

function initialsOf(name: string): string {
  return name
    .split(/\s+/)
    .map(word => word.charAt(0))
    .join('')
    .toUpperCase();
}
