package io.hybridtls.agent.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The environment's variables that hold secrets: every {@code { env = NAME }} in the file. */
final class SecretVariables {

  private SecretVariables() {}

  static Set<String> in(ConfigObject file) {
    Set<String> names = new HashSet<>();
    collect(file, names);
    return Set.copyOf(names);
  }

  private static void collect(ConfigValue value, Set<String> names) {
    if (value instanceof ConfigObject object && object.size() == 1 && object.containsKey("env")) {
      ConfigValue name = object.get("env");
      if (name != null && name.valueType() == ConfigValueType.STRING) {
        names.add((String) name.unwrapped());
      }
    }
    parts(value).forEach(part -> collect(part, names));
  }

  private static Collection<? extends ConfigValue> parts(ConfigValue value) {
    if (value instanceof ConfigObject object) {
      return object.values();
    }
    return value instanceof ConfigList list ? list : List.of();
  }
}
