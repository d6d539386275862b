package io.hybridtls.smtp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;

class DnsMailExchangeLookupTest {

  private ZoneResponder dns;
  private MailExchangeLookup lookup;

  @BeforeEach
  void start() throws IOException {
    dns = new ZoneResponder();
    SimpleResolver resolver = new SimpleResolver(dns.address());
    resolver.setTimeout(Duration.ofMillis(500));
    lookup =
        MailExchangeLookup.dns(
            LookupSession.builder().resolver(resolver).build(),
            DnsName.of("mail.contoso.example"),
            new Random(1));
  }

  @AfterEach
  void stop() {
    dns.close();
  }

  @Test
  void exchangersShouldComeInOrderOfPreference() throws Exception {
    dns.add("fabrikam.example", Type.MX, "20 second.fabrikam.example.");
    dns.add("fabrikam.example", Type.MX, "10 first.fabrikam.example.");
    dns.add("fabrikam.example", Type.MX, "30 third.fabrikam.example.");

    assertThat(find("fabrikam.example").hosts())
        .containsExactly(
            NextHop.smtp("first.fabrikam.example"),
            NextHop.smtp("second.fabrikam.example"),
            NextHop.smtp("third.fabrikam.example"));
  }

  @Test
  void aliasShouldBeFollowed() throws Exception {
    dns.add("www.fabrikam.example", Type.CNAME, "fabrikam.example.");
    dns.add("www.fabrikam.example", Type.MX, "10 mx.fabrikam.example.");

    assertThat(find("www.fabrikam.example").hosts())
        .containsExactly(NextHop.smtp("mx.fabrikam.example"));
  }

  @Test
  void domainWithAnAddressAndNoExchangerShouldBeItsOwn() throws Exception {
    dns.add("four.example", Type.A, "192.0.2.1");
    dns.add("six.example", Type.AAAA, "2001:db8::1");

    assertThat(find("four.example").hosts()).containsExactly(NextHop.smtp("four.example"));
    assertThat(find("six.example").hosts()).containsExactly(NextHop.smtp("six.example"));
  }

  @Test
  void nullMxShouldBePermanent() throws Exception {
    dns.add("nomail.example", Type.MX, "0 .");

    assertPermanent("nomail.example", "5.1.10");
  }

  @Test
  void missingDomainShouldBePermanent() throws Exception {
    assertPermanent("missing.example", "5.1.2");
  }

  @Test
  void domainWithNeitherExchangerNorAddressShouldBePermanent() throws Exception {
    dns.add("text.example", Type.TXT, "\"v=spf1 -all\"");

    assertPermanent("text.example", "5.1.2");
  }

  @Test
  void failingServerShouldBeTransient() throws Exception {
    dns.fail("broken.example", Rcode.SERVFAIL);

    assertTransient("broken.example");
  }

  @Test
  void silentServerShouldBeTransient() throws Exception {
    dns.close();

    assertTransient("fabrikam.example");
  }

  @Test
  void exchangersBehindOurselvesShouldBeLeftOut() throws Exception {
    dns.add("contoso.example", Type.MX, "10 inner.contoso.example.");
    dns.add("contoso.example", Type.MX, "20 MAIL.contoso.example.");
    dns.add("contoso.example", Type.MX, "20 sibling.contoso.example.");
    dns.add("contoso.example", Type.MX, "30 backup.example.");

    assertThat(find("contoso.example").hosts())
        .containsExactly(NextHop.smtp("inner.contoso.example"));
  }

  @Test
  void domainWhoseBestExchangerWeAreShouldLoop() throws Exception {
    dns.add("contoso.example", Type.MX, "10 mail.contoso.example.");

    assertPermanent("contoso.example", "5.4.6");
  }

  private NextHops find(String domain) throws Exception {
    return lookup.lookup(DnsName.of(domain)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void assertPermanent(String domain, String status) throws Exception {
    assertThat(find(domain).failure())
        .get()
        .isInstanceOfSatisfying(
            DeliveryOutcome.PermanentFailure.class,
            failure -> {
              assertThat(failure.status()).hasToString(status);
              assertThat(failure.detail()).contains(domain);
            });
  }

  private void assertTransient(String domain) throws Exception {
    assertThat(find(domain).failure())
        .get()
        .isInstanceOfSatisfying(
            DeliveryOutcome.TransientFailure.class,
            failure -> {
              assertThat(failure.status()).hasToString("4.4.3");
              assertThat(failure.detail()).contains(domain);
            });
  }
}
