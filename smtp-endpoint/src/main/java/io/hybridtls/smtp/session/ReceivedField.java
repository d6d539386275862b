package io.hybridtls.smtp.session;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.AddressLiteral;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The trace field in front of each message that is taken (RFC 5321, section 4.4): whence, by whom,
 * how, when. Its recipient is named only when there is one, so that nobody learns of the others.
 *
 * @param hostname of this host
 * @param id by which the message is found in the log: letters, digits and hyphens
 * @param tls what the handshake agreed on; empty without TLS
 * @param at when the message was received
 */
public record ReceivedField(
    MailTransaction transaction,
    DnsName hostname,
    String id,
    Optional<NegotiatedTls> tls,
    Instant at) {

  /** RFC 5322, section 3.3, in UTC. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Keeps lines with a certificate of a hundred names well under 998 octets. */
  private static final int MAX_COMMENT = 300;

  public ReceivedField {
    if (!id.matches("[A-Za-z0-9-]+")) {
      throw new IllegalArgumentException("\"" + id + "\" cannot be the id of a Received field");
    }
  }

  /** The field with its CRLF, folded, ready to stand in front of the message. */
  public byte[] encoded() {
    return toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    StringBuilder field = new StringBuilder("Received: from ");
    field.append(transaction.hello().client());
    field.append(" (").append(AddressLiteral.of(transaction.peer().address())).append(")");
    field.append("\r\n\tby ").append(hostname);
    tls.ifPresent(agreed -> field.append("\r\n\t(").append(comment(agreed)).append(")"));
    field.append("\r\n\twith ").append(protocol()).append(" id ").append(id);
    if (transaction.recipients().size() == 1) {
      field.append("\r\n\tfor <").append(transaction.recipients().get(0).address()).append(">");
    }
    return field.append(";\r\n\t").append(DATE.format(at)).append("\r\n").toString();
  }

  /** RFC 3848; TLS without EHLO has no name of its own. */
  private String protocol() {
    if (!transaction.hello().extended()) {
      return "SMTP";
    }
    return tls.isPresent() ? "ESMTPS" : "ESMTP";
  }

  /**
   * The text of a comment. A subject is chosen by whoever made the certificate, so nothing in it
   * may end the comment or the line.
   */
  private String comment(NegotiatedTls agreed) {
    String text =
        agreed.protocol()
            + " "
            + agreed.cipherSuite()
            + "; "
            + transaction.peer().identity().claim();
    String harmless = text.replaceAll("[^ -~]|[()\\\\]", "?");
    return harmless.length() <= MAX_COMMENT ? harmless : harmless.substring(0, MAX_COMMENT) + "...";
  }
}
