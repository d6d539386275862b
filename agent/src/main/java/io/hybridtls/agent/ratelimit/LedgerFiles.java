package io.hybridtls.agent.ratelimit;

import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON lines for each authority, mode 0600, fsync'd at each line. A line that a crash or
 * a full disk cut short is passed over, and the next begins a line of its own.
 */
final class LedgerFiles implements LedgerStorage {

  private static final Logger log = LoggerFactory.getLogger(LedgerFiles.class);

  private static final String SUFFIX = ".jsonl";

  private final Path directory;
  private final Set<String> whole = new HashSet<>();

  private LedgerFiles(Path directory) {
    this.directory = directory;
  }

  /** Makes {@code directory} (0700) if it is missing. */
  static LedgerFiles in(Path directory) throws IOException {
    OwnerOnly.createDirectories(directory);
    AtomicFile.removeLeftovers(directory);
    return new LedgerFiles(directory);
  }

  @Override
  public Map<String, List<LedgerEvent>> read() throws IOException {
    Map<String, List<LedgerEvent>> pages = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        pages.put(name.substring(0, name.length() - SUFFIX.length()), read(file));
      }
    }
    return pages;
  }

  @Override
  public void append(String authority, LedgerEvent event) throws IOException {
    Path file = file(authority);
    if (!Files.exists(file)) {
      AtomicFile.writeString(file, "");
      whole.add(authority);
    }
    // what was there before this process began may end in the middle of a line
    String line = (whole.remove(authority) ? "" : "\n") + LedgerFormat.toJson(event) + "\n";
    ByteBuffer buffer = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    whole.add(authority);
  }

  @Override
  public void replace(String authority, List<LedgerEvent> events) throws IOException {
    StringBuilder text = new StringBuilder();
    for (LedgerEvent event : events) {
      text.append(LedgerFormat.toJson(event)).append('\n');
    }
    AtomicFile.writeString(file(authority), text.toString());
    whole.add(authority);
  }

  private static List<LedgerEvent> read(Path file) throws IOException {
    List<LedgerEvent> events = new ArrayList<>();
    for (String line : text(file).lines().toList()) {
      try {
        if (!line.isBlank()) {
          events.add(LedgerFormat.parse(line));
        }
      } catch (IOException e) {
        log.warn("{}: a line cannot be read, and is passed over: {}", file, e.getMessage());
      }
    }
    return events;
  }

  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException(
          file
              + " cannot be read ("
              + e
              + "); let the agent's user own it, restore it from a backup, or remove it: then what"
              + " was spent of this CA's limits is forgotten",
          e);
    }
  }

  private Path file(String authority) {
    return directory.resolve(authority + SUFFIX);
  }
}
