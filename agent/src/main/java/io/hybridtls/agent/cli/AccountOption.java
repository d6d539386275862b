package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One issuer's account, for each verb about it. */
final class AccountOption {

  @Parameters(paramLabel = "ISSUER", description = "an issuer of type acme, as configured")
  private String issuer = "";

  @Mixin private AgentQuestion agent = new AgentQuestion();

  int ask(String action, Consumer<JsonObject> show) throws IOException, InterruptedException {
    return agent.with("issuer", issuer).with("action", action).ask("POST /v1/account", show);
  }

  void println(String line) {
    agent.println(line);
  }

  String issuer() {
    return issuer;
  }
}
