package io.hybridtls.agent.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartOnlyTest {

  private static final String CERTIFICATES =
      """
      issuers { internal { type = local-ca, name = "Contoso Mail" } }
      certificates { mail { names = ["mail.contoso.example"], issuer = internal } }
      """;
  private static final String ENDPOINT =
      """
      smtp {
        hostname = "mail.contoso.example"
        listeners { mx { address = "127.0.0.1:25", certificate = mail } }
      }
      """;

  @TempDir private Path folder;

  @Test
  void theSameShouldNotDiffer() throws Exception {
    assertThat(differences(CERTIFICATES + ENDPOINT, CERTIFICATES + ENDPOINT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store { keep-generations = 9 }                   | store.keep-generations",
        "store { secret = \"a rather long secret\" }       | store.secret",
        "http { address = \"127.0.0.1:80\" }              | http",
        "admin { socket = other.sock }                    | admin",
        "log { level = debug }                            | log",
        "renewal { concurrency = 9 }                      | renewal.concurrency",
        "smtp { hostname = \"other.contoso.example\" }    | smtp.hostname (in EHLO and bounces)",
        "smtp { body-memory = 9 MiB }                     | smtp.body-memory",
        "smtp { drain-timeout = 9 seconds }               | smtp.drain-timeout (of deliveries)",
        "smtp { queue { lifetime = 9 days } }             | smtp.queue",
        "smtp { outbound-timeouts { connect = 9 seconds }}| smtp.outbound-timeouts",
      })
  void whatIsBuiltOnShouldBeNamed(String change, String key) throws Exception {
    assertThat(differences(CERTIFICATES + ENDPOINT, CERTIFICATES + ENDPOINT + change))
        .containsExactly(key);
  }

  @Test
  void anotherStateDirectoryShouldBeNamedAndItsSecretWithIt() throws Exception {
    assertThat(differences(CERTIFICATES, CERTIFICATES + "state-directory = elsewhere\n"))
        .containsExactly("state-directory", "store.secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "renewal { check-interval = 9 minutes }",
        "certificates { mail { key = ec-p256 } }",
        "issuers { internal { lifetime = 9 days } }",
        "smtp { listeners { mx { address = \"127.0.0.1:26\" } } }",
        "smtp { accepted-domains = [\"contoso.example\"] }",
        "smtp { max-sessions = 9 }",
      })
  void whatAReloadChangesShouldNotBeNamed(String change) throws Exception {
    assertThat(differences(CERTIFICATES + ENDPOINT, CERTIFICATES + ENDPOINT + change)).isEmpty();
  }

  @Test
  void anEndpointThatGoesOrComesShouldBeNamedOnce() throws Exception {
    assertThat(differences(CERTIFICATES + ENDPOINT, CERTIFICATES))
        .containsExactly("smtp (added or removed)");
    assertThat(differences(CERTIFICATES, CERTIFICATES + ENDPOINT))
        .containsExactly("smtp (added or removed)");
  }

  private List<String> differences(String running, String wanted) throws IOException {
    return RestartOnly.differences(read(running), read(wanted));
  }

  private AgentConfig read(String config) throws IOException {
    Path file = Files.writeString(folder.resolve("test.conf"), config);
    return new ConfigLoader(Map.of()).load(file).config().orElseThrow();
  }
}
