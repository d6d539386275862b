package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.acme.ValidationMethod.Dns01;
import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TsigKey;
import io.hybridtls.agent.acme.dns.UpdateSettings;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.testing.BindPeer;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.xbill.DNS.Name;

/** An issuer's surroundings, with one account for as long as a test lives. */
final class AcmeWorld {

  static final Clock CLOCK = Clock.systemUTC();

  final InMemoryKeyVault vault = new InMemoryKeyVault();
  final HttpRoutes routes;
  final ChallengeListeners listeners;
  private final Path memory;

  /**
   * @param memory for what issuers remember
   */
  AcmeWorld(HttpRoutes routes, Path memory) {
    this.memory = memory;
    this.routes = routes;
    this.listeners =
        new ChallengeListeners(
            routes, new TlsAlpnListeners(address -> Optional.empty()), new WrittenRecords());
  }

  static AcmeSettings settings(PebblePeer pebble, ValidationMethod method) {
    return AcmeIssuerSettings.at("pebble", pebble.directory())
        .trusting(Optional.of(pebble.httpsRoot()))
        .provingBy(method)
        .settings();
  }

  AcmeIssuer issuer(AcmeSettings settings) {
    return new AcmeIssuer(
        settings, vault, memory, listeners, CLOCK, new SecureRandom(), Pause.by(CLOCK));
  }

  IssuanceException failure(AcmeSettings settings, String... names) {
    return catchThrowableOfType(
        IssuanceException.class,
        () -> issuer(settings).issue(TestRequest.of(spec(names)), step -> {}));
  }

  static Dns01 updates(BindPeer bind, boolean perAccount) {
    TsigKey key =
        new TsigKey(
            Name.fromConstantString("hybridtls."),
            TsigKey.Algorithm.HMAC_SHA256,
            () -> BindPeer.SECRET);
    return new Dns01(
        new UpdateSettings(bind.address(), Optional.empty(), key), lookup(bind), perAccount);
  }

  static LookupSettings lookup(BindPeer bind) {
    return new LookupSettings(
        Optional.of(bind.address()), List.of(bind.address()), Duration.ofSeconds(10));
  }

  static CertificateSpec spec(String... names) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        Stream.of(names).map(DnsName::of).toList(),
        "pebble",
        KeyAlgorithm.EC_P256,
        Set.of(CertificateRole.SERVER));
  }
}
