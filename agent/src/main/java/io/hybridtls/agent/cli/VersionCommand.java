package io.hybridtls.agent.cli;

import io.netty.handler.ssl.OpenSsl;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls version}. */
@Command(
    name = "version",
    header = "Show the versions of the agent, of Java and of the TLS library.",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class VersionCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public void run() {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("hybridtls", Version.number());
    versions.put("java", Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")");
    versions.put("tls", OpenSsl.isAvailable() ? OpenSsl.versionString() : "the Java runtime's");
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      OutputOption.print(out, versions);
    } else {
      versions.forEach((part, version) -> out.printf("%-10s %s%n", part, version));
      out.flush();
    }
  }
}
