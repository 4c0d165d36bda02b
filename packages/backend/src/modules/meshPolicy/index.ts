export { meshPolicyModule as default } from './meshPolicyModule';
