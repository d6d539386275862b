package io.hybridtls.smtp.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.session.MailTransaction.PermittedRecipient;
import io.hybridtls.smtp.tls.PeerIdentity;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedFieldTest {

  private static final Instant NOON = Instant.parse("2026-11-03T12:00:00Z");
  private static final Optional<NegotiatedTls> TLS =
      Optional.of(new NegotiatedTls("TLSv1.3", "TLS_AES_256_GCM_SHA384"));

  @Test
  void aSecuredSessionShouldBeDescribedWithTheNamesThatWereProven() throws Exception {
    assertThat(field(peer("192.0.2.7", Conversation.VERIFIED), true, TLS, "a@contoso.example"))
        .isEqualTo(
            """
            Received: from bar.example ([192.0.2.7])
            \tby mail.contoso.example
            \t(TLSv1.3 TLS_AES_256_GCM_SHA384; verified certificate for client.example)
            \twith ESMTPS id 1a2b
            \tfor <a@contoso.example>;
            \tTue, 3 Nov 2026 12:00:00 +0000
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void aPlainSessionShouldSayNothingOfTls() throws Exception {
    assertThat(field(peer("2001:db8::1"), true, Optional.empty(), "a@contoso.example"))
        .contains("([IPv6:2001:db8:0:0:0:0:0:1])\r\n\tby mail.contoso.example\r\n\twith ESMTP id");
    assertThat(field(peer("192.0.2.7"), false, Optional.empty(), "a@contoso.example"))
        .contains("\twith SMTP id");
  }

  @Test
  void severalRecipientsShouldNotLearnOfEachOther() throws Exception {
    assertThat(
            field(
                peer("192.0.2.7"),
                true,
                Optional.empty(),
                "a@contoso.example",
                "b@contoso.example"))
        .doesNotContain("for <")
        .contains("id 1a2b;\r\n\tTue");
  }

  @Test
  void aSubjectShouldNotBreakOutOfItsComment() throws Exception {
    PeerIdentity hostile =
        new PeerIdentity.Unverified("CN=x)\r\nSubject: (forged\\\u00e9", "not trusted");
    String field = field(peer("192.0.2.7", hostile), true, TLS, "a@contoso.example");
    assertThat(field).contains("unverified certificate \"CN=x???Subject: ?forged??\")\r\n");
    assertThat(field.lines().skip(1)).allMatch(line -> line.startsWith("\t"));
  }

  @Test
  void aCertificateOfManyNamesShouldNotMakeALongLine() throws Exception {
    Set<DnsName> names =
        IntStream.range(0, 100)
            .mapToObj(i -> DnsName.of("host-" + i + ".client.example"))
            .collect(Collectors.toSet());
    PeerIdentity identity = new PeerIdentity.Verified("CN=many", names, Set.of());
    assertThat(field(peer("192.0.2.7", identity), true, TLS, "a@contoso.example").lines())
        .allMatch(line -> line.length() < 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nb", "a;b"})
  void anIdThatIsNoAtomShouldBeRefused(String id) throws Exception {
    MailTransaction mail = mail(peer("192.0.2.7"), true, "a@contoso.example");
    assertThatThrownBy(
            () -> new ReceivedField(mail, Conversation.HOSTNAME, id, Optional.empty(), NOON))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String field(
      SendingPeer peer, boolean extended, Optional<NegotiatedTls> tls, String... recipients) {
    MailTransaction mail = mail(peer, extended, recipients);
    ReceivedField field = new ReceivedField(mail, Conversation.HOSTNAME, "1a2b", tls, NOON);
    return new String(field.encoded(), US_ASCII);
  }

  private static MailTransaction mail(SendingPeer peer, boolean extended, String... recipients) {
    List<PermittedRecipient> permitted =
        Arrays.stream(recipients)
            .map(text -> new PermittedRecipient(EmailAddress.of(text), "local"))
            .toList();
    return new MailTransaction(
        peer,
        new Hello("bar.example", extended),
        ReversePath.none(),
        "anybody",
        BodyEncoding.SEVEN_BIT,
        OptionalLong.empty(),
        permitted);
  }

  private static SendingPeer peer(String address) throws Exception {
    return new SendingPeer(InetAddress.getByName(address), false, PeerIdentity.anonymous());
  }

  private static SendingPeer peer(String address, PeerIdentity identity) throws Exception {
    return new SendingPeer(InetAddress.getByName(address), true, identity);
  }
}
