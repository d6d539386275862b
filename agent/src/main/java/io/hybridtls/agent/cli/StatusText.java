package io.hybridtls.agent.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** The agent's status as a mail administrator reads it: what is wrong stands out. */
final class StatusText {

  private static final String GOOD = "@|green ok|@";
  private static final String BAD = "@|bold,red !!|@";

  private final JsonObject status;
  private final Ansi ansi;
  private final RelativeTime times;
  private final List<String> lines = new ArrayList<>();

  StatusText(JsonObject status, Ansi ansi) {
    this.status = status;
    this.ansi = ansi;
    this.times = new RelativeTime(status.time("now").orElse(Instant.EPOCH));
  }

  /** The whole text. */
  List<String> lines() {
    lines.add(
        "hybridtls "
            + status.text("version")
            + status.time("started").map(start -> ", started " + times.distance(start)).orElse(""));
    heading("Certificates");
    List<JsonObject> certificates = status.objects("certificates");
    if (certificates.isEmpty()) {
      lines.add("  none is configured");
    }
    certificates.forEach(this::certificate);
    privateCas(status.objects("private-cas"));
    listeners(status.objects("listeners"));
    status.object("queue").ifPresent(this::queue);
    return List.copyOf(lines);
  }

  private void certificate(JsonObject certificate) {
    lines.add(
        ansi.string("  " + (isInOrder(certificate) ? GOOD : BAD) + "  ")
            + ansi.string("@|bold " + certificate.text("id") + "|@: ")
            + state(certificate));
    labelled("names", Optional.of(String.join(", ", certificate.texts("names"))));
    labelled("issuer", certificate.find("issuer"));
    labelled(
        "in use",
        certificate
            .find("issued-by")
            .map(other -> "from " + other + ", because " + certificate.text("reason")));
    labelled("renewal", Optional.of(renewal(certificate)));
    labelled(
        "why",
        certificate.object("suggestion").flatMap(suggestion -> suggestion.find("explanation")));
    labelled("failure", certificate.find("failure").map(text -> failure(certificate, text)));
    labelled("retry", certificate.time("next-attempt").map(times::of));
    certificate.texts("warnings").forEach(text -> labelled("warning", Optional.of(text)));
    labelled("serial", certificate.find("serial"));
  }

  private static boolean isInOrder(JsonObject certificate) {
    return certificate.isTrue("live")
        && !certificate.isTrue("expired")
        && !certificate.isTrue("emergency")
        && !certificate.isTrue("awaited")
        && certificate.find("failure").isEmpty();
  }

  private String state(JsonObject certificate) {
    if (!certificate.isTrue("live")) {
      return certificate.isTrue("renewing") ? "not there yet" : "missing";
    }
    String end = certificate.time("not-after").map(times::of).orElse("?");
    return certificate.isTrue("expired") ? "expired " + end : "live, expires " + end;
  }

  private String renewal(JsonObject certificate) {
    if (certificate.isTrue("renewing")) {
      return "under way: " + certificate.find("step").orElse("beginning");
    }
    String due = certificate.isTrue("awaited") ? "awaited" : "due";
    return certificate.time("renew-at").map(times::of).orElse(due)
        + ": "
        + certificate.text("decision");
  }

  private String failure(JsonObject certificate, String text) {
    long failures = certificate.number("failures");
    return certificate.time("last-attempt").map(at -> times.distance(at) + ": ").orElse("")
        + text
        + (failures > 1 ? " (" + failures + " times in a row)" : "");
  }

  private void privateCas(List<JsonObject> authorities) {
    if (authorities.isEmpty()) {
      return;
    }
    heading("Private CAs");
    for (JsonObject authority : authorities) {
      Optional<String> notice = authority.find("notice").or(() -> authority.find("error"));
      lines.add(
          ansi.string("  " + (notice.isEmpty() ? GOOD : BAD) + "  ")
              + ansi.string("@|bold " + authority.text("issuer") + "|@"));
      authority.objects("roots").forEach(root -> labelled("root", Optional.of(authority(root))));
      authority.objects("issuing").forEach(ca -> labelled("issuing", Optional.of(authority(ca))));
      labelled("notice", authority.find("notice"));
      labelled("failure", authority.find("error"));
    }
  }

  private String authority(JsonObject authority) {
    return authority.text("subject")
        + ", expires "
        + authority.time("not-after").map(times::of).orElse("?")
        + ", serial "
        + authority.text("serial");
  }

  private void listeners(List<JsonObject> listeners) {
    if (listeners.isEmpty()) {
      return;
    }
    heading("Listeners");
    String format =
        "  %-" + width(listeners, "name") + "s  %-" + width(listeners, "address") + "s  %-8s  %s";
    for (JsonObject listener : listeners) {
      lines.add(
          String.format(
                  format,
                  listener.text("name"),
                  listener.text("address"),
                  listener.text("tls"),
                  listener.find("certificate").orElse(""))
              .stripTrailing());
    }
  }

  private static int width(List<JsonObject> objects, String key) {
    return objects.stream()
        .map(object -> object.text(key))
        .collect(Collectors.summarizingInt(String::length))
        .getMax();
  }

  private void queue(JsonObject queue) {
    heading("Queue");
    String waiting =
        queue
            .find("error")
            .map(error -> "it cannot be read: " + error)
            .orElseGet(
                () ->
                    queue.number("messages")
                        + " messages to "
                        + queue.number("recipients")
                        + " recipients, "
                        + queue.number("deferred")
                        + " of them waiting after a failure");
    lines.add("  " + waiting + "; " + status.number("sessions") + " sessions open");
  }

  private void heading(String text) {
    lines.add("");
    lines.add(ansi.string("@|bold " + text + "|@"));
  }

  private void labelled(String label, Optional<String> text) {
    text.ifPresent(shown -> lines.add(String.format("      %-8s  %s", label, shown)));
  }
}
