import { Link, useSidebarOpenState } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { MeshMark } from '../brand/MeshMark';
import styles from './SidebarLogo.module.css';

/** The mark, with the portal's name beside it while the sidebar is open. */
export function SidebarLogo() {
  const title = useApi(configApiRef).getOptionalString('app.title');
  const { isOpen } = useSidebarOpenState();
  return (
    <Link to="/" underline="none" className={styles.logo} aria-label="Home">
      <MeshMark size={28} />
      {isOpen && <span className={styles.title}>{title}</span>}
    </Link>
  );
}
