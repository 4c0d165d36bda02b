import { createApp } from '@backstage/frontend-defaults';
import { navigationModule } from './navigation';
import { signInModule } from './signIn';

/** Plugins are not listed here: `app.packages: all` finds them among the dependencies of this package. */
export default createApp({ features: [navigationModule, signInModule] });
