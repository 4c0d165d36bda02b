import {
  Alert,
  Button,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Switch,
  Tab,
  TabList,
  TabPanel,
  Tabs,
} from '@backstage/ui';
import { IssuedKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { CodeBlock } from '../../components/CodeBlock';
import { KeyChoices } from './keys.hooks';
import styles from './keys.module.css';
import { LANGUAGES, snippetsOf } from './snippets';

/** The secret, once, with a first call in three languages. */
export function IssuedKeyPanel(props: {
  issued: IssuedKey;
  choices: KeyChoices;
  onClose: () => void;
}) {
  const { issued, choices } = props;
  return (
    <>
      <DialogHeader>{`Key “${issued.key.name}” is issued`}</DialogHeader>
      <DialogBody>
        <div className={styles.secret}>
          <Alert
            status="warning"
            icon
            title="You will not see this secret again"
            description="Copy it now to where your application keeps its secrets. Only a hash of it is kept."
          />
          <div role="group" aria-label="Secret">
            <CodeBlock text={issued.secret} copyLabel="Copy secret" />
          </div>
          <Snippets
            baseUrl={choices.info.gatewayBaseUrl}
            secret={issued.secret}
            model={issued.key.models[0]}
            kind={kindOf(choices, issued.key.models[0])}
          />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="primary" onPress={props.onClose}>
          Done
        </Button>
      </DialogFooter>
    </>
  );
}

function Snippets(props: {
  baseUrl: string;
  secret: string;
  model: string;
  kind: 'chat' | 'embedding';
}) {
  const [isStreaming, setStreaming] = useState(false);
  const snippets = snippetsOf({ ...props, isStreaming });
  return (
    <Tabs>
      <div className={styles.snippetHead}>
        <TabList aria-label="A first call">
          {LANGUAGES.map(language => (
            <Tab key={language} id={language}>
              {language}
            </Tab>
          ))}
        </TabList>
        {props.kind === 'chat' && (
          <Switch
            label="Streaming"
            isSelected={isStreaming}
            onChange={setStreaming}
          />
        )}
      </div>
      {LANGUAGES.map(language => (
        <TabPanel key={language} id={language}>
          <CodeBlock
            text={snippets[language]}
            copyLabel={`Copy ${language} snippet`}
          />
        </TabPanel>
      ))}
    </Tabs>
  );
}

function kindOf(choices: KeyChoices, name: string) {
  return choices.models.find(model => model.name === name)?.kind ?? 'chat';
}
