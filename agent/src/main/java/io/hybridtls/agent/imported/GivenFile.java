package io.hybridtls.agent.imported;

/** A file that somebody gives, which may hold a key: it prints as its name alone. */
public final class GivenFile {

  private final String name;
  private final byte[] contents;

  private GivenFile(String name, byte[] contents) {
    this.name = name;
    this.contents = contents;
  }

  /** Takes a file's contents; {@code name} is what messages call it. */
  public static GivenFile of(String name, byte[] contents) {
    return new GivenFile(name, contents.clone());
  }

  String name() {
    return name;
  }

  byte[] contents() {
    return contents.clone();
  }

  @Override
  public String toString() {
    return name;
  }
}
