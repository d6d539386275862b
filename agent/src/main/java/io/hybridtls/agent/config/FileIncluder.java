package io.hybridtls.agent.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Includes files and nothing else, and each must be there. HOCON would pass over one that is not,
 * and fetch others from the network: neither is a way to find out that a connector is missing.
 */
final class FileIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  private final Problems problems;
  private final SourceText source;
  private final List<String> files = new ArrayList<>();

  FileIncluder(Path file, Problems problems, SourceText source) {
    this.problems = problems;
    this.source = source;
    this.files.add(file.toString());
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    ConfigParseable included = context.relativeTo(what);
    String file = included == null ? null : included.origin().filename();
    if (included == null || file == null || !isReadableFile(Path.of(file))) {
      return refuse(
          what,
          "there is no file " + what + " that can be read",
          "write it, or remove the include");
    }
    files.add(file);
    return included.parse(context.parseOptions());
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return include(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refuse(what.toString(), "only files are included", "copy it to a file");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refuse(what, "only files are included", "copy it to a file");
  }

  /** There is no fallback: what is not found here is not looked for elsewhere. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  private static boolean isReadableFile(Path file) {
    return Files.isRegularFile(file) && Files.isReadable(file);
  }

  private ConfigObject refuse(String included, String what, String remedy) {
    Location place =
        files.stream()
            .flatMap(file -> source.including(file, included).stream())
            .findFirst()
            .orElse(new Location(files.get(0), 0));
    problems.error(place, "include", Shown.line(what), remedy);
    return ConfigFactory.empty().root();
  }
}
