/** The one Trusted Types policy of the page besides Lit's: scripts and workers load from this origin only. */

interface PolicyRules {
  createScriptURL(input: string): string;
}

declare global {
  interface Window {
    readonly trustedTypes?: { createPolicy(name: string, rules: PolicyRules): unknown };
  }
}

/**
 * Installs the default policy, which `new Worker(url)` needs under `require-trusted-types-for`.
 * Call once, before the worker starts. HTML and script text stay forbidden: the policy does not make them.
 */
export function installTrustedTypesPolicy(): void {
  window.trustedTypes?.createPolicy('default', {
    createScriptURL(input) {
      const url = new URL(input, document.baseURI);
      if (url.origin !== window.location.origin) {
        throw new TypeError(
          `Expected a script of this site (${window.location.origin}), found ${url.href}; it was not loaded.`,
        );
      }
      return input;
    },
  });
}
