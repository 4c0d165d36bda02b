import { Text, TextField } from '@backstage/ui';
import { useId } from 'react';
import { complaint } from './complaint';
import styles from './keys.module.css';
import { KeyForm, LIMIT_NAMES, LimitName } from './keys.utils';

const LABELS: Record<LimitName, string> = {
  requestsPerMinute: 'Requests per minute',
  tokensPerMinute: 'Tokens per minute',
  parallelRequests: 'Parallel requests',
};

/** The limits that a key may have of its own; all of them may stay empty. */
export function LimitFields(props: {
  limits: KeyForm['limits'];
  /** By the names of the fields, such as `limits.requestsPerMinute`. */
  errors: Record<string, string>;
  onChange: (limits: KeyForm['limits']) => void;
}) {
  const { limits, errors, onChange } = props;
  const [titleId, helpId] = [useId(), useId()];
  return (
    <div role="group" aria-labelledby={titleId} aria-describedby={helpId}>
      <Text as="p" id={titleId} className={styles.groupTitle}>
        Limits of its own
      </Text>
      <Text as="p" id={helpId} className={styles.groupHelp}>
        What is left empty is limited by the defaults of the installation.
      </Text>
      <div className={styles.limits}>
        {LIMIT_NAMES.map(name => (
          <TextField
            key={name}
            label={LABELS[name]}
            inputMode="numeric"
            placeholder="Default"
            value={limits[name]}
            onChange={text => onChange({ ...limits, [name]: text })}
            {...complaint(errors[`limits.${name}`])}
          />
        ))}
      </div>
    </div>
  );
}
