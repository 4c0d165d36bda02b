import { Checkbox, CheckboxGroup, Select, TextField } from '@backstage/ui';
import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { formatPrice } from '../../components/Price';
import { KeyChoices } from './keys.hooks';
import styles from './keys.module.css';
import { EXPIRY_DAYS, KeyForm } from './keys.utils';

/** The fields of a new key; each shows its own complaint, and what was typed stays. */
export function IssueKeyForm(props: {
  form: KeyForm;
  choices: KeyChoices;
  errors: Record<string, string>;
  onChange: (change: Partial<KeyForm>) => void;
}) {
  const { form, choices, errors, onChange } = props;
  return (
    <div className={styles.form}>
      <TextField
        label="Name"
        description="How the key shows in lists, for example “Support bot, staging”."
        isRequired
        // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog moves the focus anyway; this is where it belongs
        autoFocus
        value={form.name}
        onChange={name => onChange({ name })}
        {...complaint(errors.name)}
      />
      <Select
        label="Application"
        description="What it calls is booked on the application and its department."
        placeholder="Choose an application"
        isRequired
        options={choices.applications.map(application => ({
          id: application.ref,
          label: `${application.title} · ${choices.titleOf(
            application.departmentRef,
          )}`,
        }))}
        value={form.applicationRef}
        onChange={applicationRef =>
          onChange({ applicationRef: String(applicationRef ?? '') })
        }
        {...complaint(errors.applicationRef)}
      />
      <CheckboxGroup
        label="Models"
        description="The key opens these and no others."
        isRequired
        value={form.models}
        onChange={models => onChange({ models })}
        {...complaint(errors.models)}
      >
        {choices.models.map(model => (
          <Checkbox key={model.name} value={model.name}>
            {model.name}
            <span className={styles.price}>{pricesOf(model)}</span>
          </Checkbox>
        ))}
      </CheckboxGroup>
      <Select
        label="Expires after"
        options={EXPIRY_DAYS.map(days => ({
          id: String(days),
          label: days === 365 ? '1 year' : `${days} days`,
        }))}
        value={String(form.expiresInDays)}
        onChange={days => onChange({ expiresInDays: Number(days) })}
        {...complaint(errors.expiresInDays)}
      />
    </div>
  );
}

/** The complaint is ours to give, when the form is sent; the browser's own would come too early. */
function complaint(error: string | undefined) {
  return {
    validationBehavior: 'aria' as const,
    validate: () => error,
  };
}

function pricesOf(model: Model): string {
  if (!model.price) return '';
  const input = `${formatPrice(model.price.inputUsdPerMillion)} in`;
  const output = model.price.outputUsdPerMillion
    ? ` · ${formatPrice(model.price.outputUsdPerMillion)} out`
    : '';
  return `${input}${output} per 1M tokens`;
}
