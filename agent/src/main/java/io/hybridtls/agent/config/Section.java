package io.hybridtls.agent.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.hybridtls.agent.config.UnreadableValueException.Fault;
import io.hybridtls.agent.inventory.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, read key by key. Every key that is asked for is known from then on; what
 * is left over when reading ends is reported as unknown.
 */
final class Section {

  /** The shape of the names that administrators give; some of them become the names of files. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private final Reading reading;
  private final ConfigObject object;
  private final KeyPath place;
  private final Location location;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Section> children = new ArrayList<>();
  private boolean sound = true;
  private boolean ofUnknownKind;

  private Section(Reading reading, ConfigObject object, KeyPath place, Location location) {
    this.reading = reading;
    this.object = object;
    this.place = place;
    this.location = location;
  }

  static Section root(Reading reading, ConfigObject object) {
    reading.parsed(object);
    return new Section(reading, object, KeyPath.ROOT, new Location(reading.file().toString(), 1));
  }

  /** The key of this section in the one around it. */
  String name() {
    return place.name();
  }

  Location location() {
    return location;
  }

  /** The variables of the environment that no other program is to see. */
  Set<String> secretVariables() {
    return reading.secretVariables();
  }

  String pathOf(String key) {
    return place.child(key).path();
  }

  /**
   * A setting that must be written.
   *
   * @param example a value, as it could be written
   */
  <T> Setting<T> required(String key, ValueReader<T> reader, String example) {
    know(key, KeyCatalog.REQUIRED);
    ConfigValue written = written(key);
    if (written != null) {
      return read(key, reader, written);
    }
    report(location, key, "is missing", "write " + key + " = " + example);
    return new Setting<>(this, key, location, false, null);
  }

  /**
   * A setting with a default.
   *
   * @param byDefault as it would be written
   */
  <T> Setting<T> value(String key, ValueReader<T> reader, String byDefault) {
    know(key, byDefault);
    ConfigValue written = written(key);
    if (written != null) {
      return read(key, reader, written);
    }
    try {
      T value = reader.read(reading.parsed(byDefault), reading.surroundings());
      return new Setting<>(this, key, location, false, value);
    } catch (UnreadableValueException e) {
      throw new IllegalStateException("the default of " + pathOf(key) + " is wrong", e);
    }
  }

  /** A setting that may be left out. */
  <T> Setting<Optional<T>> optional(String key, ValueReader<T> reader) {
    know(key, KeyCatalog.ABSENT);
    ConfigValue written = written(key);
    if (written == null) {
      return new Setting<>(this, key, location, false, Optional.empty());
    }
    ValueReader<Optional<T>> present = (value, around) -> Optional.of(reader.read(value, around));
    return read(key, present, written);
  }

  /** A section that may be left out as a whole. */
  Optional<Section> section(String key) {
    asked.add(key);
    ConfigValue written = written(key);
    return written == null ? Optional.empty() : child(place.child(key), written);
  }

  /** A section whose settings all have defaults, written or not. */
  Section sectionOfDefaults(String key) {
    return section(key)
        .orElseGet(
            () -> {
              ConfigObject nothing = ConfigValueFactory.fromMap(Map.of());
              return new Section(reading, nothing, place.child(key), location);
            });
  }

  /** The sections in {@code key}, each under a name that the administrator gave. */
  List<Section> entries(String key) {
    asked.add(key);
    ConfigValue written = written(key);
    if (written == null) {
      return List.of();
    }
    KeyPath own = place.child(key);
    if (!(written instanceof ConfigObject entries)) {
      reportNotASection(own, locate(key, written), written);
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    entries.forEach((name, value) -> child(own.entry(name), value).ifPresent(sections::add));
    sections.forEach(Section::checkName);
    sections.sort(Comparator.comparingInt(section -> section.location.line()));
    return sections;
  }

  /** Says that which keys belong here could not be found out, so that none is called unknown. */
  void ofUnknownKind() {
    ofUnknownKind = true;
  }

  /** What the section says, unless something is wrong with it. */
  <T> Optional<T> build(Supplier<T> value) {
    if (!sound) {
      return Optional.empty();
    }
    try {
      return Optional.of(value.get());
    } catch (IllegalArgumentException e) {
      wrong(Shown.line(String.valueOf(e.getMessage())), "change one of its settings");
      return Optional.empty();
    }
  }

  /** Reports what is wrong with the section as a whole. */
  void wrong(String what, String remedy) {
    sound = false;
    reading.problems().error(location, place.path(), what, remedy);
  }

  void report(Location at, String key, String what, String remedy) {
    sound = false;
    reading.problems().error(at, pathOf(key), what, remedy);
  }

  void warn(Location at, String key, String what, String remedy) {
    reading.problems().warning(at, pathOf(key), what, remedy);
  }

  /** Reports every key, here and below, that nobody asked for. */
  void reportUnknownKeys() {
    children.forEach(Section::reportUnknownKeys);
    if (ofUnknownKind) {
      return;
    }
    object.forEach(
        (key, value) -> {
          if (!asked.contains(key)) {
            report(locate(key, value), key, "there is no such key", meant(key));
          }
        });
  }

  private String meant(String key) {
    return Spelling.nearest(key, asked)
        .or(() -> reading.catalog().pathTo(key))
        .map(near -> "did you mean " + near + "?")
        .orElseGet(() -> "remove it, or write one of " + String.join(", ", asked));
  }

  private <T> Setting<T> read(String key, ValueReader<T> reader, ConfigValue written) {
    Location at = locate(key, written);
    try {
      return new Setting<>(this, key, at, true, reader.read(written, reading.surroundings()));
    } catch (UnreadableValueException e) {
      for (Fault fault : e.faults()) {
        Location place = fault.at() == written ? at : reading.source().locate(key, fault.at(), at);
        report(place, key, fault.what(), fault.remedy());
      }
      return new Setting<>(this, key, at, true, null);
    }
  }

  private void checkName() {
    if (!NAME.matcher(name()).matches()) {
      wrong(
          Shown.text(name()) + " is not a name",
          "use 1 to 64 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit");
    }
  }

  private Optional<Section> child(KeyPath child, ConfigValue written) {
    Location at = locate(child.name(), written);
    if (written instanceof ConfigObject section) {
      Section made = new Section(reading, section, child, at);
      children.add(made);
      return Optional.of(made);
    }
    reportNotASection(child, at, written);
    return Optional.empty();
  }

  private void reportNotASection(KeyPath child, Location at, ConfigValue written) {
    sound = false;
    String what = Shown.value(written) + " is not a section";
    String remedy = "write " + child.name() + " { ... }";
    reading.problems().error(at, child.path(), what, remedy);
  }

  private void know(String key, String byDefault) {
    asked.add(key);
    KeyPath known = place.child(key);
    reading.catalog().add(new KeyCatalog.Known(known.path(), known.pattern(), byDefault));
  }

  private @Nullable ConfigValue written(String key) {
    ConfigValue value = object.get(key);
    return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
  }

  private Location locate(String key, ConfigValue value) {
    return reading.source().locate(key, value, location);
  }
}
