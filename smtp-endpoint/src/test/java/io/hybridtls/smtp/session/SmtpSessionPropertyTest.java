package io.hybridtls.smtp.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.inbound.RelayVerdict;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.CommandParser;
import io.hybridtls.smtp.protocol.ContentDefect;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.tls.PeerIdentity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The fear of an open relay, as properties over whatever a client may send. */
class SmtpSessionPropertyTest {

  private static final String HANDSHAKE_FAILS_TO_PROVE = "(handshake without a certificate)";
  private static final String HANDSHAKE_PROVES = "(handshake with a certificate)";
  private static final String MESSAGE_REFUSED = "(message refused)";

  /** Remembers what it permitted, and asks for a proven identity beyond contoso.example. */
  private static final class Witness implements RelayAuthorizer {

    private record Permission(SendingPeer peer, ReversePath sender, EmailAddress recipient) {}

    private final RelayAuthorizer rules = new ContosoOnly();
    private final Set<ReversePath> senders = new HashSet<>();
    private final Set<Permission> recipients = new HashSet<>();

    @Override
    public RelayVerdict maySend(SendingPeer peer, ReversePath sender) {
      RelayVerdict verdict = rules.maySend(peer, sender);
      if (verdict instanceof RelayVerdict.Permitted) {
        senders.add(sender);
      }
      return verdict;
    }

    @Override
    public RelayVerdict mayRelay(SendingPeer peer, ReversePath sender, EmailAddress recipient) {
      RelayVerdict verdict =
          peer.identity().verified().isPresent()
              ? new RelayVerdict.Permitted("cloud")
              : rules.mayRelay(peer, sender, recipient);
      if (verdict instanceof RelayVerdict.Permitted) {
        recipients.add(new Permission(peer, sender, recipient));
      }
      return verdict;
    }

    private void assertPermitted(MailTransaction mail) {
      assertThat(senders).contains(mail.sender());
      assertThat(mail.addresses())
          .isNotEmpty()
          .allSatisfy(
              recipient ->
                  assertThat(recipients)
                      .contains(new Permission(mail.peer(), mail.sender(), recipient)));
    }
  }

  @Property(tries = 5_000)
  void noMessageShouldBeReceivedUnlessEachRecipientWasPermitted(
      @ForAll("scripts") List<String> script) {
    Witness witness = new Witness();
    SmtpSession session = new SmtpSession(Conversation.settings(true, false), witness, () -> true);
    SessionStep step = session.greet(Conversation.plainPeer());
    for (String line : script) {
      if (step.effect() instanceof SessionEffect.Close) {
        return;
      }
      step = next(session, step.state(), line);
      if (step.effect() instanceof SessionEffect.ReceiveMessage receive) {
        witness.assertPermitted(receive.transaction());
      }
    }
  }

  @Property(tries = 5_000)
  void noMessageShouldBeReceivedWithoutTheCertificateThatIsRequired(
      @ForAll("scripts") List<String> script) {
    SmtpSession session =
        new SmtpSession(Conversation.settings(true, true), new ContosoOnly(), () -> true);
    SessionStep step = session.greet(Conversation.plainPeer());
    for (String line : script) {
      if (step.effect() instanceof SessionEffect.Close) {
        return;
      }
      step = next(session, step.state(), line);
      if (step.effect() instanceof SessionEffect.ReceiveMessage receive) {
        assertThat(receive.transaction().peer().identity()).isEqualTo(Conversation.VERIFIED);
        assertThat(receive.transaction().peer().secured()).isTrue();
      }
    }
  }

  /** Gives {@code line} to the session as far as its state has use for it. */
  private static SessionStep next(SmtpSession session, SessionState state, String line) {
    if (state instanceof SessionState.Securing) {
      return session.secured(
          state, line.equals(HANDSHAKE_PROVES) ? Conversation.VERIFIED : PeerIdentity.anonymous());
    }
    if (state instanceof SessionState.Receiving) {
      return line.equals(MESSAGE_REFUSED)
          ? session.messageRefused(state, ContentDefect.NUL.reply())
          : session.messageAccepted(state, "1");
    }
    return session.command(state, CommandParser.parse(line.getBytes(ISO_8859_1)));
  }

  @Provide
  Arbitrary<List<String>> scripts() {
    return Arbitraries.of(
            "EHLO bar.example",
            "EHLO bar.example",
            "HELO bar.example",
            "MAIL FROM:<>",
            "MAIL FROM:<a@bar.example>",
            "MAIL FROM:<a@spammer.example>",
            "MAIL FROM:<a@bar.example> SIZE=99999",
            "RCPT TO:<a@contoso.example>",
            "RCPT TO:<b@contoso.example>",
            "RCPT TO:<c@foo.example>",
            "RCPT TO:<@contoso.example:c@foo.example>",
            "RCPT TO:<\"c@foo.example\"@contoso.example>",
            "RCPT TO:<c%foo.example@contoso.example>",
            "RCPT TO:<c@[192.0.2.1]>",
            "RCPT TO:<postmaster>",
            "DATA",
            "DATA",
            "RSET",
            "NOOP",
            "STARTTLS",
            "nonsense",
            HANDSHAKE_PROVES,
            HANDSHAKE_FAILS_TO_PROVE,
            MESSAGE_REFUSED)
        .list()
        .ofMaxSize(40);
  }
}
