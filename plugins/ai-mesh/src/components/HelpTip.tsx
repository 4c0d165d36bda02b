import { ButtonIcon, Tooltip, TooltipTrigger } from '@backstage/ui';
import { RiQuestionLine } from '@remixicon/react';
import styles from './HelpTip.module.css';

/** Explains a word that is not self-evident; opens on hover and on focus. */
export function HelpTip(props: { label: string; text: string }) {
  return (
    <TooltipTrigger delay={150}>
      <span className={styles.tip}>
        <ButtonIcon
          size="small"
          variant="tertiary"
          aria-label={props.label}
          icon={<RiQuestionLine size={14} />}
        />
      </span>
      <Tooltip>{props.text}</Tooltip>
    </TooltipTrigger>
  );
}
