package io.hybridtls.agent.acme;

import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.JsonRecord;
import io.hybridtls.certstore.storage.OwnerOnly;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small JSON objects, as {@code <name>.json} (0600) in a directory (0700) of their own. They save
 * the CA work and decide nothing that matters: what cannot be read is logged and counts as absent.
 */
final class JsonFolder {

  private static final Logger LOG = LoggerFactory.getLogger(JsonFolder.class);
  private static final String SUFFIX = ".json";

  private final Path directory;

  /**
   * @param directory made when something is first written
   */
  JsonFolder(Path directory) {
    this.directory = directory;
  }

  /** Everything that can be read, by name. Removes what writes that were cut short have left. */
  Map<String, Map<String, Object>> readAll() {
    Map<String, Map<String, Object>> found = new LinkedHashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      AtomicFile.removeLeftovers(directory);
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        read(file, name.substring(0, name.length() - SUFFIX.length()), found);
      }
    } catch (NoSuchFileException e) {
      return found; // nothing has been written yet
    } catch (IOException e) {
      LOG.warn("{} cannot be listed: {}", directory, e.toString());
    }
    return found;
  }

  void write(String name, Map<String, Object> fields) {
    Path file = directory.resolve(name + SUFFIX);
    try {
      OwnerOnly.createDirectories(directory);
      AtomicFile.writeString(file, JsonRecord.toText(fields));
    } catch (IOException e) {
      LOG.warn("{} cannot be written, and a restart forgets it: {}", file, e.toString());
    }
  }

  void remove(String name) {
    Path file = directory.resolve(name + SUFFIX);
    try {
      AtomicFile.delete(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", file, e.toString());
    }
  }

  private static void read(Path file, String name, Map<String, Map<String, Object>> found) {
    try {
      found.put(name, JsonRecord.parse(Files.readString(file)));
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", file, e.toString());
    }
  }
}
