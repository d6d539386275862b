package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.renewal.AtRehearsal;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Suggestions, replacement, profiles and rehearsals with a real CA that knows all of them. */
@RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
@Timeout(120)
class NewestPebbleIT {

  private static final HttpRoutes ROUTES = new HttpRoutes();
  private static final HttpListener LISTENER =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), ROUTES);

  @TempDir private static Path folder;

  private static PebblePeer pebble;

  @TempDir private Path memory;

  private final List<String> steps = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    LISTENER.start();
    pebble =
        PebblePeer.start(
            folder,
            PebbleOptions.http(LISTENER.address().getPort())
                .newest()
                .with(
                    """
                    "profiles": {
                      "classic": {"description": "90 days", "validityPeriod": 7776000},
                      "shortlived": {"description": "160 hours", "validityPeriod": 576000}
                    },
                    """));
  }

  @AfterAll
  static void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    LISTENER.close();
  }

  @Test
  void shouldHearTheUsualSuggestion() throws Exception {
    AcmeIssuer issuer = new AcmeWorld(ROUTES, memory).issuer(settings(Optional.of("classic")));
    HeldCertificate held = issuer.issue(TestRequest.of(spec("ari.contoso.example")), step -> {});

    issuer.refreshSuggestions(List.of(held));
    SuggestedWindow usual = issuer.suggestion(held).orElseThrow();
    assertThat(usual.start()).isAfter(Instant.now()).isBefore(held.notAfter());
  }

  @Test
  void shouldNameWhatItReplacesAndDoWithoutWhenItWasReplacedBefore() throws Exception {
    AcmeIssuer issuer = new AcmeWorld(ROUTES, memory).issuer(settings(Optional.of("classic")));
    CertificateSpec spec = spec("twice.contoso.example");
    HeldCertificate first = issuer.issue(TestRequest.of(spec), step -> {});
    issuer.refreshSuggestions(List.of(first));
    Generation live = new Generation(spec.id(), 1, Instant.now(), "pebble", "test", first);

    assertThat(issuer.issue(TestRequest.of(spec).replacing(live), steps::add)).isNotNull();
    assertThat(steps).noneMatch(step -> step.startsWith("ordering again"));
    assertThat(pebble.log()).contains("is a replacement of");

    assertThat(issuer.issue(TestRequest.of(spec).replacing(live), steps::add)).isNotNull();
    assertThat(steps)
        .anyMatch(
            step ->
                step.startsWith(
                    "ordering again without naming the certificate that is replaced:"
                        + " urn:ietf:params:acme:error:alreadyReplaced"));
  }

  @Test
  void shouldIssueShortLivedCertificates() throws Exception {
    HeldCertificate held =
        new AcmeWorld(ROUTES, memory)
            .issuer(settings(Optional.of("shortlived")))
            .issue(TestRequest.of(spec("short.contoso.example")), step -> {});

    assertThat(held.lifetime()).isBetween(Duration.ofHours(159), Duration.ofHours(161));
  }

  @Test
  void shouldNameTheProfilesThatThereAre() {
    assertThat(
            new AcmeWorld(ROUTES, memory)
                .failure(settings(Optional.of("tlsclient")), "none.contoso.example")
                .failure())
        .isEqualTo(
            new Misconfigured(
                "issuers.pebble.profile",
                "the CA has no profile \"tlsclient\"; it has [classic, shortlived]"));
  }

  @Test
  void shouldRehearseNewNamesOnceAndUnderAnAccountOfTheirOwn(@TempDir Path other)
      throws IOException {
    try (PebblePeer staging =
        PebblePeer.start(other, PebbleOptions.http(LISTENER.address().getPort()))) {
      Path roots = memory.resolve("roots.pem");
      Files.writeString(
          roots, Files.readString(pebble.httpsRoot()) + Files.readString(staging.httpsRoot()));
      AcmeWorld world = new AcmeWorld(ROUTES, memory);
      TestRequest request = TestRequest.of(spec("stage.contoso.example"));
      world.issuer(rehearsing(staging.directory(), roots)).issue(request, steps::add);
      world
          .issuer(rehearsing(staging.directory(), roots))
          .issue(TestRequest.of(request.spec()), steps::add);

      assertThat(steps)
          .filteredOn(step -> step.startsWith("rehearsing at " + staging.directory()))
          .hasSize(1);
      assertThat(world.vault.names()).hasSize(2);
    } catch (io.hybridtls.agent.renewal.IssuanceException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldSpendNothingWhenTheRehearsalFails(@TempDir Path other) throws IOException {
    try (PebblePeer staging = PebblePeer.start(other, PebbleOptions.http(PebblePeer.freePort()))) {
      Path roots = memory.resolve("roots.pem");
      Files.writeString(
          roots, Files.readString(pebble.httpsRoot()) + Files.readString(staging.httpsRoot()));
      AcmeWorld world = new AcmeWorld(ROUTES, memory);

      assertThat(
              world
                  .failure(rehearsing(staging.directory(), roots), "unreached.contoso.example")
                  .failure())
          .isInstanceOf(AtRehearsal.class)
          .extracting(IssuanceFailure::describe)
          .asString()
          .startsWith(
              "the rehearsal at "
                  + staging.directory()
                  + " failed, and nothing was asked of "
                  + pebble.directory()
                  + ": the CA refused: unreached.contoso.example:"
                  + " urn:ietf:params:acme:error:connection");
      assertThat(pebble.log()).doesNotContain("unreached.contoso.example");
    }
  }

  private static AcmeSettings settings(Optional<String> profile) {
    return settings(profile, Optional.empty(), pebble.httpsRoot());
  }

  private static AcmeSettings rehearsing(URI staging, Path roots) {
    return settings(Optional.empty(), Optional.of(staging), roots);
  }

  private static AcmeSettings settings(
      Optional<String> profile, Optional<URI> staging, Path roots) {
    return AcmeIssuerSettings.at("pebble", pebble.directory())
        .profile(profile)
        .trusting(Optional.of(roots))
        .rehearsingAt(staging)
        .settings();
  }

  private static CertificateSpec spec(String name) {
    return AcmeWorld.spec(name);
  }
}
