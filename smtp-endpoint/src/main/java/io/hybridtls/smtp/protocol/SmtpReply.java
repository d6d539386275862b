package io.hybridtls.smtp.protocol;

import java.util.List;
import java.util.Optional;

/**
 * A reply (RFC 5321, section 4.2): a code, at least one line of text, and an enhanced status code
 * when there is one (RFC 2034).
 *
 * @param code 200 to 599
 * @param lines text without code, enhanced status or line end; never empty
 */
public record SmtpReply(int code, Optional<EnhancedStatus> status, List<String> lines) {

  public SmtpReply {
    lines = List.copyOf(lines);
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException(code + " is not an SMTP reply code");
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a reply has at least one line");
    }
  }

  /** A reply without enhanced status, as greetings and the answers to HELO and EHLO are. */
  public static SmtpReply of(int code, String... lines) {
    return new SmtpReply(code, Optional.empty(), List.of(lines));
  }

  public static SmtpReply of(int code, EnhancedStatus status, String... lines) {
    return new SmtpReply(code, Optional.of(status), List.of(lines));
  }

  public boolean isPositive() {
    return code < 400;
  }

  /** 5yz, whatever the enhanced status says. */
  public boolean isPermanent() {
    return code >= 500;
  }

  /**
   * The reply as it goes onto the wire, each line with its CRLF. Characters that cannot stand in a
   * reply are sent as question marks, and lines that are too long as several.
   */
  public byte[] encoded() {
    return ReplySyntax.encode(this);
  }

  /** The reply on one line, for logs and reports: {@code 550 5.7.1 text text}. */
  @Override
  public String toString() {
    return code + status.map(s -> " " + s).orElse("") + " " + String.join(" ", lines);
  }
}
