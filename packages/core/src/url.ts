// Reading URLs (`@cache/core/url`)
export { type ReadUrl, readUrl } from './config/read-url.ts';
