import { Button, ButtonIcon, Select, Text, TextField } from '@backstage/ui';
import { RiAddLine, RiDeleteBinLine } from '@remixicon/react';
import { useId } from 'react';
import { oneOf } from '../../components/useAddressState';
import {
  ACTION_LABELS,
  AMOUNT_LABELS,
  nextRule,
  RULE_ACTIONS,
  RuleForm,
} from './budgetForm';
import styles from './quotas.module.css';

const WHEN_OPTIONS = [
  { id: 'spent', label: 'When spent' },
  { id: 'projected-breach', label: 'When it will not last' },
];

const ACTION_OPTIONS = RULE_ACTIONS.map(id => ({
  id,
  label: ACTION_LABELS[id],
}));

/** The thresholds of a budget and what happens at each. */
export function RuleFields(props: {
  rules: readonly RuleForm[];
  /** By the names of the fields, such as `rules.0.at`. */
  errors: Record<string, string>;
  onChange: (rules: RuleForm[]) => void;
}) {
  const { rules, errors, onChange } = props;
  const titleId = useId();
  return (
    <div role="group" aria-labelledby={titleId} className={styles.rules}>
      <Text as="p" id={titleId} weight="bold">
        Thresholds
      </Text>
      {rules.map((rule, index) => (
        <RuleRow
          key={rule.key}
          number={index + 1}
          rule={rule}
          error={errors[`rules.${index}`]}
          atError={errors[`rules.${index}.at`]}
          amountError={errors[`rules.${index}.then`]}
          onChange={change =>
            onChange(
              rules.map(each =>
                each === rule ? { ...each, ...change } : each,
              ),
            )
          }
          onRemove={() => onChange(rules.filter(each => each !== rule))}
        />
      ))}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          onPress={() => onChange([...rules, nextRule(rules)])}
        >
          Add threshold
        </Button>
      </div>
    </div>
  );
}

function RuleRow(props: {
  number: number;
  rule: RuleForm;
  error: string | undefined;
  atError: string | undefined;
  amountError: string | undefined;
  onChange: (change: Partial<RuleForm>) => void;
  onRemove: () => void;
}) {
  const { number, rule, onChange } = props;
  const amountLabel = AMOUNT_LABELS[rule.action];
  return (
    <div
      role="group"
      aria-label={`Threshold ${number}`}
      className={styles.rule}
    >
      <Select
        aria-label="When"
        options={WHEN_OPTIONS}
        value={rule.when}
        onChange={when =>
          onChange({ when: when === 'spent' ? 'spent' : 'projected-breach' })
        }
      />
      {rule.when === 'spent' && (
        <TextField
          aria-label="Per cent of the budget"
          inputMode="numeric"
          placeholder="%"
          value={rule.percent}
          onChange={percent => onChange({ percent })}
          validationBehavior="aria"
          validate={() => props.atError}
        />
      )}
      <Select
        aria-label="What happens"
        options={ACTION_OPTIONS}
        value={rule.action}
        onChange={action =>
          onChange({ action: oneOf(String(action), RULE_ACTIONS, 'notify') })
        }
      />
      {amountLabel && (
        <TextField
          aria-label={amountLabel}
          placeholder={amountLabel}
          inputMode="numeric"
          value={rule.amount}
          onChange={amount => onChange({ amount })}
          validationBehavior="aria"
          validate={() => props.amountError}
        />
      )}
      <ButtonIcon
        size="small"
        variant="tertiary"
        aria-label={`Remove threshold ${number}`}
        icon={<RiDeleteBinLine size={16} />}
        onPress={props.onRemove}
      />
      {props.error && (
        <Text role="alert" color="danger" variant="body-small">
          {props.error}
        </Text>
      )}
    </div>
  );
}
