package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.config.KeyCatalog.Known;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.outbound.SmartHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the files in {@code conf} against the code. */
class ShippedFilesTest {

  /** A setting that is shown and not written: {@code # key = default}. */
  private static final Pattern SHOWN = Pattern.compile("(?m)^(\\s*)# ([a-z0-9-]+ = \\S.*)$");

  @TempDir private Path folder;

  @Test
  void theReferenceShouldHaveNoProblem() {
    assertThat(new ConfigLoader(Map.of()).load(ConfigFiles.shipped("hybridtls.conf")).problems())
        .isEmpty();
  }

  @Test
  void theReferenceShouldShowEveryKeyThatTheCodeKnows() throws IOException {
    ConfigObject all = ConfigFactory.parseString(everythingWritten()).root();
    Set<String> shown = patterns(catalogOfEverything(), known -> find(all, known) != null);
    Set<String> known = patterns(catalogOfEverything(), setting -> true);

    assertThat(shown).containsExactlyInAnyOrderElementsOf(known).hasSizeGreaterThan(60);
  }

  @Test
  void theReferenceShouldShowNoKeyThatTheCodeDoesNotKnow() throws IOException {
    assertThat(new ConfigLoader(Map.of()).load(writeEverything()).problems()).isEmpty();
  }

  @Test
  void theReferenceShouldShowTheDefaultsOfTheCode() throws IOException {
    ConfigObject written =
        ConfigFactory.parseString(Files.readString(ConfigFiles.shipped("hybridtls.conf"))).root();
    ConfigObject all = ConfigFactory.parseString(everythingWritten()).root();

    assertThat(catalogOfEverything())
        .filteredOn(known -> find(written, known) == null && find(all, known) != null)
        .isNotEmpty()
        .allSatisfy(
            known ->
                assertThat(String.valueOf(find(all, known)))
                    .as(known.path())
                    .isEqualTo(String.valueOf(parsed(known.byDefault()))));
  }

  @Test
  void theDemoShouldHaveNoProblem() {
    LoadedConfig demo = new ConfigLoader(Map.of()).load(ConfigFiles.shipped("demo.conf"));

    assertThat(demo.problems()).isEmpty();
  }

  @Test
  void theDemoShouldSendToThePeerThatTheEnvironmentNames() {
    LoadedConfig demo =
        new ConfigLoader(Map.of("DEMO_CLOUD_PEER", "127.0.0.1:40123"))
            .load(ConfigFiles.shipped("demo.conf"));

    EndpointSettings smtp = demo.config().flatMap(AgentConfig::smtp).orElseThrow();
    assertThat(smtp.outboundConnectors().get(0).smartHosts())
        .containsExactly(new SmartHost("127.0.0.1", 40123));
  }

  private Path writeEverything() throws IOException {
    return Files.writeString(folder.resolve("everything.conf"), everythingWritten());
  }

  private static String everythingWritten() throws IOException {
    String text = Files.readString(ConfigFiles.shipped("hybridtls.conf"));
    return SHOWN.matcher(text).replaceAll("$1$2");
  }

  private Collection<Known> catalogOfEverything() throws IOException {
    Reading reading = new Reading(writeEverything(), Map.of());
    ConfigLoader.load(reading);
    return reading.catalog().all();
  }

  private static Set<String> patterns(Collection<Known> catalog, Predicate<Known> wanted) {
    return catalog.stream().filter(wanted).map(Known::pattern).collect(Collectors.toSet());
  }

  private static @Nullable ConfigValue find(ConfigObject root, Known known) {
    ConfigValue value = root;
    for (String key : List.of(known.path().split("\\."))) {
      value = value instanceof ConfigObject object ? object.get(key) : null;
    }
    return value;
  }

  private static ConfigValue parsed(String text) {
    return Objects.requireNonNull(ConfigFactory.parseString("v = " + text).root().get("v"));
  }
}
