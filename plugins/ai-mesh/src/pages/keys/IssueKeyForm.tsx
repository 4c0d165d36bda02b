import {
  Checkbox,
  CheckboxGroup,
  Radio,
  RadioGroup,
  Select,
  TextField,
} from '@backstage/ui';
import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { formatPrice } from '../../components/Price';
import { oneOf } from '../../components/useAddressState';
import { pricePartsOf } from '../../utils/priceParts';
import { KeyChoices } from './keys.hooks';
import styles from './keys.module.css';
import { complaint } from './complaint';
import { EXPIRY_DAYS, KeyForm } from './keys.utils';
import { LimitFields } from './LimitFields';

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
      <RadioGroup
        label="Criticality"
        description="What happens when a model cannot serve, or its money is used up."
        value={form.criticality}
        onChange={criticality =>
          onChange({
            criticality: oneOf(
              criticality,
              ['critical', 'non-critical'],
              'critical',
            ),
          })
        }
        {...complaint(errors.criticality)}
      >
        <Radio value="critical">
          Critical: always the model that was asked for
        </Radio>
        <Radio value="non-critical">
          Non-critical: a cheaper model may stand in
        </Radio>
      </RadioGroup>
      <LimitFields
        limits={form.limits}
        errors={errors}
        onChange={limits => onChange({ limits })}
      />
    </div>
  );
}

function pricesOf(model: Model): string {
  const { price } = model;
  if (!price) return '';
  const { inputUsdPerMillion: input, outputUsdPerMillion: output } = price;
  const byTokens = [
    input && `${formatPrice(input)} in`,
    output && `${formatPrice(output)} out`,
  ].filter(Boolean);
  const byPiece = pricePartsOf({
    imageUsd: price.imageUsd,
    audioSecondUsd: price.audioSecondUsd,
    characterUsdPerMillion: price.characterUsdPerMillion,
  }).map(({ usd, unit }) => `${formatPrice(usd)} per ${unit}`);
  return [
    ...(byTokens.length > 0 ? [`${byTokens.join(' · ')} per 1M tokens`] : []),
    ...byPiece,
  ].join(' · ');
}
