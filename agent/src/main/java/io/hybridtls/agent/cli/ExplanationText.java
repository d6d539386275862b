package io.hybridtls.agent.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** An explanation of one certificate, for a person. */
final class ExplanationText {

  private final JsonObject answer;
  private final Ansi ansi;
  private final RelativeTime times;
  private final List<String> lines = new ArrayList<>();

  ExplanationText(JsonObject answer, Ansi ansi) {
    this.answer = answer;
    this.ansi = ansi;
    this.times = new RelativeTime(answer.time("now").orElse(Instant.EPOCH));
  }

  List<String> lines() {
    lines.add(
        ansi.string("@|bold " + answer.text("id") + "|@: ")
            + answer
                .time("renew-at")
                .map(at -> "renewed " + times.of(at))
                .orElse(answer.isTrue("awaited") ? "awaited" : "due now")
            + ": "
            + answer.text("decision"));
    inUse();
    rules();
    failures();
    issuers();
    heading("Next");
    answer.texts("next").forEach(step -> lines.add("  " + step));
    return List.copyOf(lines);
  }

  /** Why the first issuer was passed over may ask for something to be done, such as to unpause. */
  private void inUse() {
    answer
        .find("issued-by")
        .ifPresent(
            other -> {
              heading("In use");
              lines.add("  from " + other + ", because " + answer.text("reason"));
            });
  }

  private void rules() {
    List<JsonObject> rules = answer.objects("rules");
    if (rules.isEmpty()) {
      return;
    }
    heading("Rules");
    for (JsonObject rule : rules) {
      lines.add(String.format("  %-13s  %s", rule.text("name"), rule.text("finding")));
    }
  }

  private void failures() {
    if (answer.find("failure").isEmpty()) {
      return;
    }
    heading("Failures");
    lines.add("  " + answer.number("failures") + " in a row; the last: " + answer.text("failure"));
    answer.time("next-attempt").ifPresent(at -> lines.add("  the next attempt: " + times.of(at)));
  }

  private void issuers() {
    if (answer.objects("issuers").isEmpty()) {
      return; // somebody brings it
    }
    heading("Issuers, in the order in which they are asked");
    for (JsonObject issuer : answer.objects("issuers")) {
      lines.add("  " + issuer.text("name") + ": " + standing(issuer));
      issuer.texts("spent").forEach(spent -> lines.add("    " + spent));
    }
  }

  private String standing(JsonObject issuer) {
    return issuer
        .time("rests-until")
        .map(
            until ->
                "rests, and is asked again "
                    + times.of(until)
                    + ": "
                    + issuer.text("rests-because"))
        .orElse("can be asked");
  }

  private void heading(String text) {
    lines.add("");
    lines.add(ansi.string("@|bold " + text + "|@"));
  }
}
