package io.hybridtls.agent;

import io.hybridtls.agent.testing.MailSink;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered messages: which were written, for which the agent answered 250, and which arrived whole.
 * Safe for any thread.
 */
final class MessageLedger {

  /** Above what the spool keeps in its database. */
  private static final int LARGE = 1_500_000;

  private static final int ONE_IN_LARGE = 101;
  private static final int ONE_IN_DEFERRED = 7;
  private static final int ONE_IN_LEFT_OPEN = 13;
  private static final Pattern SUBJECT = Pattern.compile("(?m)^Subject: message (\\d+)$");

  private final AtomicInteger written = new AtomicInteger();
  private final Set<Integer> answered = ConcurrentHashMap.newKeySet();
  private final Set<Integer> arrived = ConcurrentHashMap.newKeySet();
  private final Set<Integer> damaged = ConcurrentHashMap.newKeySet();
  private final Set<Integer> sentAway = ConcurrentHashMap.newKeySet();

  int next() {
    return written.incrementAndGet();
  }

  /** The message {@code number}, of a few lines or, now and then, of many. */
  String content(int number) {
    int lines = number % ONE_IN_LARGE == 0 ? LARGE / line(number).length() : 3;
    return "From: <app@contoso.example>\r\nSubject: message "
        + number
        + "\r\n\r\n"
        + line(number).repeat(lines)
        + end(number);
  }

  void noteAnswered(int number) {
    answered.add(number);
  }

  /** As {@link MailSink} asks: at first sends some away, and leaves others without an answer. */
  String take(String message) {
    Matcher subject = SUBJECT.matcher(message);
    if (!subject.find()) {
      return "554 no number";
    }
    int number = Integer.parseInt(subject.group(1));
    if (number % ONE_IN_DEFERRED == 0 && sentAway.add(number)) {
      return "451 4.3.0 come again";
    }
    (message.endsWith("\r\n\r\n" + body(number)) ? arrived : damaged).add(number);
    return number % ONE_IN_LEFT_OPEN == 0 && sentAway.add(number)
        ? MailSink.HANG_UP
        : "250 2.0.0 have " + number;
  }

  int answered() {
    return answered.size();
  }

  Set<Integer> damaged() {
    return damaged;
  }

  /** What the agent promised, and did not bring. */
  Set<Integer> lost() {
    Set<Integer> lost = new TreeSet<>(answered);
    lost.removeAll(arrived);
    return lost;
  }

  private String body(int number) {
    String content = content(number);
    return content.substring(content.indexOf("\r\n\r\n") + 4);
  }

  private static String line(int number) {
    return "This is a line of message " + number + ".\r\n";
  }

  private static String end(int number) {
    return "End of message " + number + ".\r\n";
  }
}
