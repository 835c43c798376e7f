/** Keys of the tests only: made for them and used nowhere else. */
export const testSecrets = {
  SIGNING_KEYS:
    '[{"crv":"Ed25519","d":"m1g7uw5lWCnGaarpaaGmsiL_lG7qBqJ3yHexevTe0YQ","x":"howJsKoK368OgFdq_J6vLcDm21Hdgvw1CSpuR1EPWyc","kty":"OKP","kid":"test-1"}]',
  ENCRYPTION_KEYS: '[{"id":"t1","key":"t5MfQ9YpdOKlp3pSt6WrjYvz7vw2ALTfK23CwOYb878"}]',
  SETUP_TOKEN: 'setup-token-of-the-tests-only',
  OPERATOR_TOKEN: 'operator-token-of-the-tests-only',
  PUBLIC_URL: 'http://localhost:8787',
}
