package io.hybridtls.agent.testing;

import io.hybridtls.certstore.testing.PeerProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The {@code openssl} program, in one folder; for tests guarded by {@code @RequiresPeer}. */
public final class OpenSsl {

  private final Path folder;

  public OpenSsl(Path folder) {
    this.folder = folder;
  }

  /** Runs it with {@code arguments}, which blanks separate, and fails unless it succeeds. */
  public String run(String arguments) {
    CommandResult result = result(List.of(arguments.split(" ")), new File("/dev/null"));
    if (result.exitCode() != 0) {
      throw new AssertionError("openssl " + arguments + ": " + result);
    }
    return result.out();
  }

  /** Runs it with the file {@code input} as what is typed; it may fail. */
  public String converse(String arguments, String input) {
    return result(List.of(arguments.split(" ")), folder.resolve(input).toFile()).out();
  }

  /**
   * Makes a CA under {@code issuer}, as {@code name.crt} and {@code name.key}; {@code issuer} is
   * {@code name} itself for a root.
   */
  public void authority(String name, String issuer) {
    run("req -new -newkey rsa:2048 -nodes -keyout " + name + ".key -out ca.csr -subj /CN=" + name);
    run(
        "x509 -req -in ca.csr -out "
            + name
            + ".crt -days 3650 -extfile "
            + extensions("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign")
            + (name.equals(issuer)
                ? " -signkey " + name + ".key"
                : " -CAcreateserial -CA " + issuer + ".crt -CAkey " + issuer + ".key"));
  }

  /** Signs the request {@code name.csr} for {@code host}, as {@code name.crt}. */
  public void sign(String name, String host, String issuer) {
    run(
        "x509 -req -in "
            + name
            + ".csr -out "
            + name
            + ".crt -days 90 -CAcreateserial -CA "
            + issuer
            + ".crt -CAkey "
            + issuer
            + ".key -extfile "
            + extensions(
                "subjectAltName=DNS:" + host + "\nextendedKeyUsage=serverAuth,clientAuth"));
  }

  /** Makes a key and a certificate for {@code host}, as {@code name.key} and {@code name.crt}. */
  public void certificate(String name, String host, String issuer) {
    run(
        "req -new -newkey rsa:2048 -nodes -keyout "
            + name
            + ".key -out "
            + name
            + ".csr -subj /CN="
            + host);
    sign(name, host, issuer);
  }

  /** The serial number of {@code name.crt}, as {@code status} shows it. */
  public String serial(String name) {
    return canonical(run("x509 -noout -serial -in " + name + ".crt"));
  }

  private static String canonical(String line) {
    String digits = line.substring(line.indexOf('=') + 1).strip();
    return digits.toLowerCase(Locale.ROOT).replaceFirst("^0+", "");
  }

  private Path extensions(String text) {
    try {
      return Files.writeString(folder.resolve("extensions"), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CommandResult result(List<String> arguments, File input) {
    List<String> command = new ArrayList<>(List.of(PeerProgram.require("openssl").toString()));
    command.addAll(arguments);
    return FinishedProcess.of(
        folder,
        (out, err) ->
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start());
  }
}
