package io.hybridtls.agent.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.config.ConfigLoader;
import io.hybridtls.agent.lifecycle.ConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleSelectionTest {

  private static final String CERTIFICATES =
      """
      issuers { internal { type = local-ca, name = "Contoso Mail" } }
      certificates { mail { names = ["mail.contoso.example"], issuer = internal } }
      """;

  @TempDir private Path folder;

  @Test
  void certificatesAloneShouldNeedNoListeners() throws Exception {
    assertThat(modules(CERTIFICATES))
        .containsExactly(AgentModule.class, NoSmtpModule.class, NoHttpModule.class);
  }

  @Test
  void eachConfiguredSectionShouldBringItsModule() throws Exception {
    assertThat(
            modules(
                CERTIFICATES
                    + """
                    smtp {
                      hostname = "mail.contoso.example"
                      listeners { mx { address = "127.0.0.1:0", certificate = mail } }
                    }
                    http { address = "127.0.0.1:0" }
                    """))
        .containsExactly(AgentModule.class, SmtpModule.class, HttpModule.class);
  }

  private List<Class<?>> modules(String config) throws IOException {
    Path file = Files.writeString(folder.resolve("test.conf"), config);
    ConfigSource source =
        new ConfigSource(
            file, new ConfigLoader(Map.of()).load(file).config().orElseThrow(), Map.of());
    return ModuleSelection.of(source).stream().<Class<?>>map(Object::getClass).toList();
  }
}
