package io.hybridtls.agent.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes configuration files into a folder and reads them. */
record ConfigFiles(Path folder, Map<String, String> environment) {

  static ConfigFiles in(Path folder) {
    return new ConfigFiles(folder, Map.of());
  }

  ConfigFiles with(String variable, String value) {
    return new ConfigFiles(folder, Map.of(variable, value));
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LoadedConfig load(String text) {
    return new ConfigLoader(environment).load(write("test.conf", text));
  }

  AgentConfig read(String text) {
    LoadedConfig loaded = load(text);
    return loaded
        .config()
        .orElseThrow(() -> new AssertionError("unexpected problems: " + loaded.problems()));
  }

  /** The problems of {@code text}, without the folder's path. */
  List<String> problems(String text) {
    return load(text).problems().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  /** The file {@code conf/name} of this repository. */
  static Path shipped(String name) {
    return Path.of("..", "conf", name);
  }
}
