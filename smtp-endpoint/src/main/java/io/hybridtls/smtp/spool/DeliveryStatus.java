package io.hybridtls.smtp.spool;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.spool.BounceMessage.FailedRecipient;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.apache.james.mime4j.util.MimeUtil;

/**
 * What a bounce says, to people and to programs (RFC 3464, section 2). What remote hosts said is
 * taken as hostile: it stays on its line, in ASCII, and of bounded length.
 */
final class DeliveryStatus {

  private static final int MAX_CHARACTERS = 1_000;
  private static final String CRLF = "\r\n";

  private final DnsName hostname;
  private final LeasedMessage original;
  private final List<FailedRecipient> failures;
  private final Instant now;

  DeliveryStatus(
      DnsName hostname, LeasedMessage original, List<FailedRecipient> failures, Instant now) {
    this.hostname = hostname;
    this.original = original;
    this.failures = failures;
    this.now = now;
  }

  /** The text for the sender, in lines with CRLF. */
  String forPeople() {
    StringBuilder text = new StringBuilder();
    text.append("This is the mail system at ").append(hostname.value()).append('.').append(CRLF);
    text.append(CRLF);
    text.append("Your message of ").append(date(original.acceptedAt())).append(CRLF);
    text.append("could not be delivered to the recipients below, and it will").append(CRLF);
    text.append("not be tried again. Recipients that are not listed here are").append(CRLF);
    text.append("not affected.").append(CRLF);
    for (FailedRecipient failure : failures) {
      String remote = failure.settlement().remote();
      text.append(CRLF).append('<').append(clean(failure.address().toString())).append(">:");
      text.append(CRLF).append("    ");
      text.append(remote.isEmpty() ? "" : clean(remote) + " said: ");
      text.append(clean(failure.settlement().detail())).append(CRLF);
    }
    text.append(CRLF);
    text.append("Please check the addresses. If they are right, forward this").append(CRLF);
    text.append("report to your administrator: it carries the details that").append(CRLF);
    text.append("help to find the cause.").append(CRLF);
    return text.toString();
  }

  /** The fields of the message, then those of each recipient after an empty line. */
  String forPrograms() {
    StringBuilder text = new StringBuilder();
    field(text, "Reporting-MTA", "dns; " + hostname.value());
    field(text, "Arrival-Date", date(original.acceptedAt()));
    for (FailedRecipient failure : failures) {
      Settlement.Failed settlement = failure.settlement();
      boolean remote = !settlement.remote().isEmpty();
      text.append(CRLF);
      field(text, "Final-Recipient", "rfc822; " + clean(failure.address().toString()));
      field(text, "Action", "failed");
      field(text, "Status", clean(settlement.status()));
      if (remote) {
        field(text, "Remote-MTA", "dns; " + clean(settlement.remote()));
      }
      field(
          text,
          "Diagnostic-Code",
          (remote ? "smtp; " : "x-hybridtls; ") + clean(settlement.detail()));
      field(text, "Last-Attempt-Date", date(now));
    }
    return text.toString();
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(MimeUtil.fold(name + ": " + value, 0)).append(CRLF);
  }

  private static String date(Instant instant) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
  }

  private static String clean(String text) {
    String bounded = text.substring(0, Math.min(text.length(), MAX_CHARACTERS));
    return bounded.replaceAll("[^ -~]+", " ").strip();
  }
}
