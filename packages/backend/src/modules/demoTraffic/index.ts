export { demoTrafficModule as default } from './demoTrafficModule';
