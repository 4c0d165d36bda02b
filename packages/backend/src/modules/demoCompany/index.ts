export { demoCompanyModule as default } from './demoCompanyModule';
