import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Select,
} from '@backstage/ui';
import {
  Budget,
  BudgetLevelName,
  budgetLevelSchema,
  budgetNodeId,
  DEFAULT_BUDGET_RULES,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { Loadable } from '../../components/StatePanels';
import { oneOf } from '../../components/useAddressState';
import { optionsOf } from '../../utils/optionsOf';
import { BudgetDraft } from './BudgetDialog';
import { BudgetChoices, useBudgetChoices } from './quotas.hooks';
import { isOfDepartment } from './quotas.utils';
import styles from './quotas.module.css';

const LEVELS: Record<BudgetLevelName, string> = {
  department: 'Department',
  'cost-centre': 'Cost centre',
  application: 'Application',
  key: 'Key',
};

const ALL_MODELS = 'all';

/** Chooses what a new budget is for: somebody, and perhaps one model only. */
export function AddBudgetDialog(props: {
  budgets: readonly Budget[];
  onChosen: (budget: BudgetDraft) => void;
  onClose: () => void;
}) {
  const { loaded, reload } = useBudgetChoices();
  return (
    <Dialog
      isOpen
      width={480}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>Add a budget</DialogHeader>
      <Loadable
        loaded={loaded}
        what="applications, keys and models"
        onRetry={reload}
      >
        {choices => <Choice {...props} choices={choices} />}
      </Loadable>
    </Dialog>
  );
}

function Choice(props: {
  budgets: readonly Budget[];
  choices: BudgetChoices;
  onChosen: (budget: BudgetDraft) => void;
}) {
  const { budgets, choices } = props;
  const [level, setLevel] = useState<BudgetLevelName>('application');
  const [ref, setRef] = useState('');
  const [model, setModel] = useState(ALL_MODELS);
  const things = thingsOf(level, { budgets, choices });
  const thing = things.find(each => each.id === ref);
  return (
    <>
      <DialogBody>
        <div className={styles.form}>
          <Select
            label="For"
            options={optionsOf(LEVELS)}
            value={level}
            onChange={chosen => {
              setLevel(
                oneOf(String(chosen), budgetLevelSchema.options, 'application'),
              );
              setRef('');
            }}
          />
          <Select
            label={LEVELS[level]}
            placeholder={
              things.length === 0
                ? 'None whose budget you may set'
                : 'Choose one'
            }
            isDisabled={things.length === 0}
            options={things}
            value={ref}
            onChange={chosen => setRef(String(chosen ?? ''))}
          />
          <Select
            label="Model"
            description="A budget for one model counts only the calls that it serves."
            options={[
              { id: ALL_MODELS, label: 'All models together' },
              ...choices.models.map(({ name }) => ({ id: name, label: name })),
            ]}
            value={model}
            onChange={chosen => setModel(String(chosen))}
          />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button
          variant="primary"
          isDisabled={!thing}
          onPress={() =>
            thing &&
            props.onChosen(
              toDraft(budgets, {
                level,
                ref,
                title: thing.label,
                model: model === ALL_MODELS ? undefined : model,
              }),
            )
          }
        >
          Continue
        </Button>
      </DialogFooter>
    </>
  );
}

/** What the user may set a budget for. */
function thingsOf(
  level: BudgetLevelName,
  options: { budgets: readonly Budget[]; choices: BudgetChoices },
): { id: string; label: string }[] {
  const departments = options.budgets.filter(isOfDepartment);
  const updatable = new Set(
    departments.filter(each => each.canUpdate).map(each => each.ref),
  );
  const { applications, keys } = options.choices;
  switch (level) {
    case 'department':
      return departments
        .filter(each => each.canUpdate)
        .map(({ ref, title }) => ({ id: ref, label: title }));
    case 'cost-centre':
      return costCentresOf(departments).map(id => ({ id, label: id }));
    case 'application':
      return applications
        .filter(each => updatable.has(each.departmentRef))
        .map(({ ref, title }) => ({ id: ref, label: title }));
    default:
      return keys
        .filter(each => updatable.has(each.departmentRef))
        .map(({ id, name }) => ({ id, label: name }));
  }
}

/** Those of which the user may set the budget of every department. */
function costCentresOf(departments: readonly Budget[]): string[] {
  const names = new Set(
    departments.flatMap(({ costCentre }) => costCentre ?? []),
  );
  return [...names]
    .filter(name =>
      departments
        .filter(each => each.costCentre === name)
        .every(each => each.canUpdate),
    )
    .sort();
}

/** The budget that is there already, or a new one. */
function toDraft(
  budgets: readonly Budget[],
  chosen: {
    level: BudgetLevelName;
    ref: string;
    title: string;
    model: string | undefined;
  },
): BudgetDraft {
  const { title, ...node } = chosen;
  const id = budgetNodeId(node);
  return (
    budgets.find(each => each.id === id) ?? {
      id,
      title,
      model: node.model,
      spentPicoUsd: picoUsd(0n),
      kind: 'hard',
      carryOver: 'none',
      rules: [...DEFAULT_BUDGET_RULES],
    }
  );
}
