package io.hybridtls.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most that a Java heap held, by the log of its collector ({@code -Xlog:gc}). */
record PeakHeap(Path log) {

  /** As in {@code Pause Young (Allocation Failure) 118M->41M(247M) 5.043ms}. */
  private static final Pattern COLLECTION = Pattern.compile(" (\\d+)M->\\d+M\\(");

  /** The option that makes the runtime write the log. */
  String option() {
    return "-Xlog:gc:file=" + log;
  }

  /** What was in use when a collection began, at the most; the heap fills until then. */
  long mebibytes() throws IOException {
    Matcher collections = COLLECTION.matcher(Files.readString(log));
    return collections.results().mapToLong(found -> Long.parseLong(found.group(1))).max().orElse(0);
  }
}
