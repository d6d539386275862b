package io.hybridtls.agent.testing.acme;

/** What lies between the agent and its CA. Called on the server's thread. */
public interface Wire {

  /** Carries everything. */
  Wire SOUND =
      new Wire() {
        @Override
        public boolean carriesRequest(RequestKind kind) {
          return true;
        }

        @Override
        public boolean carriesReply(RequestKind kind) {
          return true;
        }
      };

  /** Whether a request reaches the CA; the connection is reset when it does not. */
  boolean carriesRequest(RequestKind kind);

  /** Whether what the CA says to a request that it has served reaches the agent. */
  boolean carriesReply(RequestKind kind);
}
